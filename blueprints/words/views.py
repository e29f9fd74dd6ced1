"""What the days of a month are called, in one short word each."""

from __future__ import annotations

from flask_babel import gettext as _

from domain.months import Fullness


def fullness_word(fullness: Fullness) -> str:
    """The word in a cell of the month; nothing is said of days that are over or too far ahead."""
    return {
        Fullness.PAST: "",
        Fullness.BEYOND: "",
        Fullness.REST: _("休"),
        Fullness.SHUT: _("停用"),
        Fullness.FREE: _("空"),
        Fullness.QUIET: _("较空"),
        Fullness.BUSY: _("较满"),
        Fullness.FULL: _("已满"),
    }[fullness]


def fullness_sentence(fullness: Fullness, *, free: int, of: int, share: float) -> str:
    """The same for who hears the cell instead of seeing it; `free` of `of` open spaces have time left."""
    match fullness:
        case Fullness.PAST:
            return _("已过去")
        case Fullness.BEYOND:
            return _("还不能预约")
        case Fullness.REST:
            return _("不开放")
        case Fullness.SHUT:
            return _("停用")
    word, percent = fullness_word(fullness), round(share * 100)
    if of > 1:
        return _("%(word)s，已约 %(percent)s%%，%(free)s 处还有时间", word=word, percent=percent, free=free)
    return _("%(word)s，已约 %(percent)s%%", word=word, percent=percent)
