"""Scans of the demo's papers, drawn here: plainly samples (样张), with nobody's seal on them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

SIZE = (640, 900)
PAPER, INK, RULE, STAMP = "#fffdf6", "#3b362f", "#d9cfbb", "#bf2f26"
Stroke = tuple[tuple[float, float], ...]
# No Chinese font is at hand on a bare system, so the two signs are drawn stroke by stroke.
SAMPLE: tuple[tuple[Stroke, ...], ...] = (
    (
        ((0.02, 0.3), (0.42, 0.3)),
        ((0.22, 0.05), (0.22, 0.95)),
        ((0.22, 0.32), (0.03, 0.64)),
        ((0.22, 0.38), (0.38, 0.54)),
        ((0.56, 0.07), (0.63, 0.2)),
        ((0.9, 0.05), (0.8, 0.21)),
        ((0.5, 0.28), (0.96, 0.28)),
        ((0.53, 0.46), (0.93, 0.46)),
        ((0.46, 0.66), (1.0, 0.66)),
        ((0.73, 0.28), (0.73, 0.98)),
    ),
    (
        (
            (0.08, 0.1),
            (0.36, 0.1),
            (0.36, 0.34),
            (0.1, 0.34),
            (0.08, 0.58),
            (0.38, 0.58),
            (0.34, 0.93),
            (0.22, 0.86),
        ),
        ((0.86, 0.08), (0.62, 0.34)),
        ((0.45, 0.46), (1.0, 0.46)),
        ((0.58, 0.05), (0.58, 0.94), (0.76, 0.8)),
        ((0.66, 0.48), (0.98, 0.94)),
    ),
)


def draw(lines: tuple[str, ...]) -> bytes:
    """A PNG of a paper with some lines of plain letters and digits; the same lines always look the same."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((24, 24, SIZE[0] - 24, SIZE[1] - 24), outline=STAMP, width=6)
    pen.rectangle((38, 38, SIZE[0] - 38, SIZE[1] - 38), outline=RULE, width=2)
    for number, sign in enumerate(SAMPLE):
        _sign(pen, sign, (190 + number * 140, 90), 120)
    font = ImageFont.load_default(30)
    for number, line in enumerate(lines):
        top = 300 + number * 90
        pen.text((80, top), line, fill=INK, font=font)
        pen.line((80, top + 48, SIZE[0] - 80, top + 48), fill=RULE, width=2)
    output = BytesIO()
    image.save(output, "PNG")
    return output.getvalue()


def _sign(pen: ImageDraw.ImageDraw, strokes: tuple[Stroke, ...], at: tuple[int, int], size: int) -> None:
    for stroke in strokes:
        points = [(at[0] + x * size, at[1] + y * size) for x, y in stroke]
        pen.line(points, fill=STAMP, width=9, joint="curve")
