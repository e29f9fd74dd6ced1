"""What is sent as a form is described whole: its fields and its files are one body."""

from typing import Any

import pytest
from flask import Flask

from blueprints.api.routes import Blueprint
from blueprints.api.schemas.merchants import PaperForm, ScanFile


@pytest.fixture
def engine_name() -> str:
    """No row is looked at."""
    return "sqlite"


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("merchant/papers", {"scan", "kind", "number", "issuer", "expires_on"}),
        ("products/{product_id}/pictures", {"picture"}),
        ("sales/imports", {"file", "platform", "show"}),
    ],
)
def test_a_form_tells_its_fields_and_its_files(app: Flask, path: str, named: set[str]) -> None:
    document = app.extensions["jufu_api"].description()

    (kind,) = document["paths"][f"/api/v1/{path}"]["post"]["requestBody"]["content"].items()

    assert kind[0] == "multipart/form-data"
    described = document["components"]["schemas"][kind[1]["schema"]["$ref"].rpartition("/")[2]]
    assert set(described["properties"]) == named


def test_flask_smorest_by_itself_describes_the_files_alone() -> None:
    def described(view: Any) -> list[type]:
        return [one["schema"] for one in view._apidoc["arguments"]["parameters"]]  # noqa: SLF001  where it keeps it

    blueprint = Blueprint("it", __name__)
    apart = blueprint.arguments(PaperForm, location="form")(
        blueprint.arguments(ScanFile, location="files")(lambda form, files: None)
    )
    (whole,) = described(blueprint.form(PaperForm, ScanFile)(lambda form, files: None))

    assert described(apart) == [ScanFile, PaperForm]
    assert issubclass(whole, PaperForm)
    assert issubclass(whole, ScanFile)
