"""Forms filled with payloads in the browser, whatever their fields are for, and what the house answers to them."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Error, Page

from tests.support.payloads import ALL, together
from tests.support.running_text import RunningText

TYPED = "text search tel email url number date time month datetime-local password"
FORMS = """([typed]) => [...document.forms].map((form, index) => {
  const named = [...form.elements].filter((one) => one.name && !["csrf_token", "idempotency_key"].includes(one.name)
    && one.type !== "submit")
  const isTyped = named.some((one) => one.type === "textarea" || one.type === "file"
    || typed.split(" ").includes(one.type))
  const path = new URL(form.getAttribute("action") || location.href, location.href).pathname.replace(/\\d+/g, "#")
  const name = [form.method, path, ...new Set(named.map((one) => one.name))].join(" ")
  return { index, name, isTyped, isEmpty: named.length === 0 }
}).filter((form) => !form.isEmpty)"""
"""The forms of a page that send more than who sends them, each with what tells it from others."""
SEND = """([index, text, hidden, typed]) => {
  const form = document.forms[index]
  const set = (one, value) => { one.removeAttribute("maxlength"); one.value = value }
  for (const one of [...form.elements]) {
    if (!one.name || one.name === "csrf_token") continue
    if (typed.split(" ").includes(one.type)) { one.type = "text"; set(one, text) }
    else if (one.type === "textarea") set(one, text)
    else if (one.type === "file") {
      const files = new DataTransfer()
      files.items.add(new File(["订单号,商品名称\\n" + text + "," + text], text.replaceAll("/", "⁄")))
      one.files = files.files
    } else if (hidden && (one.type === "hidden" || one.type === "radio" || one.type === "checkbox")) {
      one.value = text
      one.checked = true
    } else if (hidden && one.tagName === "SELECT") {
      one.add(new Option("x", text))
      one.value = text
    }
  }
  const button = [...form.elements].find((one) => one.type === "submit" && one.name)
  if (button) form.append(Object.assign(document.createElement("input"), { name: button.name, value: button.value }))
  HTMLFormElement.prototype.submit.call(form)
}"""


@dataclass(frozen=True, slots=True)
class FoundForm:
    """A form by its number on a page, what tells it from others, and whether something can be typed into it."""

    index: int
    name: str
    is_typed: bool


def forms_of(page: Page) -> list[FoundForm]:
    """The forms of a page into which payloads can be put."""
    return [FoundForm(one["index"], one["name"], one["isTyped"]) for one in page.evaluate(FORMS, [TYPED])]


def answer_to(
    page: Page, index: int, eye: RunningText, *, text: str = ALL, hidden: bool = False
) -> list[str]:
    """What of the answer to a form is more than text, where `text` stands in each of its fields.

    With `hidden` also in those that people choose from or do not see, but for the token against forgery.
    """
    try:
        with page.expect_navigation() as answer:
            page.evaluate(SEND, [index, text, hidden, TYPED])
    except Error as error:
        if "Download is starting" in error.message or "ERR_ABORTED" in error.message:
            return []  # a file, which is looked at elsewhere
        raise
    broken = [f"{page.url}: {answer.value.status}"] if answer.value.status >= 500 else []
    return broken + eye.on(page)


def filled_in(page: Page, address: str, form: FoundForm, eye: RunningText, *, number: int) -> list[str]:
    """What is wrong with the answers to one form: to all payloads where people type, to some in hidden fields too."""
    faults = []
    if form.is_typed:
        faults += answer_to(page, form.index, eye)
        page.goto(address)
    if form in forms_of(page):  # it may have done what it says, and be there no more
        faults += answer_to(page, form.index, eye, text=together(number), hidden=True)
        page.goto(address)
    return faults
