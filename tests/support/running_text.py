"""Whether what somebody typed became more than text in the browser: it ran, loads, leads astray, or is markup."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Error, Page

from tests.support.payloads import OUTSIDE, RENDERED

MORE_THAN_TEXT = """([outside, rendered]) => {
  const STRANGERS = "base object embed iframe frame frameset marquee applet math audio video style "
    + "script:not([src]) meta[http-equiv=refresh]"
  const LEADS = /^(javascript:|vbscript:|data:text\\/html|js:|(https?:)?\\/\\/pwned\\.)/i
  const found = []
  for (const one of document.querySelectorAll(STRANGERS.replaceAll(" ", ",")))
    found.push("element " + one.outerHTML.slice(0, 120))
  for (const one of document.querySelectorAll("*"))
    for (const { name, value } of one.attributes) {
      const plain = value.replace(/[\\u0000-\\u0020]/g, "")
      if (/^(on|hx-on|data-hx-on)/.test(name)) found.push("attribute " + one.outerHTML.slice(0, 120))
      else if (name !== "value" && name !== "title" && !name.startsWith("aria-") && LEADS.test(plain))
        found.push(name + "=" + value.slice(0, 120) + " of " + one.tagName)
    }
  if (document.documentElement.textContent.includes(rendered)) found.push("a text was rendered as a template")
  return found
}"""
"""Attributes that only say something may begin as they like; any other that begins like a way is one."""


class RunningText:
    """What ran or was loaded, in all pages of the contexts it is attached to."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def attach(self, context: BrowserContext) -> None:
        """Hear of every call of `pwned`, in whichever frame, and of every request to the outside of the payloads."""
        context.expose_binding(
            "pwned", lambda source, *_more: self.ran.append(f"ran on {source['page'].url}")
        )
        context.on("request", lambda request: self._requested(request.url))

    def _requested(self, url: str) -> None:
        if url.partition(":")[2].startswith(OUTSIDE):
            self.ran.append(f"asked for {url}")

    def on(self, page: Page) -> list[str]:
        """What of the page as it stands now is more than text, with its address; what ran meanwhile is told once."""
        try:
            found: list[Any] = page.evaluate(MORE_THAN_TEXT, [OUTSIDE, RENDERED])
        except Error as error:  # the page went elsewhere while it was looked at
            found = [f"it went away: {error.message.splitlines()[0]}"]
        faults, self.ran = [*self.ran, *found], []
        return [f"{page.url}: {fault}" for fault in faults]

    def at(self, page: Page, address: str) -> list[str]:
        """The same of an address, which has to answer without breaking."""
        try:
            answer = page.goto(address)
        except Error as error:
            return [f"{address}: {error.message.splitlines()[0]}", *self.on(page)]
        broken = [] if answer is None or answer.status < 500 else [f"{page.url}: {answer.status}"]
        return broken + self.on(page)
