"""What the demo has none of and every house may have: rows for tests that want each table to hold something."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from blueprints.clock import now
from domain.desk import ReasonKind
from domain.people import Actor, Role
from domain.sales.lines import Platform
from models import (
    DeclineReason,
    LearnedWord,
    MessageTemplate,
    OnAirCorrection,
    Person,
    ProductAlias,
    RunEvent,
    SalesImport,
    Show,
    db,
)
from models.sales_imports import ImportStatus
from models.sales_inbox import WordAxis
from services.login import create_token
from services.seed.people import ACCOUNTS
from tests.support.builders import saved
from tests.support.exports import CASE_COLUMNS, Row, doudian_case_row, doudian_row, write_csv
from tests.support.importing import bring_in, stage
from tests.support.letters import create_bot
from tests.support.tablets import create_tablet

TOLD = {
    "达人ID": "301",
    "达人昵称": "泉港好物",
    "商家编码": "TGY-1",
    "商品规格": "250g",
    "售后状态": "退款成功",
}


def lay_rarer_rows() -> None:
    """Bring them into a demo that lies there already."""
    phones = {account.role: account.phone for account in ACCOUNTS}
    staff, admin = (
        db.session.scalars(select(Person).where(Person.phone == phones[role])).one().as_actor()
        for role in (Role.STAFF, Role.ADMIN)
    )
    moment = now()
    create_token(phones[Role.ADMIN], label="门厅的屏", now=moment)
    create_tablet(admin, now=moment)
    create_bot(created_by_id=admin.id)
    said = {"changed_by_id": admin.id, "changed_at": moment}
    saved(MessageTemplate(kind="booking_confirmed", locale="zh_Hans_CN", text="{space}定好了", **said))
    saved(DeclineReason(kind=ReasonKind.ROOM, text="场地维修", text_en="Under repair"))
    _lay_of_show(staff)
    _lay_of_sales(staff, moment)


def _lay_of_show(staff: Actor) -> None:
    show = db.session.scalars(select(Show).order_by(Show.starts_at)).first()
    assert show is not None
    of = {"show_id": show.id, "at": show.starts_at}
    saved(OnAirCorrection(said="最好", corrected="很好", created_by_id=staff.id, **of))
    detail = {"title": "抽奖环节", "minutes": 5}
    saved(RunEvent(version=99, action="insert", actor_id=staff.id, detail=detail, **of))


def _lay_of_sales(staff: Actor, moment: datetime) -> None:
    by = {"platform": Platform.DOUDIAN, "decided_by_id": staff.id, "decided_at": moment}
    saved(ProductAlias(title="别家的茶", **by))
    saved(ProductAlias(code="TGY-9", **by))
    saved(LearnedWord(axis=WordAxis.STATUS, word="神秘", shown="神秘", meaning="closed", **by))
    twice = {"error_code": "file_duplicate_column", "error_params": {"column": "订单编号"}}
    refused = {"status": ImportStatus.FAILED, "platform": Platform.DOUDIAN, "file_sha256": "0" * 64} | twice
    saved(SalesImport(encoding="utf-8", created_by_id=staff.id, created_at=moment, **refused))
    bring_in(staff, [doudian_row(number, **TOLD) for number in (1, 2)], now=moment)
    bring_in(staff, [doudian_row(1, **TOLD | {"订单状态": "已关闭"})], now=moment)
    bring_in(staff, _cases(doudian_case_row(1), doudian_case_row(2)), now=moment)
    stage(
        staff,
        [doudian_row(number, **TOLD) for number in (2, 3)] + [doudian_row(4, 商品数量="很多")],
        now=moment,
    )
    stage(staff, _cases(doudian_case_row(1, 售后状态="极速处理"), doudian_case_row(3)), now=moment)


def _cases(*rows: Row) -> bytes:
    return write_csv(rows, list(CASE_COLUMNS), "gb18030")
