"""Language and letter size belong to the browser."""

import pytest

from services.passwords import hash_password
from tests.support.builders import create_person
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.usefixtures("db")


def choose(client, page="/login", **choice):
    return client.submit(client.get(page), "/preferences", **choice)


def test_large_letters_stay_through_log_in_and_log_out(client):
    person = create_person(password_hash=hash_password(PASSWORD))
    choose(client, elder="1")

    client.submit(client.get("/login"), "/login", phone=person.phone, password=PASSWORD)
    inside = client.get("/me")
    client.submit(inside, "/logout")

    assert 'class="elder"' in inside.text
    assert 'class="elder"' in client.get("/login").text
    choose(client, elder="0")
    assert 'class="elder"' not in client.get("/login").text


def test_the_language_is_remembered_and_the_page_stays(client):
    answer = choose(client, "/signup", locale="en")

    assert (answer.status_code, answer.location) == (303, "/signup")
    assert '<html lang="en"' in client.get("/signup").text


def test_english_stays_through_log_in_and_log_out(client):
    person = create_person(password_hash=hash_password(PASSWORD))
    choose(client, locale="en")

    client.submit(client.get("/login"), "/login", phone=person.phone, password=PASSWORD)
    inside = client.get("/me")
    client.submit(inside, "/logout")

    assert "Log out" in inside.text
    assert "Mobile number" in client.get("/login").text


def test_an_unknown_choice_changes_nothing(client):
    choose(client, locale="xx", elder="7")

    assert '<html lang="zh-Hans-CN">' in client.get("/login").text


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/people/3/verify", "/nowhere", ""]
)
def test_a_choice_leads_only_to_a_page_of_ours(client, target):
    assert choose(client, elder="1", next=target).location == "/"
