"""Whatever asks somebody outside goes by the guard of services/telling/outbound.py: no other module knows how to."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = (
    "*.py",
    "blueprints/**/*.py",
    "services/**/*.py",
    "models/**/*.py",
    "domain/**/*.py",
    "deploy/**/*.py",
)
WAYS_OUT = (
    "socket", "ssl", "http.client", "urllib.request", "smtplib", "ftplib", "imaplib", "poplib", "nntplib", "telnetlib",
    "xmlrpc", "urllib3", "requests", "httpx", "aiohttp", "websockets", "apprise", "asyncio",
)  # fmt: skip
KNOWN = {
    "services/telling/outbound.py": {"socket", "ssl", "http.client"},
    "services/telling/channels_webhook.py": {"socket", "ssl", "http.client"},
    "services/telling/channels_email.py": {"smtplib", "ssl"},
    "services/telling/channels_bots.py": {"apprise"},
    "services/serving.py": {"socket"},
    "services/arrivals.py": {"socket"},
    "services/lingering.py": {"socket"},
    "services/sending.py": {"socket"},
    "services/patient_worker.py": {"socket"},
    "services/metrics_server.py": {"socket"},
    "cli_serve.py": {"socket"},
}
"""The guard, who sends by it, the house's own mail server, bots whose hosts nobody types; the last seven listen."""
CONNECTS = ("create_connection", "connect", "connect_ex", "sendto", "HTTPConnection", "HTTPSConnection")
"""What makes a connection to elsewhere, by these names of `socket` and `http.client`."""
GUARD = "services/telling/outbound.py"


def ways_out(source: str) -> Iterator[str]:
    """Each module by which one gets out that a source imports, in whatever manner."""
    for node in ast.walk(ast.parse(source)):
        for name in _imported(node):
            yield from (way for way in WAYS_OUT if name == way or name.startswith(f"{way}."))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call):
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called in ("import_module", "__import__"):
            return [
                one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
    return []


def connects(source: str) -> Iterator[str]:
    """Where a source makes a connection itself."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in CONNECTS:
                yield f"{ast.unparse(node.func)}(…)"


def sources() -> dict[str, str]:
    """Every module of the house by its path."""
    found = sorted(path for place in PLACES for path in ROOT.glob(place))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}


def test_only_these_modules_know_a_way_out() -> None:
    found = {path: set(ways_out(source)) for path, source in sources().items()}

    assert {path: ways for path, ways in found.items() if ways} == KNOWN


def test_those_that_know_how_to_connect_let_the_guard_do_it() -> None:
    knowing = {
        path: sources()[path] for path in KNOWN if path != GUARD and KNOWN[path] & {"socket", "http.client"}
    }

    assert {path: calls for path, source in knowing.items() if (calls := list(connects(source)))} == {}
    assert "socket.create_connection(…)" in list(connects(sources()[GUARD]))


@pytest.mark.mutant
@pytest.mark.parametrize(
    "slip",
    [
        "import socket",
        "import urllib.request as u",
        "from urllib import request",
        "from urllib.request import urlopen",
        "from http import client",
        "from http.client import HTTPConnection",
        "def late():\n    import requests.sessions",
        "importlib.import_module('httpx')",
        "__import__('smtplib')",
    ],
)
def test_a_module_that_goes_out_by_itself_is_found_out(slip: str) -> None:
    assert len(set(ways_out(slip))) == 1


@pytest.mark.mutant
def test_a_sender_that_connects_past_the_guard_is_found_out() -> None:
    assert list(connects("socket.create_connection(('10.0.0.1', 80))\nHTTPSConnection(host)")) != []
    assert list(connects("self.connect(address)")) != []
