"""What a script can measure of a page as a person sees it: sizes, skeleton, ways that work without scripts."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SKELETON = """() => {
  const count = (what) => document.querySelectorAll(what).length;
  const wrong = [];
  if (!document.title.trim()) wrong.push('no title');
  if (count('h1') !== 1) wrong.push(`${count('h1')} h1`);
  if (count('main') !== 1) wrong.push(`${count('main')} main`);
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  const twice = ids.filter((id, n) => ids.indexOf(id) !== n);
  if (twice.length) wrong.push(`ids used twice: ${twice}`);
  return wrong;
}"""

# A form sends itself, a link leads somewhere: htmx only makes it smoother. What polls is no action of a person.
PLAIN_WAYS = """() => {
  const wrong = [];
  const byOrigin = ['/preferences'];  // blueprints/origin.py
  for (const form of document.querySelectorAll('form')) {
    const guarded = form.querySelector('input[name=csrf_token]') || byOrigin.includes(form.getAttribute('action'));
    if (form.method === 'post' && !guarded) wrong.push(`no token: ${form.action}`);
    const sent = form.getAttribute('hx-post') || form.getAttribute('hx-get');
    if (sent && sent !== form.getAttribute('action')) wrong.push(`form goes elsewhere: ${sent}`);
  }
  for (const element of document.querySelectorAll('[hx-get], [hx-post], [hx-put], [hx-delete]')) {
    const polls = (element.getAttribute('hx-trigger') || '').startsWith('every');
    const link = element.matches('a[href]') && element.getAttribute('href') === element.getAttribute('hx-get');
    if (!polls && !link && !element.matches('form')) wrong.push(`only for htmx: ${element.outerHTML.slice(0, 120)}`);
  }
  for (const button of document.querySelectorAll('button')) {
    if (button.type === 'submit' && !button.form) wrong.push(`button without form: ${button.textContent.trim()}`);
  }
  return wrong;
}"""

SMALL_TARGETS = """(least) => {
  const what = 'a[href], button, summary, select, textarea, input:not([type=hidden])';
  const whole = (e) => e.closest('label') || (e.closest('.card-link') && e.closest('li, .card')) || e;
  const box = (e) => whole(e).getBoundingClientRect();
  return [...document.querySelectorAll(what)]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && !e.matches('.skip'))
    .map((e) => [box(e), e])
    .filter(([r]) => r.width > 1 && (r.width < least - 0.6 || r.height < least - 0.6))
    .map(([r, e]) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 20)}: `
      + `${Math.round(r.width)}×${Math.round(r.height)}`);
}"""

SMALL_TEXT = """(least) => {
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || e.closest('.hidden-visually, .skip, template, script')) continue;
    if (!e.checkVisibility({ visibilityProperty: true })) continue;
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (size < least) found.add(`${e.tagName}.${e.className} ${walk.currentNode.data.trim().slice(0, 20)}: ${size} px`);
  }
  return [...found];
}"""

FAULTS_ONLY = {"resultTypes": ["violations"]}
"""axe need not list every element that is as it should be: that takes it longer than to look for those that are not."""


def measured(page: Page, script: str, *given: Any) -> Any:
    """What a script finds on the whole page: right after a click its document may not have a root yet."""
    page.wait_for_load_state()
    return page.evaluate(script, *given)


def skeleton_faults(page: Page) -> list[str]:
    """A page has a title, one h1, one main, and no id twice."""
    return list(measured(page, SKELETON))


def ways_only_for_scripts(page: Page) -> list[str]:
    """Actions that would be lost without JavaScript, and forms without a token."""
    return list(measured(page, PLAIN_WAYS))


def small_targets(page: Page, least: int) -> list[str]:
    """What can be touched but is less wide or high than so many pixels."""
    return list(measured(page, SMALL_TARGETS, least))


def small_text(page: Page, least: int) -> list[str]:
    """Text set smaller than so many pixels."""
    return list(measured(page, SMALL_TEXT, least))


def too_wide(page: Page) -> list[str]:
    """By how many pixels the page has to be scrolled sideways, where it has to."""
    over = measured(page, "document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{over} px wider than the screen"] if over > 0 else []


def axe_faults(page: Page) -> list[str]:
    """What axe finds, one line for each rule."""
    page.wait_for_load_state()  # a page that still comes in would take the ground from under axe
    found = Axe().run(page, options=FAULTS_ONLY).response["violations"]
    return [f"axe {rule['id']} ({len(rule['nodes'])}): {rule['nodes'][0]['html'][:160]}" for rule in found]
