"""How times, lights, states and presses of a live show are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from domain.interval import local, local_day
from domain.studio.booths import OnAir
from domain.studio.compliance import Compliance, Light
from domain.studio.running import Action, Overrun, SkipReason

Chip = tuple[str, str | None, str | None]
"""Text, tone and icon."""
ON_TIME = 30
"""Seconds by which a show may be off and is still called on time."""


def stretch(seconds: int) -> str:
    """45 秒, 3 分 20 秒, 1 小时 5 分."""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)s 小时 %(minutes)s 分", hours=hours, minutes=minutes)
    if not minutes:
        return _("%(seconds)s 秒", seconds=rest)
    if not rest:
        return _("%(minutes)s 分钟", minutes=minutes)
    return _("%(minutes)s 分 %(seconds)s 秒", minutes=minutes, seconds=rest)


def digits(seconds: int) -> str:
    """12:05, 1:02:05; in overtime +03:20."""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"
    return f"+{text}" if seconds < 0 else text


def at(moment: datetime, day_of: datetime) -> str:
    """20:15; past midnight 次日 00:15."""
    clock = f"{local(moment):%H:%M}"
    return clock if local_day(moment) <= local_day(day_of) else _("次日 %(time)s", time=clock)


def to_the_second(moment: datetime) -> str:
    """20:15:03."""
    return f"{local(moment):%H:%M:%S}"


def offset(seconds: int) -> Chip:
    """整场晚 3 分 20 秒."""
    if abs(seconds) < ON_TIME:
        return _("整场准时"), "jade", "check"
    if seconds > 0:
        return _("整场晚 %(time)s", time=stretch(seconds)), "amber", "clock"
    return _("整场早 %(time)s", time=stretch(seconds)), None, "clock"


def state(found: OnAir) -> Chip:
    """How an item stands."""
    return {
        OnAir.WAITING: (_("等着播"), None, "clock"),
        OnAir.ON_AIR: (_("正在播"), "red", "live"),
        OnAir.DONE: (_("播完了"), "jade", "check"),
        OnAir.SKIPPED: (_("没播"), "amber", "skip"),
    }[found]


def reason(found: SkipReason) -> str:
    """Why something was not aired."""
    return {
        SkipReason.ABSENT: _("没到场"),
        SkipReason.NOT_READY: _("没准备好"),
        SkipReason.NO_TIME: _("来不及了"),
        SkipReason.OTHER: _("其他原因"),
    }[found]


def overrun(found: Overrun) -> str:
    """What is done about lateness, in one word."""
    return {
        Overrun.SHIFT: _("顺延"),
        Overrun.SQUEEZE: _("压缩"),
        Overrun.LEAVE: _("不动"),
    }[found]


def overrun_means(found: Overrun) -> str:
    """The same in a sentence."""
    return {
        Overrun.SHIFT: _("后面每项时长不变，整场往后推。"),
        Overrun.SQUEEZE: _("后面每项都短一点，尽量按时结束，每项至少 5 分钟。"),
        Overrun.LEAVE: _("只少下一项的时间，再后面照原计划。"),
    }[found]


def action(found: str) -> str:
    """What a press is called."""
    return {
        Action.START: _("开播"),
        Action.NEXT: _("下一个"),
        Action.PAUSE: _("停一下"),
        Action.EXTEND: _("+1 分钟"),
        Action.SKIP: _("跳过"),
        Action.SWAP: _("互换"),
        Action.MOVE: _("提到下一个"),
        Action.REPEAT: _("重播"),
        Action.INSERT: _("插播"),
        Action.OVERRUN: _("改超时办法"),
        Action.CATCH_UP: _("更新名单"),
        Action.END: _("结束直播"),
        Action.UNDO: _("撤销"),
    }[Action(found)]


def lights(of_booths: Sequence[Compliance]) -> list[Chip]:
    """The five lights of what is on air; of several booths each light is the worst one, with how many have it."""
    return [_light(name, [getattr(one, name) for one in of_booths]) for name in LIGHTS]


LIGHTS = ("papers", "claims", "sample", "stock", "link")


def _light(name: str, found: Sequence[Light]) -> Chip:
    worst = next((one for one in (Light.MISSING, Light.WAITING) if one in found), Light.OK)
    word = _light_words(name)[worst]
    if len(found) > 1 and worst is not Light.OK:
        word = _("%(word)s（%(count)s 个）", word=word, count=sum(one is worst for one in found))
    tone, icon = {
        Light.OK: ("jade", "check"),
        Light.WAITING: ("amber", "clock"),
        Light.MISSING: ("red", "warning"),
    }[worst]
    return word, tone, icon


def _light_words(name: str) -> Mapping[Light, str]:
    words: dict[str, tuple[str, str, str]] = {
        "papers": (_("证照齐"), _("证照待审"), _("证照缺")),
        "claims": (_("宣传已审"), _("宣传待审"), _("宣传未通过")),
        "sample": (_("样品到了"), _("样品没到"), _("样品没到")),
        "stock": (_("有库存"), _("没库存"), _("没库存")),
        "link": (_("链接好了"), _("没有链接"), _("没有链接")),
    }
    return dict(zip((Light.OK, Light.WAITING, Light.MISSING), words[name], strict=True))


def said(done: Action, detail: Mapping[str, Any]) -> str:
    """What was just pressed, in one short sentence."""
    if done is Action.EXTEND:
        return _("加了 1 分钟。")
    if done is Action.OVERRUN:
        return _("超时以后：%(choice)s", choice=overrun_means(Overrun(detail["overrun"])))
    return _("已按“%(action)s”。", action=action(done))


def overtaken(name: str, pressed: str, at: datetime, *, own: bool) -> str:
    """Why a press came too late."""
    words = {"action": action(pressed), "time": to_the_second(at)}
    if own:
        return _("“%(action)s”已经按过了（%(time)s），没有再按一次。", **words)
    return _("%(name)s已经按了“%(action)s”（%(time)s）。您这一下没有算，请看清再按。", name=name, **words)
