"""Every operation of the API with what its description allows and forbids: it answers as described, or says no."""

import pytest
from flask import jsonify, request

from blueprints.access import signed_in
from domain.errors import BadInput
from domain.people import Role
from tests.support import trying
from tests.support.letters import create_notice
from tests.support.programs import operations, try_operations
from tests.support.world import doors

pytestmark = pytest.mark.slow
NOT_DESCRIBED = {"api.openapi"}
"""The description itself."""
CANCEL = "api_bookings.cancel"


def test_every_operation_is_described(house):
    described = {one.door.endpoint for one in operations(house.app)}

    assert {door.endpoint for door in doors(house.app) if door.is_api} - described == NOT_DESCRIBED


@pytest.mark.drill("people")
def test_every_operation_answers_as_described_and_no_refusal_changes_a_row(house, drill):
    tried = operations(house.app) if drill.full else operations(house.app)[::12]
    how = trying.plan(drill.size(40, tenth=2))
    found = try_operations(house, tried, how, everybody=drill.full)

    assert not found.wrong, "\n\n".join(found.wrong)
    drill.tell("operations", len(tried))
    drill.tell("calls", sum(found.statuses.values()))
    drill.tell("of them done", sum(n for status, n in found.statuses.items() if status < 400))
    drill.tell("answers of 5xx or not as described, rows changed by a refusal", len(found.wrong))


def findings_of_one(house, endpoint):
    tried = [one for one in operations(house.app) if one.door.endpoint == endpoint]
    return try_operations(house, tried, trying.plan(40, shrink=False), everybody=False).wrong


@pytest.mark.mutant
def test_an_operation_that_breaks_on_odd_input_is_found(house, monkeypatch):
    @signed_in
    def careless(booking_id):
        return jsonify(reason=request.get_json(force=True)["reason"].upper())

    monkeypatch.setitem(house.app.view_functions, CANCEL, careless)

    assert "in the log" in findings_of_one(house, CANCEL)[0]


@pytest.mark.mutant
def test_an_operation_that_answers_otherwise_than_described_is_found(house, monkeypatch):
    @signed_in
    def sloppy(booking_id):
        return "done", 200

    monkeypatch.setitem(house.app.view_functions, CANCEL, sloppy)

    assert "Undocumented Content-Type" in findings_of_one(house, CANCEL)[0]


@pytest.mark.mutant
def test_an_operation_that_keeps_half_of_what_it_refuses_is_found(house, monkeypatch):
    admin = house.actors[Role.ADMIN]

    @signed_in
    def hasty(booking_id):
        create_notice(admin)
        raise BadInput("bad_input")

    monkeypatch.setitem(house.app.view_functions, CANCEL, hasty)

    assert "changed" in findings_of_one(house, CANCEL)[0]
