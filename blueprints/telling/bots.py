"""Routes of the staff's bots: the list, adding one, trying it out, what it hears of, and disabling it."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.fields import Checkboxes
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.refusals import explain
from blueprints.telling import blueprint
from blueprints.tongue import PageForm
from blueprints.words.deliveries import bot_word, trouble_word
from blueprints.words.letters import topic_word
from domain.bots import BotWords, masked_address
from domain.errors import BadInput
from domain.people import Role
from domain.telling import Topic, WebhookKind
from services.idempotency import Answer
from services.telling import bots as services
from services.telling import channels_bots

STAFF_TOPICS = (Topic.BOOKINGS, Topic.STUDIO, Topic.SALES, Topic.ACCOUNT)
"""What staff as a whole are told about."""


class BotForm(PageForm):
    """A bot as an admin describes it; what was typed as secret is not sent back."""

    kind = RadioField(_l("哪一种"), default=WebhookKind.WECOM.value)
    name = StringField(_l("名字"))
    address = StringField(_l("密钥或地址"))
    secret = PasswordField(_l("签名密钥"))
    topics = Checkboxes(_l("告诉它什么"))

    @classmethod
    def of(cls, **given: Any) -> BotForm:
        """The form with its choices."""
        form = cls(**given)
        form.kind.choices = [SelectChoice(kind.value, bot_word(kind)) for kind in WebhookKind]
        form.topics.choices = [SelectChoice(topic.value, topic_word(topic)) for topic in STAFF_TOPICS]
        form.secret.flags.optional = True
        return form

    def words(self) -> BotWords:
        """What was typed."""
        return BotWords(
            WebhookKind(self.kind.data),
            self.name.data or "",
            self.address.data or "",
            self.secret.data or "",
            tuple(Topic(topic) for topic in self.topics.data or ()),
        )


@blueprint.get("/manage/bots")
@allow(Role.ADMIN)
def bots() -> ResponseReturnValue:
    """All bots, and the form to add one."""
    return _show(BotForm.of(formdata=None, data={"topics": [topic.value for topic in STAFF_TOPICS]}))


@blueprint.post("/manage/bots")
@allow(Role.ADMIN)
def add_bot() -> ResponseReturnValue:
    """Let another one listen."""
    form = BotForm.of()
    if not form.validate():
        return _show(form, 422)
    allowed = current_app.config["ALLOWED_OUTBOUND"]

    def act() -> Answer:
        added = services.add(the_actor(), form.words(), allowed, now=now())
        return Answer(303, {"name": added.name})

    try:
        answer = once.once(act)
    except BadInput as refusal:
        explain(refusal, form, {})
        return _show(form, status_of(refusal))
    flash(_("“%(name)s”加上了。发一条测试看看吧。", name=answer.body["name"]), "ok")
    return pages.go("telling.bots")


@blueprint.post("/manage/bots/<int:hook_id>/test")
@allow(Role.ADMIN)
def try_bot(hook_id: int) -> ResponseReturnValue:
    """Send a test message by the way of all messages."""

    def act() -> Answer:
        services.try_out(the_actor(), hook_id, now=now())
        return Answer(303, {})

    once.once(act)
    flash(_("测试消息在路上，几秒钟后刷新看看。"), "ok")
    return pages.go("telling.bots")


@blueprint.post("/manage/bots/<int:hook_id>/topics")
@allow(Role.ADMIN)
def choose_topics(hook_id: int) -> ResponseReturnValue:
    """Change what one hears of."""
    known = {topic.value for topic in STAFF_TOPICS}
    chosen = [Topic(value) for value in request.form.getlist("topics") if value in known]
    try:
        hook = services.listen_to(the_actor(), hook_id, chosen, now=now())
    except BadInput as refusal:
        refused = explain(refusal, None, {})
        return _show(BotForm.of(formdata=None), status_of(refusal), refused=" ".join(refused.sentences))
    flash(_("“%(name)s”听的事改好了。", name=hook.name), "ok")
    return pages.go("telling.bots")


@blueprint.post("/manage/bots/<int:hook_id>/disable")
@allow(Role.ADMIN)
def disable_bot(hook_id: int) -> ResponseReturnValue:
    """Send nothing more to one."""
    hook = services.disable(the_actor(), hook_id, now=now())
    flash(_("“%(name)s”停用了，密钥已经删掉。", name=hook.name), "ok")
    return pages.go("telling.bots")


def _show(form: BotForm, status: int = 200, *, refused: str = "") -> ResponseReturnValue:
    return pages.show(
        "telling/bots",
        status,
        form=form,
        refused=refused,
        bots=services.all_bots(the_actor()),
        topics=STAFF_TOPICS,
        bot_word=bot_word,
        topic_word=topic_word,
        trouble_word=trouble_word,
        masked=masked_address,
        has_extension=channels_bots.has_extension(),
        idempotency_key=once.new_key(),
    )
