"""What is wrong with the files that settle a house on a machine: each function takes a text and returns faults."""

import re
from collections.abc import Iterable, Mapping
from configparser import RawConfigParser
from pathlib import Path

from tests.support.checkout import ROOT

DEPLOY = ROOT / "deploy"
MUST = {
    "User": "jufu", "NoNewPrivileges": "true", "ProtectSystem": "strict", "ProtectHome": "true", "PrivateTmp": "true",
    "PrivateDevices": "true", "CapabilityBoundingSet": "", "RestrictSUIDSGID": "true", "StateDirectory": "jufu",
    "StateDirectoryMode": "0700", "UMask": "0077", "SystemCallArchitectures": "native",
}  # fmt: skip
"""What keeps whoever gets into the process from the rest of the machine."""
LIMITED = ("MemoryMax", "TasksMax", "SystemCallFilter", "RestrictAddressFamilies")
PLACEHOLDERS = re.compile(r"<(?:\w+:)?token>")
A_TOKEN = "kXv3-Q7_bTz9Lw2mYc5RjN8sHd4GfPa6"
KNOWN_PASSWORD = re.compile(
    r"""(?ix) (?: password | passwd | secret (?:_key)? | token ) ['"]? \s* [:=] \s*
    ['"]? (?! \$ | / | \w*\( ) [\w.+@!-]{3,}"""
)
"""A secret written out, where one is set; not `$NAME`, a path of a file, or a call."""


def faults_of_unit(text: str) -> list[str]:
    """Guards that a service lacks."""
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # names as they are written
    parser.read_string(text)
    service = parser["Service"]
    wrong = [name for name, value in MUST.items() if service.get(name) != value]
    return wrong + [name for name in LIMITED if not service.get(name)]


def secrets_that_are_logged(shown: re.Pattern[str], rules: Iterable[str]) -> list[str]:
    """Rules with a secret in their path of which a log would show it, after `shown` was taken out."""
    paths = {rule: PLACEHOLDERS.sub(A_TOKEN, rule) for rule in rules if PLACEHOLDERS.search(rule)}
    asked = {rule: f"{path}?q=13800001234" for rule, path in paths.items()}
    return [
        rule
        for rule, path in asked.items()
        if A_TOKEN in shown.sub("/-", path) or "138" in shown.sub("/-", path)
    ]


def hidden_by_caddy(text: str) -> re.Pattern[str]:
    """What Caddy takes out of an address before it writes it down."""
    (pattern,) = set(re.findall(r'request>uri regexp "(.*?)" "/-"', text))
    logs = re.findall(r"^\t+log \{$", text, re.MULTILINE)
    assert len(logs) == text.count("request>uri regexp"), "a log without a filter"
    return re.compile(pattern)


def hidden_by_nginx(text: str) -> re.Pattern[str]:
    """The same of nginx; its `$uri` has no query to begin with."""
    (source, pattern) = re.findall(
        r'^map (\$\w+) \$jufu_shown \{\n\s+"~\^\(\?<\w+>\.\*\?/\)(.*?)\(', text, re.MULTILINE
    )[0]
    return re.compile(rf"/{pattern}" + (r"|\?.*" if source == "$uri" else ""))


def days_that_logs_are_kept(journald: str, caddy: str) -> dict[str, int]:
    """For how long by the clock; 0 where they are in memory alone or nothing is said."""
    days = re.search(r"^MaxRetentionSec=(\d+)day$", journald, re.MULTILINE)
    on_disk = re.search(r"^Storage=persistent$", journald, re.MULTILINE)
    hours = re.search(r"^\s*roll_keep_for (\d+)h$", caddy, re.MULTILINE)
    return {
        "journald": int(days[1]) if days and on_disk else 0,
        "Caddy": int(hours[1]) // 24 if hours else 0,
    }


def copied_into_image(text: str) -> list[str]:
    """Files and folders of the house that the image has."""
    lines = re.findall(r"^COPY (?!--)(.*)$", text, re.MULTILINE)
    return [word for line in lines for word in line.split()[:-1]]


def written_secrets(texts: Mapping[Path, str]) -> list[str]:
    """Lines that set a secret to a value everybody can read."""
    return [
        f"{path}: {line.strip()}"
        for path, text in texts.items()
        for line in text.splitlines()
        if not line.lstrip().startswith("#") and KNOWN_PASSWORD.search(line)
    ]
