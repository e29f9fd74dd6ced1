"""What importing a long file costs against a short one: time for each line, and memory. Each in its own process."""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from random import Random

from benchmarks.houses import NOW, house
from benchmarks.measuring import Measured
from domain.interval import local
from domain.people import Role
from services import keeper, people

HEADER = (
    "主订单编号", "子订单编号", "选购商品", "商品规格", "商品数量", "商品ID", "商家编码", "商品单价",
    "订单应付金额", "运费", "订单提交时间", "支付完成时间", "订单完成时间", "订单状态", "售后状态",
    "达人昵称", "流量来源", "流量体裁",
)  # fmt: skip
PRODUCTS, DAYS = 200, 30


def measure(folder: Path, short: int, long: int) -> list[Measured]:
    """Import both files, each into an empty house and in a process of its own."""
    few, many = (_alone(folder, lines) for lines in (short, long))
    each = [taken["seconds"] / lines * 1e6 for taken, lines in ((few, short), (many, long))]
    times = f"{each[1]:.0f} µs : {each[0]:.0f} µs"
    more = (many["kilobytes"] - few["kilobytes"]) / 1024
    peaks = f"{many['kilobytes'] / 1024:.0f} MB at most, {few['kilobytes'] / 1024:.0f} MB for the short one"
    return [
        Measured("import per line, long file : short file", "ratio", each[1] / each[0], times),
        Measured("import, long file more than short file", "megabytes", more, peaks),
    ]


def write_export(file: Path, lines: int) -> None:
    """An order export of 抖店 with so many lines of a month, one in three of an order with several."""
    dice = Random(lines)
    with file.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(HEADER)
        order = 0
        for number in range(lines):
            order += dice.random() < 0.66
            product = dice.randrange(PRODUCTS)
            ordered = local(NOW - timedelta(days=3, seconds=dice.randrange(DAYS * 86_400)))
            paid, refunded = dice.random() < 0.95, dice.random() < 0.05
            wall = f"{ordered:%Y-%m-%d %H:%M:%S}"
            writer.writerow([
                f"69{order:017d}", f"68{number:017d}", f"特产 {product}", "250g", "1", f"36{product:017d}", "-",
                "39.90", "39.90", "0.00", wall, wall if paid else "-", "-", "已完成" if paid else "已关闭",
                "已全额退款" if paid and refunded else "-", "聚福小区", "直播", "直播",
            ])  # fmt: skip


def _alone(folder: Path, lines: int) -> dict[str, float]:
    export, file = folder / f"export-{lines}.csv", folder / f"import-{lines}.sqlite"
    write_export(export, lines)
    file.unlink(missing_ok=True)
    with house(file):
        people.create_account(phone="13900000001", name="测量", role=Role.STAFF, now=NOW)
    command = [sys.executable, "-m", "benchmarks.importing", str(export), str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    taken: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return taken


def _import(export: Path, file: Path) -> dict[str, float]:
    """Bring in an export; the peak is that of the process, which does nothing else."""
    with house(file):
        began = time.perf_counter()
        keeper.import_sales(export, show_id=None, platform=None, dry_run=False, now=NOW)
        seconds = time.perf_counter() - began
    return {"seconds": seconds, "kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


if __name__ == "__main__":
    print(json.dumps(_import(Path(sys.argv[1]), Path(sys.argv[2]))))
