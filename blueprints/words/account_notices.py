"""What notices about the own account say."""

from __future__ import annotations

from blueprints.words.people import role_word
from blueprints.words.saying import Sentence
from blueprints.words.saying import said as _
from domain.people import Role

SENTENCES: dict[str, Sentence] = {
    "reset_given": lambda p: _("工作人员给了您一次性数字，用来重设密码。如果不是您要的，请马上告诉他们。"),
    "password_reset": lambda p: _("您的密码已经重设，别处的登录都退出了。如果不是您本人，请马上找工作人员。"),
    "person_unverified": lambda p: _("您的住址要重新核实。核实好以前不能预约，请找楼长或工作人员。"),
    "role_changed": lambda p: _("您的身份现在是：%(role)s。", role=role_word(Role(p["role"]))),
    "facts_corrected": lambda p: _("工作人员更正了您的资料，请在“我的账号”里看看对不对。"),
    "accounts_merged": lambda p: _("您的两个账号合并成了这一个，预约和通知都在这里。"),
    "phone_changed": lambda p: _("您登录用的手机号改了。如果不是您本人，请马上找工作人员。"),
}
TONES = {
    "reset_given": "wait",
    "password_reset": "ok",
    "person_unverified": "wait",
    "role_changed": "wait",
    "facts_corrected": "wait",
    "accounts_merged": "ok",
    "phone_changed": "wait",
}
