"""Draw the app's pictures from our own 福, static/icons/fu.svg: `.venv/bin/python -m scripts.draw_icons`.

The file is read as what it is, a square with rounded corners and strokes with round ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from math import hypot
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image, ImageDraw

ICONS = Path(__file__).parents[1] / "static" / "icons"
SIZES = (192, 512)
FINER = 4
"""Drawn so many times larger and scaled down, for smooth edges."""
SAFE = 0.8
"""How much of a maskable picture the launcher leaves, whatever shape it cuts."""
STEPS = 24
SVG = "{http://www.w3.org/2000/svg}"
WORD = re.compile(r"[A-Z]|-?\d+(?:\.\d+)?")

Point = tuple[float, float]


def strokes(path: str) -> Iterator[list[Point]]:
    """The lines of a path of M, L, H, V, C and Z in absolute numbers; curves become short lines."""
    words, line, command = WORD.findall(path), [], "M"
    while words:
        if words[0].isalpha():
            command = words.pop(0)
        if command == "M":
            if line:
                yield line
            line, command = [_point(words)], "L"
        elif command == "Z":
            line.append(line[0])
        else:
            line += _next(command, words, line[-1])
    yield line


def _point(words: list[str]) -> Point:
    return float(words.pop(0)), float(words.pop(0))


def _next(command: str, words: list[str], here: Point) -> list[Point]:
    if command == "H":
        return [(float(words.pop(0)), here[1])]
    if command == "V":
        return [(here[0], float(words.pop(0)))]
    if command == "L":
        return [_point(words)]
    points = [here, *(_point(words) for _ in range(3))]
    return [_bend(points, step / STEPS) for step in range(1, STEPS + 1)]


def _bend(points: list[Point], at: float) -> Point:
    """A point of a curve (de Casteljau)."""
    while len(points) > 1:
        points = [(a[0] + (b[0] - a[0]) * at, a[1] + (b[1] - a[1]) * at) for a, b in pairwise(points)]
    return points[0]


def picture(size: int, *, maskable: bool) -> Image.Image:
    """The icon of so many pixels; a maskable one fills its square and keeps the sign within the safe middle."""
    root = ET.parse(ICONS / "fu.svg").getroot()  # noqa: S314  our own file
    square, group = root.find(f"{SVG}rect"), root.find(f"{SVG}g")
    if square is None or group is None:
        raise ValueError("fu.svg is not drawn as this script expects.")
    side = size * FINER
    scale = side / float(square.get("width", 0))
    image = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(image)
    corner = 0 if maskable else float(square.get("rx", 0)) * scale
    pen.rounded_rectangle((0, 0, side - 1, side - 1), corner, fill=square.get("fill"))
    shrunk, margin = (scale * SAFE, side * (1 - SAFE) / 2) if maskable else (scale, 0.0)
    width = float(group.get("stroke-width", 1)) * shrunk
    for path in group.iter(f"{SVG}path"):
        for line in strokes(path.get("d", "")):
            placed = [(x * shrunk + margin, y * shrunk + margin) for x, y in line]
            _draw(pen, placed, width, group.get("stroke", "#fff"))
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _draw(pen: ImageDraw.ImageDraw, line: list[Point], width: float, colour: str) -> None:
    """A stroke as a row of discs: its ends and corners are round by themselves."""
    for (x, y), (to_x, to_y) in pairwise(line):
        steps = max(1, round(hypot(to_x - x, to_y - y)))
        for step in range(steps + 1):
            at = step / steps
            centre = (x + (to_x - x) * at, y + (to_y - y) * at)
            pen.circle(centre, width / 2, fill=colour)


def name_of(size: int, *, maskable: bool) -> str:
    """fu-192.png, fu-512-maskable.png."""
    return f"fu-{size}{'-maskable' if maskable else ''}.png"


if __name__ == "__main__":
    for size in SIZES:
        for maskable in (False, True):
            picture(size, maskable=maskable).save(ICONS / name_of(size, maskable=maskable), optimize=True)
