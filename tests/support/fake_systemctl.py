"""Plays systemctl for one scratch root: it reads our units, and starts and stops what they name, as whoever runs it.

`python fake_systemctl.py ROOT VERB [--now] UNIT…`; users, sandboxes and timers are left to the real one.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
from configparser import RawConfigParser
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE = 300.0


class Unit:
    """A unit file under the scratch root."""

    def __init__(self, root: Path, name: str) -> None:
        self.name = name
        self.pid_file = root / "run" / f"{name}.pid"
        parsed = RawConfigParser(strict=False)
        parsed.optionxform = str  # type: ignore[assignment, method-assign]  # names as they are written
        parsed.read(root / "etc/systemd/system" / name)
        self.service = parsed["Service"]

    def environment(self) -> dict[str, str]:
        """Ours without settings of the house, and what the unit's file says."""
        lines = Path(self.service["EnvironmentFile"]).read_text(encoding="utf-8").splitlines()
        said = [line for line in lines if line and not line.startswith("#")]
        return dict(os.environ) | dict(line.split("=", 1) for line in said)

    def start(self) -> int:
        """Run to the end what ends, and what stays until it answers; returns the status."""
        command = shlex.split(self.service["ExecStart"])
        where, environment = self.service["WorkingDirectory"], self.environment()
        if self.service["Type"] == "oneshot":
            return subprocess.run(command, cwd=where, env=environment, check=False).returncode
        log = self.pid_file.with_suffix(".log").open("ab")
        process = subprocess.Popen(
            command,
            cwd=where,
            env=environment,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        self.pid_file.write_text(str(process.pid))
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{environment['PORT']}/readyz"):
                return 0
            time.sleep(0.05)
        return 1

    def stop(self) -> int:
        """Ask it to end, and wait until it has; the status is 1 where it doesn't."""
        if not self.pid_file.exists():
            return 0
        pid = int(self.pid_file.read_text())
        deadline = time.monotonic() + PATIENCE
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        while _lives(pid):
            if time.monotonic() > deadline:
                return 1
            time.sleep(0.05)
        self.pid_file.unlink()
        return 0


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def main(root: Path, verb: str, *words: str) -> int:
    """What the command line says."""
    names = [word for word in words if not word.startswith("-")]
    ours = [name for name in names if (root / "etc/systemd/system" / name).exists()]
    services = [Unit(root, name) for name in ours if name.endswith(".service")]
    if verb in ("stop", "restart") and any(unit.stop() for unit in services):
        return 1
    begins = verb in ("start", "restart") or (verb == "enable" and "--now" in words)
    return max((unit.start() for unit in services), default=0) if begins else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
