"""Pictures of the demo's products, drawn here: nothing photographed, nothing taken from anybody."""

from __future__ import annotations

import math
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

from services.seed.wares import Motif, Ware

SIZE = 720
FINE = 2
"""Drawn twice as large and made smaller, so that edges are smooth."""
Colour = str
Pen = ImageDraw.ImageDraw
GROUNDS = ("#f6ead7", "#e9efe3", "#f3e3dc", "#e4ecef", "#f2ecd0", "#ece6ef")


def draw(ware: Ware) -> bytes:
    """A PNG of a product; the same product always looks the same."""
    number = int(ware.code[-3:])
    ground = GROUNDS[(number // 100 + number) % len(GROUNDS)]
    image = Image.new("RGB", (SIZE * FINE, SIZE * FINE), ground)
    _shadow(image)
    pen = ImageDraw.Draw(image)
    MOTIFS[ware.motif](pen, number)
    output = BytesIO()
    image.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(output, "PNG")
    return output.getvalue()


def _shadow(image: Image.Image) -> None:
    """A round mat and the soft shadow of what stands on it."""
    pen = ImageDraw.Draw(image)
    pen.ellipse(_box(0.5, 0.52, 0.42, 0.42), fill="#fffaf0")
    layer = Image.new("L", image.size, 0)
    ImageDraw.Draw(layer).ellipse(_box(0.5, 0.76, 0.3, 0.06), fill=90)
    layer = layer.filter(ImageFilter.GaussianBlur(18 * FINE))
    image.paste("#6d5b45", mask=layer)


def _box(x: float, y: float, rx: float, ry: float) -> tuple[float, float, float, float]:
    side = SIZE * FINE
    return (x - rx) * side, (y - ry) * side, (x + rx) * side, (y + ry) * side


def _points(*pairs: tuple[float, float]) -> list[tuple[float, float]]:
    return [(x * SIZE * FINE, y * SIZE * FINE) for x, y in pairs]


def _leaf(pen: Pen, x: float, y: float, length: float, angle: float, fill: Colour) -> None:
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    edge: list[tuple[float, float]] = []
    for step in [*range(21), *range(19, 0, -1)]:
        side = 1 if len(edge) <= 20 else -1
        t = step / 20
        width = side * 0.26 * length * math.sin(math.pi * t) ** 0.8
        edge.append(
            (x + along[0] * t * length + across[0] * width, y + along[1] * t * length + across[1] * width)
        )
    pen.polygon(_points(*edge), fill=fill)
    tip = (x + along[0] * length * 0.92, y + along[1] * length * 0.92)
    pen.line(_points((x, y), tip), fill="#f3f6e8", width=3 * FINE)


def _tea(pen: Pen, number: int) -> None:
    leaf = "#5d7f4b" if number % 2 else "#7c6a3a"
    for angle, length in ((-2.2, 0.24), (-1.55, 0.3), (-0.95, 0.24)):
        _leaf(pen, 0.5, 0.46, length, angle, leaf)
    pen.ellipse(_box(0.71, 0.59, 0.09, 0.08), outline="#d9cdb8", width=16 * FINE)
    pen.pieslice(_box(0.5, 0.5, 0.24, 0.28), 0, 180, fill="#fdf6e8")
    pen.ellipse(_box(0.5, 0.5, 0.24, 0.07), fill="#efe2c9")
    pen.ellipse(_box(0.5, 0.505, 0.21, 0.052), fill="#b5793a" if number % 2 else "#8a4f2a")


def _bowl(pen: Pen, number: int) -> None:
    pen.pieslice(_box(0.5, 0.5, 0.3, 0.27), 0, 180, fill="#a83f34" if number % 2 else "#33618a")
    pen.rectangle(
        (*_points((0.4, 0.75))[0], *_points((0.6, 0.78))[0]), fill="#7f2f27" if number % 2 else "#264a69"
    )
    pen.ellipse(_box(0.5, 0.5, 0.3, 0.1), fill="#fbf3e2")
    for row, count in ((0.5, 5), (0.455, 4), (0.41, 3)):
        for index in range(count):
            x = 0.5 + (index - (count - 1) / 2) * 0.105
            pen.ellipse(_box(x, row, 0.06, 0.05), fill="#e2a857", outline="#c98b3c", width=4 * FINE)
            pen.ellipse(_box(x - 0.015, row - 0.015, 0.018, 0.01), fill="#f4d08d")


def _fruit(pen: Pen, number: int) -> None:
    pen.ellipse(_box(0.37, 0.54, 0.19, 0.19), fill="#5b2b4f")
    pen.ellipse(_box(0.33, 0.48, 0.05, 0.035), fill="#83507a")
    pen.ellipse(_box(0.63, 0.57, 0.19, 0.19), fill="#6d3560")
    pen.ellipse(_box(0.63, 0.57, 0.165, 0.165), fill="#fbeede")
    pen.ellipse(_box(0.63, 0.57, 0.14, 0.14), fill="#eeb43a")
    for index in range(18):
        angle, radius = index * 2.4, 0.03 + 0.0055 * index
        pen.ellipse(
            _box(0.63 + math.cos(angle) * radius, 0.57 + math.sin(angle) * radius, 0.014, 0.018),
            fill="#43301c",
        )
    _leaf(pen, 0.4, 0.36, 0.22, -0.7, "#5d7f4b" if number % 2 else "#6f8f4e")


def _seaweed(pen: Pen, number: int) -> None:
    dark, light = ("#2f4536", "#48634c") if number % 2 else ("#4b3a52", "#6a5673")
    for strip in range(7):
        x = 0.29 + strip * 0.07
        edge = [(x + 0.022 * math.sin(t / 3 + strip), 0.28 + t * 0.022) for t in range(21)]
        pen.line(_points(*edge), fill=dark if strip % 2 else light, width=44 * FINE, joint="curve")
    pen.rounded_rectangle((*_points((0.24, 0.47))[0], *_points((0.76, 0.57))[0]), 20 * FINE, fill="#b8483b")
    pen.ellipse(_box(0.5, 0.52, 0.034, 0.034), fill="#f6ead7")


def _noodles(pen: Pen, number: int) -> None:
    for strand in range(34):
        x = 0.33 + strand * 0.0103
        bend = 0.05 * math.sin(strand * 1.7 + number)
        edge = [
            (x + (x - 0.5) * 0.5 * abs(t - 10) / 10 + bend * (t / 20) ** 4, 0.26 + t * 0.024)
            for t in range(21)
        ]
        pen.line(_points(*edge), fill="#efd9a7" if strand % 2 else "#dfc386", width=9 * FINE, joint="curve")
    pen.rounded_rectangle((*_points((0.31, 0.46))[0], *_points((0.69, 0.55))[0]), 18 * FINE, fill="#b8483b")
    pen.ellipse(_box(0.5, 0.505, 0.032, 0.032), fill="#f6ead7")


def _oyster(pen: Pen, number: int) -> None:
    for x, y, size in ((0.38, 0.58, 0.17), (0.62, 0.6, 0.16), (0.5, 0.45, 0.18)):
        pen.ellipse(_box(x, y, size, size * 0.78), fill="#8c8578" if number % 2 else "#7a8288")
        pen.ellipse(_box(x, y, size * 0.84, size * 0.62), fill="#ece7dc")
        pen.ellipse(
            _box(x + 0.01, y + 0.01, size * 0.52, size * 0.36), fill="#cbb99a" if number % 2 else "#d8a96c"
        )
        pen.arc(_box(x, y, size * 0.4, size * 0.24), 190, 320, fill="#fffaf0", width=5 * FINE)


def _jar(pen: Pen, number: int) -> None:
    body = ("#d99a2b", "#c47a1f", "#e0b04a")[number % 3]
    pen.rounded_rectangle((*_points((0.33, 0.34))[0], *_points((0.67, 0.78))[0]), 46 * FINE, fill=body)
    pen.rounded_rectangle((*_points((0.36, 0.38))[0], *_points((0.4, 0.7))[0]), 16 * FINE, fill="#f4d58f")
    pen.rounded_rectangle((*_points((0.35, 0.25))[0], *_points((0.65, 0.35))[0]), 18 * FINE, fill="#8a5a33")
    pen.rounded_rectangle((*_points((0.39, 0.48))[0], *_points((0.61, 0.66))[0]), 14 * FINE, fill="#fffaf0")
    pen.regular_polygon((*_points((0.5, 0.57))[0], 44 * FINE), 6, fill=body)


def _nuts(pen: Pen, number: int) -> None:
    shell, line = ("#cf9f62", "#a97c45") if number % 2 else ("#d8b27c", "#b08a52")
    for x, y, tilt in (
        (0.4, 0.62, 0.5),
        (0.6, 0.64, -0.4),
        (0.5, 0.5, 0.1),
        (0.36, 0.46, -0.6),
        (0.64, 0.47, 0.7),
    ):
        dx, dy = 0.055 * math.cos(tilt), 0.055 * math.sin(tilt)
        for side in (-1, 1):
            pen.ellipse(
                _box(x + side * dx, y + side * dy, 0.07, 0.06), fill=shell, outline=line, width=4 * FINE
            )
        pen.ellipse(_box(x, y, 0.055, 0.045), fill=shell)
        for mark in (-0.03, 0.0, 0.03):
            pen.ellipse(
                _box(x + mark * math.cos(tilt) * 2, y + mark * math.sin(tilt) * 2, 0.007, 0.007), fill=line
            )


MOTIFS: dict[Motif, Callable[[Pen, int], None]] = {
    Motif.TEA: _tea,
    Motif.BOWL: _bowl,
    Motif.FRUIT: _fruit,
    Motif.SEAWEED: _seaweed,
    Motif.NOODLES: _noodles,
    Motif.OYSTER: _oyster,
    Motif.JAR: _jar,
    Motif.NUTS: _nuts,
}
