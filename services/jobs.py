"""Due work: each job in short transactions of its own, safe to run in several processes at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from models import db
from services import attendance, free_times, outbox, passing, pruning, queueing
from services.desk import deputies
from services.merchants import files, reminders
from services.privacy import retaining, strangers
from services.pruning import until_none_is_left
from services.reports import files as report_files
from services.reports import making, writing
from services.sales import attributing, removing, statement_locking, work
from services.studio import closing_list, drawing, swaps, wrapping
from services.telling import reminders as booking_reminders
from services.telling import sending
from services.telling.post import Post

CYCLE = timedelta(seconds=5)
"""How often due work is looked for."""
LINE_CYCLE = timedelta(minutes=1)
TIDY_CYCLE = timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of due work; `run` returns how many things it did."""

    name: str
    every: timedelta
    run: Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round of jobs did, and which jobs failed."""

    done: Mapping[str, int]
    failed: tuple[str, ...]


ROUTING = "deliver messages"
JOBS = (
    Job("expire requests", CYCLE, until_none_is_left(passing.expire_due)),
    Job("drop undecided moves", CYCLE, until_none_is_left(passing.drop_undecided_moves)),
    Job("lapse offers", CYCLE, until_none_is_left(queueing.lapse_due)),
    Job("lapse swaps", CYCLE, until_none_is_left(swaps.lapse_due)),
    Job("end hopes", CYCLE, until_none_is_left(queueing.end_hopes)),
    Job("serve free times", LINE_CYCLE, free_times.serve_free_times),
    Job("release no-shows", CYCLE, until_none_is_left(attendance.release_no_shows)),
    Job("complete bookings", CYCLE, until_none_is_left(passing.complete_due)),
    Job("close applications", CYCLE, closing_list.close_due),
    Job("draw shows", CYCLE, drawing.draw_due),
    Job("wrap up shows", LINE_CYCLE, until_none_is_left(wrapping.wrap_up_due)),
    Job("attribute sales", LINE_CYCLE, attributing.attribute_due),
    Job("call deputies", LINE_CYCLE, deputies.call_due),
    Job("remind of bookings", LINE_CYCLE, booking_reminders.remind_due),
    Job(ROUTING, CYCLE, outbox.deliver_due),
    Job("work on imports", CYCLE, work.run_due),
    Job("write files of bookings", CYCLE, writing.run_due),
    Job("sum up reports", LINE_CYCLE, making.make_due),
    Job("remind of papers", TIDY_CYCLE, until_none_is_left(reminders.remind_due)),
    Job("lock statements", TIDY_CYCLE, statement_locking.lock_due),
    Job("prune unused scans", TIDY_CYCLE, files.prune_unused),
    Job("prune unused pictures", TIDY_CYCLE, pruning.prune_pictures),
    Job("cancel abandoned imports", TIDY_CYCLE, removing.cancel_abandoned),
    Job("forget files of bookings", TIDY_CYCLE, report_files.forget_due),
    Job("forget what is over", TIDY_CYCLE, retaining.forget_due),
    Job("erase strangers", TIDY_CYCLE, strangers.erase_due),
    Job("prune idempotency keys", TIDY_CYCLE, until_none_is_left(pruning.prune_idempotency_keys)),
    Job("prune sessions", TIDY_CYCLE, until_none_is_left(pruning.prune_sessions)),
    Job("prune attempts", TIDY_CYCLE, pruning.prune_throttles),
    Job("prune reminders", TIDY_CYCLE, until_none_is_left(pruning.prune_reminders)),
    Job("prune past ticks", TIDY_CYCLE, pruning.prune_ticks),
)


def with_post(post: Post) -> tuple[Job, ...]:
    """All jobs of a house with this post: what is routed onto its channels is also sent."""
    sender = Job("send letters", CYCLE, lambda now: sending.send_due(now, post))
    router = partial(outbox.deliver_due, channels=post.kinds)
    return (*(replace(job, run=router) if job.name == ROUTING else job for job in JOBS), sender)


class Runner:
    """Remembers when each job ran last, so that the rare ones stay rare."""

    def __init__(self, jobs: tuple[Job, ...] = JOBS) -> None:
        self._jobs = jobs
        self._last: dict[str, datetime] = {}

    def take_due(self, now: datetime) -> list[Job]:
        """The jobs whose time has come, for whoever runs them now; all of them where the clock was put back."""
        due = [job for job in self._jobs if self._is_due(job, now)]
        self._last.update((job.name, now) for job in due)
        return due

    def _is_due(self, job: Job, now: datetime) -> bool:
        last = self._last.get(job.name)
        return last is None or not timedelta() <= now - last < job.every

    def run_due(self, now: datetime) -> Outcome:
        """Run every job whose time has come."""
        return run_all(self.take_due(now), now)


def run_all(jobs: Sequence[Job], now: datetime) -> Outcome:
    """Run these jobs; one that fails is logged and tried again in its next round, the others go on."""
    done: dict[str, int] = {}
    failed: list[str] = []
    for job in jobs:
        try:
            done[job.name] = job.run(now)
        except Exception:  # a job that fails must not keep the others from running
            log.exception("The job “%s” failed.", job.name)
            failed.append(job.name)
    return Outcome(done, tuple(failed))


def round_of(runner: Runner, now: datetime, aside: Callable[[Callable[[], object]], int]) -> None:
    """One round of a runner that goes on for long: it keeps no connection while it waits for the next.

    A round with rare jobs is run `aside`, in a child that gives back what it loaded for them: a process that waits
    nearly always needs half of its memory for nothing else. `aside` returns the child's status.
    """
    due = runner.take_due(now)
    if all(job.every <= CYCLE for job in due):
        run_all(due, now)
        db.session.remove()
        return

    def work() -> None:
        run_all(due, now)
        _give_up_connections()

    _give_up_connections()  # none may be used by two processes
    status = aside(work)
    if status:
        log.error("A round of jobs ended with %s before it was done.", status)


def _give_up_connections() -> None:
    db.session.remove()
    db.engine.dispose()
