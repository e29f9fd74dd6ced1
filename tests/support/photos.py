"""Small pictures for tests."""

from io import BytesIO

from PIL import Image


def photo(colour: object = "tomato") -> bytes:
    """The bytes of one; another colour is another picture."""
    output = BytesIO()
    Image.new("RGB", (40, 20), colour).save(output, "PNG")  # type: ignore[arg-type]  # names and triples alike
    return output.getvalue()
