"""The page of what a city needs quotes what the simulation computes, and each figure says where it is from."""

import tomllib

import pytest

from benchmarks.scaling import DOCUMENT, HERE, Model, needs, quoted, rush, tables

FIGURES = tomllib.loads((HERE / "scaling.toml").read_text(encoding="utf-8"))


def changed(group, name, value):
    """The model with one figure changed."""
    return Model({**FIGURES, group: {**FIGURES[group], name: {"value": value}}})


@pytest.mark.slow
def test_the_page_quotes_what_is_computed():
    assert quoted(DOCUMENT.read_text(encoding="utf-8")) == tables(Model.read())


def test_every_figure_says_where_it_is_from():
    sources = [figure["source"] for group in FIGURES.values() for figure in group.values()]

    assert sources
    assert [one for one in sources if not one.startswith(("measured", "assumed", "given"))] == []


def test_dearer_requests_need_more_cores():
    dear = changed("cost", "page_ms", 140)

    assert needs(dear, "city", 1_000).cores > needs(Model.read(), "city", 1_000).cores * 2
    assert rush(dear, 1, 2).p99_ms > rush(Model.read(), 1, 2).p99_ms * 2


def test_a_machine_with_too_much_to_do_makes_people_wait():
    assert rush(changed("cost", "page_ms", 2_000), 1, 1).median_ms > 10_000


def test_a_poll_is_cheap_only_while_nothing_is_written():
    model = Model.read()

    assert model.cost_ms("poll", 0) == model.of("cost", "poll_again_ms")
    assert model.cost_ms("poll", 10_000) == pytest.approx(model.of("cost", "poll_ms"))


def test_what_runs_out_first_is_told():
    assert needs(Model.read(), "city", 1_000).short_of == "memory"
    assert needs(changed("memory", "web_mib", 1), "city", 1_000).short_of != "memory"
