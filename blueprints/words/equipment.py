"""What a space's equipment is called, and the icon that stands beside the word."""

from __future__ import annotations

from flask_babel import gettext as _

from domain.spaces import Equipment

ICONS = {
    Equipment.PROJECTOR: "projector",
    Equipment.SCREEN: "screen",
    Equipment.WHITEBOARD: "whiteboard",
    Equipment.AUDIO: "audio",
    Equipment.AIR_CONDITIONING: "cooling",
    Equipment.STEP_FREE: "step-free",
    Equipment.LIVE_KIT: "live",
    Equipment.WIFI: "wifi",
    Equipment.TEA: "tea",
    Equipment.MEDICINE: "medicine",
    Equipment.UMBRELLA: "umbrella",
    Equipment.CHARGING: "charging",
}
"""Names in static/icons/sprite.svg."""


def equipment_word(code: Equipment) -> str:
    """What a piece of equipment is called."""
    return {
        Equipment.PROJECTOR: _("投影仪"),
        Equipment.SCREEN: _("大屏幕"),
        Equipment.WHITEBOARD: _("白板"),
        Equipment.AUDIO: _("音响"),
        Equipment.AIR_CONDITIONING: _("空调"),
        Equipment.STEP_FREE: _("无障碍通道"),
        Equipment.LIVE_KIT: _("直播设备"),
        Equipment.WIFI: _("免费 WiFi"),
        Equipment.TEA: _("茶水"),
        Equipment.MEDICINE: _("药箱"),
        Equipment.UMBRELLA: _("雨伞"),
        Equipment.CHARGING: _("充电"),
    }[code]
