"""Forms that were sent to a locked tablet: how long they are kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.people import Role
from domain.tablets import HeldForm
from models import LoginSession
from services import acting, login
from services.registry import keeping
from services.tablets import devices, locking
from tests.support.builders import NOW, create_actor
from tests.support.tablets import PIN, create_colleague, create_tablet

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize("way", ["log out", "log out everywhere", "revoke the tablet"])
def test_what_waits_on_a_locked_tablet_is_gone_with_the_session(db, way):
    admin, colleague = create_actor(Role.ADMIN), create_colleague()
    tablet = create_tablet(admin)
    opened = locking.unlock(tablet.token, colleague.id, PIN, lifetime=timedelta(days=30), now=NOW)
    found = acting.presence_of(opened.token, NOW, device_token=tablet.token)
    locking.hold(found.session_id, HeldForm("/desk/1/decline", (("reason", "住院"),)))

    {
        "log out": lambda: login.log_out(opened.token, NOW),
        "log out everywhere": lambda: keeping.log_out_everywhere(admin, colleague.id, version=1, now=NOW),
        "revoke the tablet": lambda: devices.revoke(admin, tablet.device.id, NOW),
    }[way]()

    assert db.session.scalars(select(LoginSession.held_form)).all() == [None]
