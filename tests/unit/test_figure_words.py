"""Figures as people type and read them."""

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from blueprints.words import figures as words
from domain.errors import BadInput
from domain.settings import FIGURES, read_figure, typed_figure


@given(st.sampled_from(sorted(FIGURES)), st.data())
def test_what_is_shown_in_a_field_is_read_back_as_the_same_figure(key, data):
    figure = FIGURES[key]
    value = data.draw(st.integers(figure.least, figure.most))

    assert read_figure(key, typed_figure(key, value)) == value


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("quiet_starts_minute", "22:00", 1320),
        ("quiet_starts_minute", "7：05", 425),
        ("yearly_target_fen", "20,000", 2_000_000),
        ("yearly_target_fen", "19999.5", 1_999_950),
        ("platform_fee_bp", "5", 500),
        ("max_week_minutes", " 360 ", 360),
    ],
)
def test_people_type_in_their_own_way(key, text, value):
    assert read_figure(key, text) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("quiet_starts_minute", "24:00"),
        ("quiet_starts_minute", "noon"),
        ("yearly_target_fen", "1.234"),
        ("yearly_target_fen", "-5"),
        ("max_week_minutes", "3.5"),
        ("max_week_minutes", ""),
        ("max_week_minutes", "²"),
    ],
)
def test_what_is_no_figure_is_refused(key, text):
    with pytest.raises(BadInput, match="setting_unreadable"):
        read_figure(key, text)


@pytest.mark.parametrize("key", sorted(FIGURES))
def test_every_figure_says_what_it_is_for(app_of_words, key):
    with app_of_words.test_request_context(), force_locale("zh_Hans_CN"):
        assert words.figure_word(key) in words.bounds(key)


@pytest.fixture(scope="session")
def app_of_words():
    """An application that only speaks."""
    from flask import Flask
    from flask_babel import Babel

    app = Flask(__name__)
    Babel(app)
    return app
