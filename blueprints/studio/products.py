"""Routes of a shop's products."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.studio import blueprint, product_views
from blueprints.studio.forms import blame
from blueprints.studio.product_form import ProductForm, differences, typed_of
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, RuleViolation, Stale
from domain.people import Role
from models import Product
from services import pictures
from services.idempotency import Answer
from services.merchants import claims, needs
from services.merchants import products as services
from services.merchants.facts import ProductFacts


@blueprint.get("/products")
@allow(Role.MERCHANT)
def products() -> ResponseReturnValue:
    """The own products, those taken off the list folded away."""
    return _list()


@blueprint.get("/products/new")
@allow(Role.MERCHANT)
def new_product() -> ResponseReturnValue:
    """The form of a new product; `next` leads back to the booth that it is for."""
    known = services.my_products(the_actor())
    start = {"next": pages.safe_next(_asked_next())}
    if known:  # most shops sell one kind of thing
        start |= {name: typed_of(known[0])[name] for name in ("category", "food_type")}
    return _form(ProductForm(formdata=None, data=start))


@blueprint.post("/products/new")
@allow(Role.MERCHANT)
def create_product() -> ResponseReturnValue:
    """Add a product."""
    return _save(None, lambda facts, _version: services.create_product(the_actor(), facts, now=now()))


@blueprint.get("/products/<int:product_id>")
@allow(Role.MERCHANT)
def product(product_id: int) -> ResponseReturnValue:
    """A product: how its review stands, which papers it needs, and its form."""
    found = services.product_for(the_actor(), product_id)
    typed = typed_of(found) | {"next": pages.safe_next(_asked_next())}
    return _form(ProductForm(formdata=None, data=typed), found)


@blueprint.post("/products/<int:product_id>")
@allow(Role.MERCHANT)
def update_product(product_id: int) -> ResponseReturnValue:
    """Change a product as it was looked at."""
    found = services.product_for(the_actor(), product_id)
    return _save(
        found,
        lambda facts, version: services.update_product(
            the_actor(), product_id, facts, version=version, now=now()
        ),
    )


@blueprint.post("/products/<int:product_id>/archive")
@allow(Role.MERCHANT)
def archive_product(product_id: int) -> ResponseReturnValue:
    """Take a product off the list; it can be put back."""
    try:
        gone = services.archive_product(the_actor(), product_id, now=now())
    except RuleViolation as refusal:
        return _list(status_of(refusal), [sentence(violation) for violation in refusal.violations])
    flash(_("“%(name)s”已下架，可以在最下面恢复。", name=gone.name), "ok")
    return pages.go("studio.products")


@blueprint.post("/products/<int:product_id>/restore")
@allow(Role.MERCHANT)
def restore_product(product_id: int) -> ResponseReturnValue:
    """Put a product back on the list."""
    back = services.restore_product(the_actor(), product_id, now=now())
    flash(_("“%(name)s”重新上架了。", name=back.name), "ok")
    return pages.go("studio.products")


def _asked_next() -> str | None:
    return request.args.get("next")


def _save(found: Product | None, service: Callable[[ProductFacts, int], Product]) -> ResponseReturnValue:
    form = ProductForm()
    # The picture first: it is decoded before any transaction begins, and kept while the rest is corrected.
    fault = _keep_picture(form)
    is_valid = form.validate()
    if fault is not None:
        blame(form, "picture", fault)
    if fault is not None or not is_valid:
        return _form(form, found, 422)
    version = whole(form.version.data) if (form.version.data or "").isdecimal() else 0
    try:
        answer = once.once(lambda: _saved(service(form.facts(), version), form))
    except Stale:
        return _overtaken(form, services.product_for(the_actor(), found.id if found else 0))
    except (BadInput, RuleViolation) as refusal:
        return _form(form, found, status_of(refusal), on_top=_blamed(form, refusal))
    flash(answer.body["said"], answer.body["tone"])
    return redirect(answer.body["location"], 303)


def _saved(product: Product, form: ProductForm) -> Answer:
    """What is flagged is shown at once; otherwise back to where the person came from."""
    home = pages.safe_next(form.next.data)
    said, tone = _("“%(name)s”已保存。", name=product.name), "ok"
    location = home or url_for("studio.products")
    if claims.findings_of(product):
        said, tone = _("“%(name)s”已保存，有几处说法请看一下。", name=product.name), "wait"
        location = url_for("studio.product", product_id=product.id, next=home)
    return Answer(303, {"location": location, "said": said, "tone": tone})


def _blamed(form: ProductForm, refusal: Refusal) -> list[str]:
    """Put every sentence next to its field; those of none are left."""
    if isinstance(refusal, RuleViolation):
        told = [(violation.field, sentence(violation)) for violation in refusal.violations]
    else:
        told = [(getattr(refusal, "field", None), sentence(refusal))]
    return [text for name, text in told if not blame(form, name, text)]


def _overtaken(form: ProductForm, found: Product) -> ResponseReturnValue:
    """Somebody else saved first: what was typed stays, beside what stands there now."""
    changed = differences(form, found)
    form.version.data = str(found.version)
    return _form(form, found, 409, changed=changed)


def _keep_picture(form: ProductForm) -> str | None:
    """Keep an upload, if there is one; the sentence of what is wrong with it, else None."""
    upload = form.picture.data
    if not upload:
        return None
    data = upload.stream.read(pictures.MAX_BYTES + 1)
    upload.stream.seek(0)
    try:
        form.kept_picture.data = pictures.keep(the_actor(), data, now=now())
    except BadInput as refusal:
        return sentence(refusal)
    return None


def _still_kept(name: str | None) -> str | None:
    """The picture that a form remembers, unless there is none of that name: it would be shown as a broken one."""
    return name if name and pictures.is_kept(name) else None


def _form(
    form: ProductForm,
    found: Product | None = None,
    status: int = 200,
    *,
    on_top: list[str] | None = None,
    changed: list[tuple[str, str]] | None = None,
) -> ResponseReturnValue:
    kept = form.kept_picture.data = _still_kept(form.kept_picture.data)
    return pages.show(
        "studio/product",
        status,
        form=form,
        product=found,
        kept_url=url_for("studio.picture", sha256=kept) if kept else None,
        standing=product_views.standing(found, claims.findings_of(found)) if found else None,
        needs=product_views.needs_of_each(needs.of_shop(the_actor(), now())),
        on_top=on_top or [],
        changed=changed,
        next=pages.safe_next(form.next.data),
        back=pages.safe_next(form.next.data) or url_for("studio.products"),
        idempotency_key=once.new_key(),
        product_views=product_views,
    )


def _list(status: int = 200, refusals: list[str] | None = None) -> ResponseReturnValue:
    actor = the_actor()
    found = services.my_products(actor)
    lacking = needs.of_shop(actor, now())
    return pages.show(
        "studio/products",
        status,
        cards=product_views.cards(found, claims.findings_of_each(found), lacking),
        archived=services.my_products(actor, archived=True),
        refusals=refusals or [],
        licence=product_views.licence_needs(lacking),
    )
