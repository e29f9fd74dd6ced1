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
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.studio import blueprint, views
from blueprints.studio.forms import ProductForm, blame
from blueprints.words import sentence
from domain.errors import BadInput, RuleViolation
from domain.merchants.papers import LackKind
from domain.merchants.products import price_of
from domain.people import Role
from models import Product
from services import pictures
from services.idempotency import Answer
from services.merchants import own_shop
from services.merchants import products as services
from services.merchants.products import ProductFacts


@blueprint.get("/products")
@allow(Role.MERCHANT)
def products() -> ResponseReturnValue:
    """The own products, those taken off the list folded away."""
    return _list()


@blueprint.get("/products/new")
@allow(Role.MERCHANT)
def new_product() -> ResponseReturnValue:
    """The form of a new product; `next` leads back to the booth that it is for."""
    return _form(ProductForm(formdata=None, data={"next": pages.safe_next(_asked_next())}))


@blueprint.post("/products/new")
@allow(Role.MERCHANT)
def create_product() -> ResponseReturnValue:
    """Add a product."""
    return _save(None, lambda facts: services.create_product(the_actor(), facts, now=now()))


@blueprint.get("/products/<int:product_id>")
@allow(Role.MERCHANT)
def product(product_id: int) -> ResponseReturnValue:
    """The form of a product."""
    found = services.product_for(the_actor(), product_id)
    typed = {
        "name": found.name,
        "price": f"{found.price_fen // 100}.{found.price_fen % 100:02d}".removesuffix(".00"),
        "stock": found.stock,
        "code": services.doudian_code(found),
    }
    return _form(ProductForm(formdata=None, data=typed), found)


@blueprint.post("/products/<int:product_id>")
@allow(Role.MERCHANT)
def update_product(product_id: int) -> ResponseReturnValue:
    """Change a product."""
    found = services.product_for(the_actor(), product_id)
    return _save(found, lambda facts: services.update_product(the_actor(), product_id, facts, now=now()))


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


def _save(found: Product | None, service: Callable[[ProductFacts], Product]) -> ResponseReturnValue:
    form = ProductForm()
    # The picture first: it is decoded before any transaction begins, and kept while the rest is corrected.
    fault = _keep_picture(form)
    is_valid = form.validate()
    if fault is not None:
        blame(form, "picture", fault)
    if fault is not None or not is_valid:
        return _form(form, found, 422)
    facts = ProductFacts(
        form.name.data or "",
        price_of(form.price.data or ""),
        form.stock.data or 0,
        form.code.data or "",
        form.kept_picture.data or None,
    )
    home = pages.safe_next(form.next.data) or url_for("studio.products")
    try:
        answer = once.once(lambda: Answer(303, {"location": home, "name": service(facts).name}))
    except BadInput as refusal:
        blame(form, refusal.field, sentence(refusal))
        return _form(form, found, status_of(refusal))
    flash(_("“%(name)s”已保存。", name=answer.body["name"]), "ok")
    return redirect(answer.body["location"], 303)


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


def _form(form: ProductForm, found: Product | None = None, status: int = 200) -> ResponseReturnValue:
    kept = form.kept_picture.data
    picture = url_for("studio.picture", sha256=kept) if kept else found and views.picture_url(found)
    return pages.show(
        "studio/product",
        status,
        form=form,
        product=found,
        picture=picture,
        back=pages.safe_next(form.next.data) or url_for("studio.products"),
        idempotency_key=once.new_key(),
    )


def _list(status: int = 200, refusals: list[str] | None = None) -> ResponseReturnValue:
    actor = the_actor()
    return pages.show(
        "studio/products",
        status,
        products=services.my_products(actor),
        archived=services.my_products(actor, archived=True),
        refusals=refusals or [],
        picture_url=views.picture_url,
        doudian_code=services.doudian_code,
        lacking=[
            need for need in own_shop.needs(actor, now=now()) if need.lack.lack is not LackKind.UNREVIEWED
        ],
    )
