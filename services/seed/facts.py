"""The five spaces of the community with their hours and rules; names from the report [seed], figures [default]."""

from __future__ import annotations

from dataclasses import dataclass

from domain.spaces import FIVE_SERVICES, Approval, DayKind, Equipment, SpaceKind

DAILY = tuple(DayKind)
WORKDAYS = (DayKind.WEEKDAY,)


@dataclass(frozen=True, slots=True)
class SpaceFacts:
    """One space; lengths, lead and buffer in minutes, opening in hours of the day."""

    code: str
    name: str
    name_en: str
    about: str
    about_en: str
    kind: SpaceKind
    approval: Approval
    places: int
    capacity: int | None
    opens: float
    closes: float
    min_minutes: int
    max_minutes: int
    days: tuple[DayKind, ...] = DAILY
    buffer_minutes: int = 0
    lead_minutes: int = 30
    advance_days: int = 30
    is_private: bool = False
    equipment: tuple[Equipment, ...] = ()


SPACES = (
    SpaceFacts(
        code="pavilion",
        name="楼长议事亭",
        name_en="Discussion pavilion",
        about="楼长和居民议事的地方：楼栋会议、两议两评、邻里商量事。",
        about_en="Where captains and residents talk: building meetings, deliberations, neighbours' matters.",
        kind=SpaceKind.ROOM,
        approval=Approval.CAPTAINS_AT_ONCE,
        places=1,
        capacity=12,
        opens=8,
        closes=21.5,
        min_minutes=30,
        max_minutes=180,
        equipment=(Equipment.WHITEBOARD, Equipment.STEP_FREE),
    ),
    SpaceFacts(
        code="tea-room",
        name="楼院茶话室",
        name_en="Tea room",
        about="一壶茶，一桌邻居：茶话会、合唱排练、家庭聚会都可以。用后请收拾茶具。",
        about_en="A pot of tea among neighbours: choir practice, family gatherings. Please clear the tea set.",
        kind=SpaceKind.ROOM,
        approval=Approval.STAFF,
        places=1,
        capacity=20,
        opens=8,
        closes=22,
        min_minutes=30,
        max_minutes=240,
        buffer_minutes=15,
        equipment=(
            Equipment.AIR_CONDITIONING,
            Equipment.AUDIO,
            Equipment.SCREEN,
            Equipment.STEP_FREE,
            Equipment.TEA,
        ),
    ),
    SpaceFacts(
        code="mediation-room",
        name="党代表冠名调解室",
        name_en="Mediation room",
        about="安静谈心、化解纠纷的地方。谁来过、谈什么，别人都看不到。",
        about_en="A quiet room to settle disputes. Nobody else sees who comes or what is talked about.",
        kind=SpaceKind.ROOM,
        approval=Approval.STAFF,
        places=1,
        capacity=8,
        opens=8.5,
        closes=18,
        days=WORKDAYS,
        min_minutes=30,
        max_minutes=120,
        is_private=True,
        equipment=(Equipment.AIR_CONDITIONING, Equipment.TEA),
    ),
    SpaceFacts(
        code="rest-station",
        name="“26℃近邻温度”党群服务小栈",
        name_en="26 °C rest station",
        about="免费 WiFi、免费茶水、免费药品、免费雨伞、免费充电。累了就进来坐一坐，不预约也欢迎。",
        about_en="Free WiFi, tea, medicine, umbrellas and charging. Walk in and take a seat, booked or not.",
        kind=SpaceKind.POOL,
        approval=Approval.NONE,
        places=12,
        capacity=12,
        opens=7,
        closes=21,
        min_minutes=15,
        max_minutes=60,
        lead_minutes=0,
        equipment=(*FIVE_SERVICES, Equipment.AIR_CONDITIONING, Equipment.STEP_FREE),
    ),
    SpaceFacts(
        code="studio",
        name="同心直播间",
        name_en="Livestream studio",
        about="每场直播十个展位，一件商品十五分钟，帮街坊的店铺把好东西卖出去。",
        about_en="Ten booths a show, fifteen minutes a product: local shops bring their best things to the world.",
        kind=SpaceKind.STUDIO,
        approval=Approval.STAFF,
        places=10,
        capacity=None,
        opens=9,
        closes=23,
        min_minutes=15,
        max_minutes=15,
        equipment=(Equipment.LIVE_KIT, Equipment.AUDIO, Equipment.SCREEN, Equipment.WIFI),
    ),
)
