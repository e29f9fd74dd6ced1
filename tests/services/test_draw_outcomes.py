"""Who is passed over in a draw hears why, in the words of the rule."""

from sqlalchemy import select

from blueprints.words import notices
from domain.merchants.papers import PaperKind
from domain.studio.draw import ApplicationStatus
from models import OutboxMessage
from services.studio import applying
from tests.support.builders import MONDAY, NOW, create_studio
from tests.support.draw_builders import by_rank, close_and_draw, create_draw_show, create_stall, find, forge
from tests.support.studio_builders import create_paper


def test_a_shop_whose_paper_ran_out_before_its_turn_is_passed_over_and_told_why(app, db) -> None:
    show = create_draw_show(create_studio())
    merchant, actor, product = create_stall(papers=())
    paper = create_paper(merchant, PaperKind.BUSINESS_LICENCE, actor.id)
    applying.apply(actor, show.id, product.id, booth=None, now=NOW)
    forge(paper, expires_on=MONDAY)

    close_and_draw(show)

    [passed] = by_rank(show)
    assert (passed.status, passed.outcome_code) == (ApplicationStatus.PASSED_OVER, "paper_expired")
    told = find(select(OutboxMessage).where(OutboxMessage.kind == "draw_passed_over")).one()
    with app.test_request_context():
        assert "11月26日" in notices.sentence(told.kind, told.params)
