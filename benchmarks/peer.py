"""The same kind of workload against any booking software that speaks HTTP, described in a file.

    python -m benchmarks.peer --url http://127.0.0.1:8000 --workload benchmarks/workload.toml \\
        --user 13800000001 --password …

A description (benchmarks/workload.toml, benchmarks/workload_mrbs.toml) has `[log_in]` (a page with a form, and what is
filled in), `[[page]]`s, and `[booking]`: a page with a form, where the form goes, what is filled in, which answer means
success, and the rooms, days and times out of which each booking gets one of its own. Hidden fields of a form are sent
along. In addresses and fields stand `{user} {password} {room} {date} {year} {month} {day} {start} {end} {start_seconds}
{end_seconds} {hour} {minute} {nonce}`. Several `--user`s book in turns: some software makes one session's requests wait
for each other.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.client import Sample, Visit, crowd, one_by_one
from benchmarks.figures import percentile
from benchmarks.wire import Address, Answer, Connection, WrongAnswer, get, post
from tests.support.client import Form, read_forms

CROWD = 16


@dataclass
class Peer:
    """A server under a path, and one browser's cookies there."""

    address: Address
    prefix: str
    host: str
    words: dict[str, str]
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> bytes:
        """A request for a page of it."""
        return get(self.prefix + path, self._cookie(), Host=self.host)

    def post(self, path: str, fields: list[tuple[str, str]]) -> bytes:
        """A form for it."""
        return post(self.prefix + path, fields, self._cookie(), Host=self.host, Origin=f"http://{self.host}")

    def ask(self, request: bytes) -> Answer:
        """One answer, its cookies kept."""
        connection = Connection(self.address)
        answer = connection.ask(request)
        connection.close()
        for line in answer.head.decode("latin-1").split("\r\n"):
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                key, _, kept = value.strip().partition(";")[0].partition("=")
                self.cookies[key] = kept
        return answer

    def form(self, page: str, action: str) -> Form:
        """The form of a page that goes to this address; raises WrongAnswer."""
        answer = self.ask(self.get(page))
        for one in read_forms(answer.text):
            if one.method == "post" and urlsplit(one.action).path.endswith(urlsplit(action).path):
                return one
        raise WrongAnswer(f"{page} ({answer.status}) has no form for {action}")

    def log_in(self, told: dict[str, Any]) -> None:
        """Fill in the form and send it; raises WrongAnswer."""
        page, action = told["page"], told["action"]
        fields = {**self.form(page, action).fields, **filled(told["fields"], self.words)}
        answer = self.ask(self.post(action, sendable(fields)))
        if answer.status not in told["done"]:
            raise WrongAnswer(f"logging in was answered {answer.status}")

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


def filled(fields: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    """The fields with the words in their places."""
    return {
        name: [one.format(**words) for one in value]
        if isinstance(value, list)
        else str(value).format(**words)
        for name, value in fields.items()
    }


def sendable(fields: dict[str, Any]) -> list[tuple[str, str]]:
    """Each value by itself."""
    return [
        (name, str(one))
        for name, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
    ]


def times(told: dict[str, Any], today: date) -> Iterator[dict[str, str]]:
    """Rooms and times, each once; raises WrongAnswer when all are used up."""
    first, last = told["days_ahead"]
    for ahead in range(first, last + 1):
        for minute in range(told["opens_minute"], told["closes_minute"], told["minutes"]):
            for room in told["rooms"]:
                yield {"room": str(room), **_time(today + timedelta(days=ahead), minute, told["minutes"])}
    raise WrongAnswer("no time is left: describe more rooms or days")


def _time(day: date, minute: int, length: int) -> dict[str, str]:
    ends = minute + length
    return {
        "date": day.isoformat(),
        "year": str(day.year),
        "month": str(day.month),
        "day": str(day.day),
        "hour": str(minute // 60),
        "minute": str(minute % 60),
        "start": f"{minute // 60:02d}:{minute % 60:02d}",
        "end": f"{ends // 60:02d}:{ends % 60:02d}",
        "start_seconds": str(minute * 60),
        "end_seconds": str(ends * 60),
    }


def pages(peer: Peer, told: Sequence[dict[str, Any]], today: date) -> Iterator[Visit]:
    """What is looked at."""
    for page in told:
        yield _page(page["name"], peer.get(page["path"].format(**peer.words, **_time(today, 0, 0))))


def _page(name: str, request: bytes) -> Visit:
    return Visit(name, lambda _number: request)


def booking(peers: Sequence[Peer], told: dict[str, Any], today: date) -> Visit:
    """Forms of several browsers in turns; what is hidden in the form is looked up once by each."""
    free = times(told["times"], today)
    first = {**peers[0].words, **next(free), "nonce": ""}
    hidden = [one.form(told["page"].format(**first), told["action"].format(**first)).fields for one in peers]

    def request(number: int) -> bytes:
        peer, kept = peers[number % len(peers)], hidden[number % len(peers)]
        words = {**peer.words, **next(free), "nonce": secrets.token_urlsafe(12)}
        return peer.post(told["action"].format(**words), sendable({**kept, **filled(told["fields"], words)}))

    return Visit("booking", request, frozenset(told["done"]))


def told_of(visit: Visit, sample: Sample) -> str:
    """A line for people."""
    wrong = sum(n for status, n in sample.statuses.items() if status not in visit.expected)
    late = f"p50 {percentile(sample.latencies, 50) * 1000:.1f} ms, p99 {percentile(sample.latencies, 99) * 1000:.1f} ms"
    size = sample.wire / len(sample.latencies) / 1000
    return f"{visit.name:24} {sample.rate:9,.1f}/s  {late}  {size:.1f} kB each" + (
        f"  {wrong} REFUSED" if wrong else ""
    )


def main(words: Sequence[str] | None = None) -> int:
    """Log in, look, book; the status is 1 where something was refused."""
    parser = argparse.ArgumentParser(prog="benchmarks.peer", description=__doc__.partition("\n")[0])
    parser.add_argument("--url", required=True)
    parser.add_argument("--workload", type=Path, required=True)
    parser.add_argument("--user", action="append", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--seconds", type=float, default=5.0)
    asked = parser.parse_args(words)
    told = tomllib.loads(asked.workload.read_text(encoding="utf-8"))
    where, today, refused = urlsplit(asked.url), date.today(), False  # noqa: DTZ011  the days of the software's own wall
    address = (where.hostname or "127.0.0.1", where.port or 80)
    peers = [
        Peer(address, where.path.rstrip("/"), where.netloc, {"user": user, "password": asked.password})
        for user in asked.user
    ]
    for peer in peers:
        peer.log_in(told["log_in"])
    for visit in [*pages(peers[0], told["page"], today), booking(peers, told["booking"], today)]:
        for sample in (
            one_by_one(address, visit, asked.seconds),
            crowd(address, visit, CROWD, asked.seconds),
        ):
            print(told_of(visit, sample), flush=True)
            refused |= not sample.statuses.keys() <= visit.expected
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
