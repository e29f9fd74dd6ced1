"""A machine in a folder: the commands of docs/operations.md run there; what needs the outside is played.

Absolute paths of the house are laid under the folder, in the commands as in the files of deploy/.
"""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support import fake_systemctl
from tests.support.checkout import ROOT, bare_environment, copy_of_the_house

HANDBOOK = ROOT / "docs" / "operations.md"
OURS = re.compile(r"(?<![\w./])/(?=opt/jufu|etc/|var/(?:lib|backups)/|usr/local/bin)")
PLAYED = ("apt-get", "useradd", "chown", "caddy", "openssl")
PASSWORD = "geheim-und-lang"
FOLDERS = (
    "bin", "run", "etc/systemd/system", "etc/caddy", "var/lib", "var/backups", "usr/local/bin", "opt",
)  # fmt: skip
VERSIONS = (
    "init -q", "add -A", "commit -qm before", "tag before", "commit -q --allow-empty -m after", "tag after",
)  # fmt: skip
STUB = '#!/bin/sh\necho "{name} $*" >>{box}/played\n{body}\n'


def commands_of(section: str) -> list[str]:
    """The blocks of commands of a section of the handbook, in their order."""
    text = HANDBOOK.read_text(encoding="utf-8")
    (found,) = re.findall(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"^```sh\n(.*?)^```$", found, re.MULTILINE | re.DOTALL)


def unread_blocks(text: str, sections: Collection[str]) -> list[str]:
    """The blocks of a page that are in none of these sections, or of another kind than `commands_of` finds."""
    found, section = [], ""
    for heading, kind, block in re.findall(
        r"^## ([^\n]*)$|^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL
    ):
        section = heading or section
        if block and (kind != "sh" or section not in sections):
            found.append(block)
    return found


@dataclass
class Box:
    """The folder, and the port at which the house answers there."""

    root: Path
    port: int

    def __post_init__(self) -> None:
        for folder in (
            "bin",
            "run",
            "etc/systemd/system",
            "etc/caddy",
            "var/lib",
            "var/backups",
            "usr/local/bin",
            "opt",
        ):
            (self.root / folder).mkdir(parents=True)
        self._lay_repository()
        self._lay_stubs()

    def lay(self, text: str) -> str:
        """The same with the house's paths under this folder."""
        return OURS.sub(f"{self.root}/", text)

    def run(self, commands: str, **variables: str) -> str:
        """Run commands as somebody types them, one failing ends them; returns what a terminal shows.

        Raises AssertionError with that where the status is not 0.
        """
        master, slave = pty.openpty()
        process = subprocess.Popen(
            ["/bin/sh", "-euxc", self.lay(commands)],
            cwd=self.root / "opt/jufu" if (self.root / "opt/jufu").exists() else self.root,
            env=self._environment(variables),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        shown = self._watch(master)
        assert process.wait(60) == 0, shown
        return shown

    def close(self) -> None:
        """Stop what was started."""
        fake_systemctl.main(self.root, "stop", "jufu.service")

    def played(self) -> str:
        """Which commands were only played."""
        return (self.root / "played").read_text()

    def _watch(self, master: int) -> str:
        shown, answered = "", 0
        with suppress(OSError):  # EIO: everybody has closed it
            while piece := os.read(master, 4096).decode(errors="replace"):
                shown += piece
                asked = shown.count("assword: ") + shown.count("confirmation: ")
                if asked > answered:
                    os.write(master, f"{PASSWORD}\n".encode())
                    answered = asked
        os.close(master)
        return shown

    def _environment(self, variables: dict[str, str]) -> dict[str, str]:
        ways = [self.root / "bin", self.root / "usr/local/bin", os.environ["PATH"]]
        return bare_environment(PATH=":".join(map(str, ways)), PIP_NO_INDEX="1", **variables)

    def _lay_repository(self) -> None:
        """What is cloned: the house as it is, under the tag `before`, and a version later the same under `after`."""
        origin = self.root / "origin"
        copy_of_the_house(origin)
        for file in [*(origin / "deploy").rglob("*")]:
            if file.is_file():
                file.write_text(self.lay(file.read_text(encoding="utf-8")), encoding="utf-8")
        settings = origin / "deploy/jufu.env"
        settings.write_text(settings.read_text().replace("PORT=8000", f"PORT={self.port}\nWEB_CONCURRENCY=1"))
        git = "git -c user.name=test -c user.email=test@example.org -c init.defaultBranch=main"
        for step in VERSIONS:
            subprocess.run(f"{git} {step}".split(), cwd=origin, check=True)

    def _lay_stubs(self) -> None:
        for name in PLAYED:
            self._stub(name, '[ "$1" != rand ] || printf %064d 7' if name == "openssl" else ":")
        self._stub("systemctl", f'exec {sys.executable} {fake_systemctl.__file__} {self.root} "$@"')
        # The house's user is whoever runs the tests.
        self._stub("id", 'if [ "$1" = -un ]; then echo jufu; else [ "$2" != jufu ]; fi')
        self._stub("install", _without("-o", "-g", real="/usr/bin/install"))
        self._stub("curl", f"exec {sys.executable} -c {_FETCH!r} {self.port}")
        # What is installed already serves for the packages: make install finds nothing left to do.
        venv = ROOT / ".venv"
        lay = f"mkdir {self.root}/opt/jufu/.venv && ln -s {venv}/* {self.root}/opt/jufu/.venv/"
        self._stub("git", f'/usr/bin/env PATH="$REAL_PATH" git "$@"\n[ "$1" != clone ] || {{ {lay}; }}')

    def _stub(self, name: str, body: str) -> None:
        real = f"REAL_PATH={os.environ['PATH']}\n" if name == "git" else ""
        file = self.root / "bin" / name
        file.write_text(STUB.format(name=name, box=self.root, body=real + body))
        file.chmod(0o755)


_FETCH = "import sys, urllib.request as u; u.urlopen(f'http://127.0.0.1:{sys.argv[1]}/readyz')"


def _without(*options: str, real: str) -> str:
    """A command less some options and what follows each."""
    known = "|".join(options)
    return f"""n=$#
while [ "$n" -gt 0 ]; do
    case $1 in {known}) shift 2; n=$((n - 2)) ;; *) set -- "$@" "$1"; shift; n=$((n - 1)) ;; esac
done
exec {real} "$@\""""
