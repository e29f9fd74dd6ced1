"""The file of a show as one ZIP that anybody can read and check without this program; the same file, the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from blueprints.formats import moment
from blueprints.words.after_show import outcome_word
from blueprints.words.merchants import paper_status_word, paper_word
from domain.money import format_yuan
from domain.studio.booths import OnAir
from domain.studio.records import canonical, safe_name
from domain.studio.wrapping import Outcome
from services import sheets
from services.studio.sealing import Sealed

IN_MEMORY = 4 * 1024 * 1024
"""What is larger goes to the disk."""
SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
Row = Sequence[object]


class Archive:
    """A ZIP that keeps the hash of all that it holds; its clock stands at the moment of sealing."""

    def __init__(self, stream: IO[bytes], sealed_at: datetime) -> None:
        at = sealed_at.astimezone(UTC)
        self._zip = ZipFile(stream, "w", ZIP_DEFLATED)
        self._when = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        self._sums: list[str] = []

    def add(self, name: str, content: bytes) -> None:
        """Put in one file."""
        info = ZipInfo(name, self._when)
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        self._zip.writestr(info, content)
        self._sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")

    def close(self) -> None:
        """Put in the hashes, and end."""
        self.add("SHA256SUMS", "".join(self._sums).encode())
        self._zip.close()


def build(found: Sealed, scan: Callable[[int], bytes]) -> IO[bytes]:
    """The archive, ready to be read; one scan at a time is in memory."""
    stream = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  whoever sends it closes it
    with force_locale("zh_Hans_CN"):  # the authority reads Chinese, whoever downloads it
        content, archive = found.record.content, Archive(stream, found.record.sealed_at)
        archive.add("record.json", canonical(content))
        archive.add("index.html", _page(found).encode())
        archive.add("booths.csv", sheets.csv_table(_booths(content)))
        archive.add("corrections.csv", sheets.csv_table(_corrections(content, content["corrections"])))
        archive.add("papers.csv", sheets.csv_table(_papers(content)))
        if found.addenda:
            archive.add("addenda.csv", sheets.csv_table(_corrections(content, found.addenda)))
        _add_draw(archive, content["draw"])
        for paper in content["papers"]:
            archive.add(f"scans/{scan_name(paper)}", scan(paper["scan"]["id"]))
        archive.close()
    stream.seek(0)
    return stream


def _page(found: Sealed) -> str:
    return render_template(
        "running/record_file.html",
        found=found,
        content=found.record.content,
        booths=_booths(found.record.content),
        papers=_papers(found.record.content),
        corrections=_corrections(found.record.content, found.record.content["corrections"]),
        addenda=_corrections(found.record.content, found.addenda) if found.addenda else [],
    )


def _add_draw(archive: Archive, draw: dict[str, Any] | None) -> None:
    if draw is None:
        return
    if draw["list"] is not None:
        archive.add("draw/list.txt", draw["list"].encode())
    archive.add("draw/draw.json", json.dumps(draw, ensure_ascii=False, indent=2, sort_keys=True).encode())


def scan_name(paper: dict[str, Any]) -> str:
    """The name of a scan: what it is, its number, and its id, so that no two meet."""
    suffix = SUFFIXES.get(paper["scan"]["media_type"], "bin")
    return f"{safe_name(paper_word(paper['kind']), paper['number'])}-{paper['id']}.{suffix}"


def _at(text: str | None) -> str:
    return moment(datetime.fromisoformat(text)) if text else ""


def _who(person: dict[str, Any] | None) -> str:
    return str(person["name"]) if person else ""


def _booths(content: dict[str, Any]) -> list[Row]:
    head = [
        _("展位"), _("商品"), _("店铺"), _("地址"), _("联系电话"), _("统一社会信用代码"), _("无证说明"),
        _("核实人"), _("核实时间"), _("原定开始"), _("实际开始"), _("实际结束"), _("结果"), _("标价"),
        _("直播价"), _("降价依据"), _("宣传内容"), _("宣传审核人"), _("宣传审核时间"), _("产地"), _("保质期"),
        _("售后"),
    ]  # fmt: skip
    return [head, *(_booth(booth) for booth in content["booths"])]


def _booth(booth: dict[str, Any]) -> Row:
    seller, product = booth["seller"], booth["product"]
    aired = [one for one in booth["times"] if one["state"] == OnAir.DONE]
    reasons = [one["reason"] for one in booth["times"] if one["reason"]]
    outcome = Outcome.AIRED if aired else Outcome(reasons[-1]) if reasons else Outcome.OTHER
    live = product["live_price_fen"]
    return [
        booth["booth"], product["name"], seller["name"], seller["address"], seller["contact_phone"],
        seller["credit_code"], seller["exempt_reason"], _who(seller["verified_by"]), _at(seller["verified_at"]),
        _at(booth["planned_starts_at"]), " / ".join(_at(one["started_at"]) for one in aired),
        " / ".join(_at(one["ended_at"]) for one in aired), outcome_word(outcome), format_yuan(product["price_fen"]),
        "" if live is None else format_yuan(live), product["price_basis"], product["claims"],
        _who(product["claims_reviewed_by"]), _at(product["claims_reviewed_at"]), product["origin"],
        product["shelf_life"], product["after_sales"],
    ]  # fmt: skip


def _corrections(content: dict[str, Any], made: Iterable[dict[str, Any]]) -> list[Row]:
    booths = {booth["booking"]: booth["booth"] for booth in content["booths"]}
    head = [_("时间"), _("展位"), _("说错的话"), _("怎么纠正"), _("记录人")]
    return [
        head,
        *(
            [_at(one["at"]), booths.get(one["booking"]), one["said"], one["corrected"], _who(one["by"])]
            for one in made
        ),
    ]


def _papers(content: dict[str, Any]) -> list[Row]:
    shops = {booth["seller"]["id"]: booth["seller"]["name"] for booth in content["booths"]}
    head = [
        _("店铺"),
        _("种类"),
        _("编号"),
        _("发证机关"),
        _("有效期到"),
        _("状态"),
        _("审核人"),
        _("审核时间"),
        _("扫描件"),
    ]
    return [
        head,
        *(
            [
                shops.get(one["merchant"]),
                paper_word(one["kind"]),
                one["number"],
                one["issuer"],
                one["expires_on"] or _("长期"),
                paper_status_word(one["status"]),
                _who(one["reviewed_by"]),
                _at(one["reviewed_at"]),
                f"scans/{scan_name(one)}",
            ]
            for one in content["papers"]
        ),
    ]
