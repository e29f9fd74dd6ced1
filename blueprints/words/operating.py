"""Sentences for whoever looks after the house from the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from blueprints.words.figures import bounds

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "backup_damaged": lambda p: _("这份备份已损坏。"),
    "backup_differs": lambda p: _("读回的备份和数据库不一致，没有保存。"),
    "backup_no_directory": lambda p: _("没有文件夹 %(directory)s。", directory=p["directory"]),
    "backup_of_another_engine": lambda p: _(
        "这是 %(backup)s 的备份，现在的数据库是 %(database)s。", backup=p["backup"], database=p["database"]
    ),
    "backup_onto_itself": lambda p: _("备份不能写到数据库文件上。"),
    "backup_unknown": lambda p: _("这个文件不是本系统的备份。"),
    "demo_in_production": lambda p: _("数据库里有演示账号，正式环境不能启动。"),
    "no_staff_account": lambda p: _("请先用 flask user create 建一个工作人员账号。"),
    "restore_differs": lambda p: _("恢复后的数据和备份不一致。"),
    "setting_out_of_bounds": lambda p: bounds(p["key"]),
    "setting_unreadable": lambda p: bounds(p["key"]),
    "setting_unknown": lambda p: _("没有 %(key)s 这项设置。", key=p["key"]),
    "transfer_differs": lambda p: _(
        "%(table)s 表搬过去以后和原来的不一致，一行也没有留下。", table=p["table"]
    ),
    "transfer_not_empty": lambda p: _("目标数据库里已有数据。"),
    "transfer_refused": lambda p: _(
        "目标数据库不接受 %(table)s 表里的一行：%(why)s", table=p["table"], why=p["why"]
    ),
}
