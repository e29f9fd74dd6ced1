"""Marks are made once and shown often: each reader gets theirs all the same."""

import pytest
from flask_babel import force_locale

from blueprints import marks


@pytest.fixture(autouse=True)
def asked(app):
    with app.test_request_context("/"):
        yield


def test_a_state_is_said_in_the_language_of_its_reader():
    for _ in range(2):
        assert "已确认" in marks.state("confirmed")
        with force_locale("en"):
            assert "Confirmed" in marks.state("confirmed")


def test_a_state_is_colour_icon_and_word():
    shown = marks.state("declined")

    assert "chip-red" in shown
    assert "#cross" in shown
    assert "未通过" in shown


def test_a_chip_says_what_was_typed_and_no_more():
    assert "&lt;b&gt;" in marks.chip("<b>", "jade")
