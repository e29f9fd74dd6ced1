"""In which box a log-in is counted: a browser's own where its person has logged in before, else everybody's."""

from datetime import timedelta

import pytest

from domain.errors import BadInput, TooManyAttempts
from domain.known_browsers import LASTS, badge_of, standing_of
from domain.people import Role
from models import Person
from services import login
from services.known_browsers import Shown
from services.registry import keeping, resetting
from services.secrets import new_secret
from tests.support.builders import NOW, create_actor, create_person

pytestmark = pytest.mark.usefixtures("db")
KEY = "the key of the house"
IN, WRONG, LATER = "in", "wrong", "too many"
DAY = timedelta(days=1)
RIGHT = "right"


@pytest.fixture(autouse=True)
def plain_passwords(monkeypatch):
    """A password is its own hash: what takes long on purpose is another test's matter."""
    monkeypatch.setattr(login, "matches", lambda stored, password: stored == password)


@pytest.fixture
def person():
    return create_person(password_hash=RIGHT)


@pytest.fixture
def badge(person):
    """Of a browser that the person has logged in with."""
    return badge_of(came_in(person).standing, new_secret(), KEY, NOW)


def came_in(person, *, badge=None, password=RIGHT, key=KEY, now=NOW, address="::1"):
    shown = Shown(badge, key) if badge else None
    return login.log_in(person.phone, password, address=address, lifetime=DAY, now=now, shown=shown)


def tries(person, times=1, **how):
    """What becomes of so many tries."""
    told = []
    for _ in range(times):
        try:
            came_in(person, **how)
            told.append(IN)
        except BadInput:
            told.append(WRONG)
        except TooManyAttempts:
            told.append(LATER)
    return told if times > 1 else told[0]


FIVE = [WRONG] * 5 + [LATER]


def test_strangers_keep_nobody_out_of_a_browser_of_their_own(person, badge):
    assert tries(person, 6, password="guess") == FIVE

    assert tries(person, badge=badge) == IN
    assert tries(person) == LATER, "whoever comes in there gives strangers no more tries"


def test_wrong_passwords_there_are_counted_apart_and_as_strictly(person, badge):
    assert tries(person, 6, badge=badge, password="guess") == FIVE
    assert tries(person, badge=badge) == LATER

    assert tries(person, 6, password="guess") == FIVE
    assert tries(person, badge=badge, now=NOW + login.WINDOW) == IN


def test_a_right_password_there_makes_room_for_wrong_ones(person, badge):
    tries(person, 4, badge=badge, password="guess")

    assert tries(person, badge=badge) == IN
    assert tries(person, 6, badge=badge, password="guess") == FIVE


def test_each_browser_has_a_box_of_its_own(person, badge):
    other = badge_of(came_in(person).standing, new_secret(), KEY, NOW)
    tries(person, 6, badge=badge, password="guess")

    assert tries(person, badge=other) == IN


def test_right_passwords_are_counted_for_all_browsers_of_an_account(person, badge, monkeypatch):
    monkeypatch.setattr(login, "PER_ACCOUNT", 2)
    other = badge_of(came_in(person).standing, new_secret(), KEY, NOW)

    assert [tries(person, badge=one) for one in (badge, other, other)] == [IN, IN, LATER]
    assert tries(person) == IN


def test_neighbours_behind_the_same_address_keep_nobody_out_there(person, badge, monkeypatch):
    monkeypatch.setattr(login, "PER_ADDRESS", 1)
    assert tries(create_person(), 2, address="192.0.2.2") == [WRONG, LATER]

    assert tries(person, badge=badge, address="192.0.2.2") == IN


def forged(badge):
    return badge[:-1] + ("0" if badge[-1] != "0" else "1")


def of_another_time(badge):
    given, rest = badge.split(".", 1)
    return f"{int(given) + 1}.{rest}"


def somebody_elses(_badge):
    return badge_of(came_in(create_person(password_hash=RIGHT)).standing, new_secret(), KEY, NOW)


def made_up(badge):
    return badge_of(standing_of(0, 0, None), badge.split(".")[1], "", NOW)


@pytest.mark.parametrize("otherwise", [forged, of_another_time, somebody_elses, made_up, str.upper])
def test_a_badge_that_was_not_given_for_this_account_gains_nothing(person, badge, otherwise):
    other = otherwise(badge)

    assert tries(person, 6, badge=other, password="guess") == FIVE
    assert tries(person) == LATER, "they were counted for the phone"
    assert tries(person, badge=badge) == IN


def test_a_stolen_badge_gains_its_own_five_and_no_more_phones(person, badge):
    tries(person, 6, badge=badge, password="guess")
    other = create_person(password_hash=RIGHT)

    assert tries(other, 6, badge=badge, password="guess") == FIVE
    assert tries(other) == LATER


def test_a_badge_ends_with_the_key_of_the_house(person, badge):
    tries(person, 5, password="guess")

    assert tries(person, badge=badge, key="another key") == LATER


@pytest.mark.parametrize(("beyond", "told"), [(timedelta(), IN), (timedelta(seconds=1), LATER)], ids=str)
def test_a_badge_lasts_half_a_year(person, badge, beyond, told):
    then = NOW + LASTS + beyond
    tries(person, 5, password="guess", now=then)

    assert tries(person, badge=badge, now=then) == told


def has_a_new_password(_db, person):
    given = resetting.give_pin(create_actor(Role.ADMIN), person.id, NOW)
    resetting.redeem(person.phone, given.pin, "a fresh horse", address="::1", now=NOW)


def is_logged_out_everywhere(db, person):
    admin = create_actor(Role.ADMIN)
    keeping.log_out_everywhere(admin, person.id, version=version_of(db, person), now=NOW)


def has_another_role(db, person):
    admin, version = create_actor(Role.ADMIN), version_of(db, person)
    keeping.change_role(admin, person.id, Role.STAFF, captain_of=None, version=version, now=NOW)


def was_closed_for_a_while(db, person):
    admin = create_actor(Role.ADMIN)
    keeping.disable(admin, person.id, version=version_of(db, person), now=NOW)
    keeping.enable(admin, person.id, version=version_of(db, person), now=NOW)


def version_of(db, person):
    return db.session.get_one(Person, person.id, populate_existing=True).version


@pytest.mark.parametrize(
    "ended", [has_a_new_password, is_logged_out_everywhere, has_another_role, was_closed_for_a_while]
)
def test_what_ends_every_session_of_somebody_ends_every_badge(db, person, badge, ended):
    ended(db, person)
    tries(person, 5, password="guess")

    assert tries(person, badge=badge, password=password_of(db, person)) == LATER


def test_the_next_log_in_is_good_for_another(db, person):
    is_logged_out_everywhere(db, person)
    anew = badge_of(came_in(person).standing, new_secret(), KEY, NOW)
    tries(person, 5, password="guess")

    assert tries(person, badge=anew) == IN


def password_of(db, person):
    return db.session.get_one(Person, person.id, populate_existing=True).password_hash


def test_an_account_of_the_demo_answers_like_none_in_production(badge):
    person = create_person(password_hash=RIGHT, is_demo=True)
    standing = standing_of(person.id, person.version, RIGHT)

    assert tries(person, 6, badge=badge_of(standing, new_secret(), KEY, NOW)) == FIVE
