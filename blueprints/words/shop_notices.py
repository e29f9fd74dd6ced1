"""What notices about a shop, its papers and its products say; notices.py takes them in."""

from __future__ import annotations

from blueprints.words.merchants import paper_word
from blueprints.words.saying import Sentence
from blueprints.words.saying import said as _

SENTENCES: dict[str, Sentence] = {
    "shop_verified": lambda p: _("“%(shop)s”已通过核实，可以订直播展位了。", shop=p["shop"]),
    "shop_returned": lambda p: _(
        "“%(shop)s”的资料被退回。原因：%(reason)s。请改好再提交。", shop=p["shop"], reason=p["reason"]
    ),
    "shop_suspended": lambda p: _(
        "“%(shop)s”已被暂停：不能订展位，订好的也不能上播。原因：%(reason)s",
        shop=p["shop"],
        reason=p["reason"],
    ),
    "shop_lifted": lambda p: _("“%(shop)s”恢复了，可以订直播展位了。", shop=p["shop"]),
    "shop_member_removed": lambda p: _("您不再是“%(shop)s”的成员。", shop=p["shop"]),
    "paper_approved": lambda p: _("%(paper)s审核通过了。", paper=paper_word(p["paper"])),
    "paper_returned": lambda p: _(
        "%(paper)s被退回。原因：%(reason)s。请在“我的店”里重新上传。",
        paper=paper_word(p["paper"]),
        reason=p["reason"],
    ),
    "paper_ends": lambda p: _(
        "%(paper)s还有 %(days)s 天到期，请办好新的，在“我的店”里换上。",
        paper=paper_word(p["paper"]),
        days=p["days"],
    ),
    "paper_over": lambda p: _("%(paper)s已经过期，换上新的以前不能订展位。", paper=paper_word(p["paper"])),
    "claims_cleared": lambda p: _("“%(product)s”的宣传已通过，可以上直播了。", product=p["product"]),
    "claims_refused": lambda p: _(
        "“%(product)s”的宣传被退回，改好保存就会重新审核。原因：%(reason)s",
        product=p["product"],
        reason=p["reason"],
    ),
    "claims_reopened": lambda p: _(
        "宣传词单改了（“%(word)s”），您的 %(count)s 件商品要重新审核，例如“%(product)s”。您不用做什么。",
        word=p["word"],
        count=p["count"],
        product=p["product"],
    ),
}
TONES = {
    "shop_verified": "ok",
    "shop_returned": "error",
    "shop_suspended": "error",
    "shop_lifted": "ok",
    "shop_member_removed": "wait",
    "paper_approved": "ok",
    "paper_returned": "error",
    "paper_ends": "wait",
    "paper_over": "error",
    "claims_cleared": "ok",
    "claims_refused": "error",
    "claims_reopened": "wait",
}
