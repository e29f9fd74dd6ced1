"""Recompute a draw from its download, knowing nothing of the house: the standard library and the file, that is all."""

import hashlib
import json
import sys
from pathlib import Path


def sha(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


draw = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
assert sha(draw["seed"]) == draw["seed_hash"], "another seed"
assert sha(draw["list_text"]) == draw["list_hash"], "another list"
lines = draw["list_text"].split("\n")
head = dict(line.split(" ", 1) for line in lines[1:12])
rows = [line.split("\t") for line in lines[12:-1]]
rows.sort(key=lambda row: (int(row[6]), int(row[7]), sha(f"{draw['seed']}:{draw['list_hash']}:{row[0]}")))
assert [(one["application"], one["rank"]) for one in draw["results"]] == [
    (int(row[0]), rank) for rank, row in enumerate(rows, start=1)
], "other ranks"
free = list(range(1, int(head["booths"]) + 1))  # of a show whose booths go on air one after another
for row, one in zip(rows, draw["results"], strict=True):
    if one["status"] != "passed_over":
        wish = int(row[5]) if row[5] != "-" else None
        booth = wish if wish in free else min(free, default=None)
        assert one["booth"] == booth, "another booth"
        if booth is not None:
            free.remove(booth)
sys.stdout.write("\n".join(row[3] for row in rows))
