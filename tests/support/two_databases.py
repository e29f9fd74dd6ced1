"""Two machines with a PostgreSQL each, in folders: the commands of docs/operations.md run on them.

What Debian's packages do is played: each has an empty database that runs, and lets in whoever is at the machine. Both
listen at the same port, each at an address of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from scripts import local_postgres
from tests.support import rundir
from tests.support.checkout import ROOT, bare_environment
from tests.support.one_box import OURS, STUB
from tests.support.ports import free_port

PRIMARY, STANDBY, MACHINES = "127.0.0.1", "127.0.0.2", "127.0.0.0/8"
PASSWORD = "7" * 64
"""What `openssl` draws here."""
AT_THE_MACHINE = "local all all trust\n"
AS_POSTGRES = """import os, shutil, sys
program = shutil.which(sys.argv[4])
if os.geteuid() == 0:
    import pwd
    who = pwd.getpwnam("{user}")
    os.setgroups([]), os.setgid(who.pw_gid), os.setuid(who.pw_uid)
os.execv(program, sys.argv[4:])"""


@dataclass(frozen=True)
class Machine:
    """One of them; its database can be reached at `address`."""

    root: Path
    address: str
    port: int

    def run(self, commands: str) -> str:
        """Run commands of the handbook, one failing ends them; AssertionError then, with what they said."""
        commands = OURS.sub(f"{self.root}/", commands).replace(":5432", f":{self.port}")
        done = subprocess.run(
            ["/bin/sh", "-euc", commands], cwd=self.root, env=self._environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def lay(self) -> None:
        """Give it a database as the package does, and a house's settings."""
        local_postgres.own(self.root / "socket")
        local_postgres.own(self.root / "data")
        as_packaged = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        local_postgres.command(self.root, "initdb", "-D", self.root / "data", "-U", "postgres", *as_packaged)
        (self.root / "data/pg_hba.conf").write_text(AT_THE_MACHINE)
        (self.root / "etc/jufu").mkdir(parents=True)
        (self.root / "etc/jufu/jufu.env").write_text((ROOT / "deploy/jufu.env").read_text())
        self._lay_stubs()
        self.run("systemctl start postgresql.service")

    def fail(self) -> None:
        """Let its database be gone from one moment to the next."""
        local_postgres.stop(self.root)

    def _environment(self) -> dict[str, str]:
        ways = [self.root / "bin", local_postgres.installation(self.root) / "bin", os.environ["PATH"]]
        return bare_environment(
            PATH=":".join(map(str, ways)), PGHOST=str(self.root / "socket"), PGPORT=str(self.port), PGUSER="postgres",
            PRIMARY=PRIMARY, STANDBY=STANDBY, MACHINES=MACHINES, PASSWORD=PASSWORD,
        )  # fmt: skip

    def _lay_stubs(self) -> None:
        (self.root / "bin").mkdir()
        told = (
            f"-c listen_addresses={self.address} -c port={self.port}"
            f" -c unix_socket_directories={self.root / 'socket'}"
        )
        control = f"runuser -u postgres -- pg_ctl -w -D {self.root / 'data'}"
        stop, start = f"{control} -m fast stop", f'{control} -l {self.root / "data/log"} -o "{told}" start'
        bodies = {
            "apt-get": ":",
            "chown": ":",
            "openssl": f"echo {PASSWORD}",
            "runuser": f"exec {sys.executable} -c '{AS_POSTGRES.format(user=local_postgres.UNPRIVILEGED)}' \"$@\"",
            "systemctl": f"case $1 in stop) {stop} ;; start) {start} ;; restart) {stop}; {start} ;; esac >&2",
        }
        for name, body in bodies.items():
            file = self.root / "bin" / name
            file.write_text(STUB.format(name=name, box=self.root, body=body))
            file.chmod(0o755)


@contextmanager
def two_machines() -> Iterator[tuple[Machine, Machine]]:
    """Both, as they are once the package is there; gone with the block."""
    folder, port = rundir.current() / f"two-{uuid4().hex[:8]}", free_port(addresses=(PRIMARY, STANDBY))
    folder.mkdir()
    with ExitStack() as at_the_end:
        machines = [
            Machine(folder / name, address, port)
            for name, address in (("primary", PRIMARY), ("standby", STANDBY))
        ]
        for machine in machines:
            machine.root.mkdir()
            made = folder / "primary" / "postgresql"
            if made.exists():
                (machine.root / "postgresql").symlink_to(made)
            at_the_end.callback(machine.fail)
            machine.lay()
        yield machines[0], machines[1]
