"""Bringing in a long order export against a short one: lines a second, and memory, each in a process of its own."""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

from benchmarks import houses, processes, servers
from benchmarks.arena import Arena
from benchmarks.figures import Figure
from benchmarks.houses import inside
from blueprints.clock import now
from domain.interval import local
from services import keeper
from services.seed import large

HEADER = (
    "主订单编号", "子订单编号", "选购商品", "商品规格", "商品数量", "商品ID", "商家编码", "商品单价",
    "订单应付金额", "运费", "订单提交时间", "支付完成时间", "订单完成时间", "订单状态", "售后状态",
    "达人昵称", "流量来源", "流量体裁",
)  # fmt: skip
DAYS = 30


def measure(arena: Arena) -> Iterator[Figure]:
    """Both files, each into a house of its own that knows the products."""
    for engine in arena.effort.engines:
        short, long = (_alone(arena, engine, lines) for lines in arena.effort.lines)
        few, many = arena.effort.lines
        each = (f"{lines:,} lines in {one['seconds']:.1f} s" for lines, one in ((many, long), (few, short)))
        told = f"{', '.join(each)}; CPU {long['cpu']:.1f} s"
        yield Figure("import-rate", engine, many / long["seconds"], told)
        peaks = f"{short['megabytes']:.0f} MB with {few:,} lines"
        yield Figure("import-memory", engine, long["megabytes"], peaks)
        yield Figure("import-flat", engine, long["megabytes"] - short["megabytes"], peaks)


def write_export(file: Path, lines: int) -> None:
    """An order export of 抖店 with so many lines of a month, one in three of an order with several."""
    dice = Random(lines)
    with file.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(HEADER)
        order = 0
        for number in range(lines):
            order += dice.random() < 0.66
            shop, index = dice.randrange(large.SHOPS), dice.randrange(large.WARES_PER_SHOP)
            ordered = local(now() - timedelta(days=3, seconds=dice.randrange(DAYS * 86_400)))
            paid, refunded = dice.random() < 0.95, dice.random() < 0.05
            wall = f"{ordered:%Y-%m-%d %H:%M:%S}"
            writer.writerow([
                f"69{order:017d}", f"68{number:017d}", f"特产 {shop}-{index}", "250g", "1",
                f"37{shop:08d}{index:02d}", "-", "39.90", "39.90", "0.00", wall, wall if paid else "-", "-",
                "已完成" if paid else "已关闭", "已全额退款" if paid and refunded else "-", "聚福小区", "直播", "直播",
            ])  # fmt: skip


def _alone(arena: Arena, engine: str, lines: int) -> dict[str, float]:
    export = arena.folder / f"export-{lines}.csv"
    if not export.exists():
        write_export(export, lines)
    url = arena.database(arena.effort.fifty, engine, f"import-{lines}")
    command = [sys.executable, "-m", "benchmarks.rows.importing", str(export), url]
    with processes.on_cores(arena.server_cores):
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=servers.ROOT)
    taken: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if taken["inserted"] != lines:
        raise ValueError(f"of {lines} lines {taken['inserted']:.0f} came in")
    return taken


def _held() -> float:
    """Megabytes that this process holds; where only its peak is known, that."""
    own = processes.resident([os.getpid()])
    # What `getrusage` tells of a new process begins with the peak of the one that started it.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 10**6 if own is None else own


def _import(export: Path, url: str) -> dict[str, float]:
    """Bring in an export; the memory is what the process grew by, which does nothing else."""
    with inside(houses.application(url)):
        keeper.on_duty()
        before = _held()
        processes.forget_peaks([os.getpid()])
        began, used = time.perf_counter(), time.process_time()
        counted = keeper.import_sales(export, show_id=None, platform=None, dry_run=False, now=now())
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
    grown = (processes.peak([os.getpid()]) or _held()) - before
    return {"seconds": seconds, "cpu": cpu, "megabytes": grown, "inserted": counted["inserted"]}


if __name__ == "__main__":
    print(json.dumps(_import(Path(sys.argv[1]), sys.argv[2])))
