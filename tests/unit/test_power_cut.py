"""What the disk of a power cut may hold, tried on files of a few sectors."""

import random

from tests.support.power_cut import SECTOR, Disk, Mood, Whim, cuts
from tests.support.recording_vfs import Did, Event

OLD, NEW = b"o" * (4 * SECTOR), b"n" * (3 * SECTOR)
WRITE = Event(Did.WRITE, "", SECTOR // 2, NEW)
WAL = "-wal"


def left(mood, *events, at_first=OLD, name="", is_in_order=True):
    disk = Disk({"": at_first})
    for event in events:
        disk.take(event)
    return disk.after(Whim(random.Random(1), mood, is_in_order)).get(name)


def test_what_was_synced_is_there_whatever_the_disk_likes():
    half = SECTOR // 2

    for mood in Mood:
        assert left(mood, WRITE, Event(Did.SYNC)) == OLD[:half] + NEW + OLD[: SECTOR - half]


def test_what_was_not_is_torn_at_sectors():
    torn = left(Mood.TOSSES, WRITE)

    sectors = {torn[at : at + SECTOR] for at in range(SECTOR, 3 * SECTOR, SECTOR)}
    assert sectors <= {OLD[:SECTOR], NEW[:SECTOR]}
    assert torn[: SECTOR // 2] == OLD[: SECTOR // 2]
    assert (left(Mood.LOSES_ALL, WRITE), left(Mood.KEEPS_ALL, WRITE).count(b"n")) == (OLD, len(NEW))


def test_the_later_of_two_writes_may_come_first():
    second = Event(Did.WRITE, "", SECTOR // 2, b"2" * len(NEW))

    in_order = left(Mood.KEEPS_ALL, WRITE, second)
    in_any = left(Mood.KEEPS_ALL, WRITE, second, is_in_order=False)

    assert (in_order.count(b"n"), 0 < in_any.count(b"n") < len(NEW)) == (0, True)


def test_a_file_may_have_grown_before_its_content():
    far = Event(Did.WRITE, "", 9 * SECTOR, b"f")

    lengths = {len(left(mood, far)) for mood in Mood}

    assert lengths == {len(OLD), 9 * SECTOR + 1}
    assert left(Mood.LOSES_ALL, Event(Did.TRUNCATE, "", 1)) == OLD
    assert left(Mood.KEEPS_ALL, Event(Did.TRUNCATE, "", 1)) == OLD[:1]


def test_a_new_file_is_there_for_certain_once_it_is_synced_and_gone_once_the_folder_is():
    made = Event(Did.CREATE, WAL), Event(Did.WRITE, WAL, 0, b"w")
    synced = *made, Event(Did.SYNC, WAL)

    assert left(Mood.LOSES_ALL, *made, name=WAL) is None
    assert left(Mood.LOSES_ALL, *synced, name=WAL) == b"w"
    assert left(Mood.LOSES_ALL, *synced, Event(Did.DELETE, WAL), name=WAL) == b"w"
    assert left(Mood.LOSES_ALL, *synced, Event(Did.DELETE, WAL, kept=True), name=WAL) is None


def test_cuts_count_the_answers_that_were_given_before():
    events = [WRITE, Event(Did.ANSWER), WRITE, Event(Did.ANSWER)]

    found = {(cut.happened, cut.answers) for cut in cuts({"": OLD}, events, 50, random.Random(1))}

    assert found == {(0, 0), (1, 0), (2, 1), (3, 1), (4, 2)}
