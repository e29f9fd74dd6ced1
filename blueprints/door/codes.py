"""QR codes as pictures: made here, so that no address of a booking or a door leaves the house."""

from __future__ import annotations

import io

from flask import Response

DARK, LIGHT = "#24211c", "#ffffff"
"""Dark on white in the dark mode too: phones read nothing else."""


def picture(address: str) -> Response:
    """The QR code of an address as SVG."""
    import segno  # here: few processes ever draw one

    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", border=3, dark=DARK, light=LIGHT, xmldecl=False, svgclass=None, lineclass=None
    )
    return Response(drawn.getvalue(), mimetype="image/svg+xml")
