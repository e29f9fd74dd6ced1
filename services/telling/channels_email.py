"""E-mail by the house's own mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from domain.telling import ChannelKind
from services.telling.outbound import default_tls
from services.telling.post import Letter, NotSent

SECONDS = 10.0
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
PREFERENCES = "/me/channels"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes our mail over, and how: in the clear (inside a network of one's own), by TLS, or by STARTTLS."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


def server_of(url: str) -> MailServer:
    """Read smtp://, smtps:// or smtp+starttls://user:password@host:port; raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("not a mail server")
    return MailServer(
        parts.scheme,
        parts.hostname,
        parts.port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def address_of(text: str) -> Address:
    """An address that can stand in a header; raises ValueError."""
    try:
        found = Address(addr_spec=text)
    except (MessageError, IndexError) as error:
        raise ValueError("not an address") from error
    if not text.isascii() or not text.isprintable() or "." not in found.domain:
        raise ValueError("not an address")
    return found


class EmailChannel:
    """Plain text, one letter per connection."""

    kind = ChannelKind.EMAIL

    def __init__(
        self, server: MailServer, sender: str, base_url: str = "", tls: ssl.SSLContext | None = None
    ) -> None:
        self._server, self._sender, self._base_url = server, address_of(sender), base_url
        self._tls = tls

    def send(self, letter: Letter) -> None:
        """Hand a letter to the mail server; raises NotSent, for good where it said a final no to this letter."""
        message = self.compose(letter)
        try:
            with self._session() as smtp:
                smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = max(reply for reply, _said in error.recipients.values())
            raise NotSent("recipient_refused", str(code), is_final=code >= 500) from error
        except smtplib.SMTPDataError as error:
            raise NotSent(
                "letter_refused", str(error.smtp_code), is_final=int(error.smtp_code) >= 500
            ) from error
        except (
            smtplib.SMTPResponseException
        ) as error:  # it is us whom the server doesn't like, not this letter
            raise NotSent("server_refused", str(error.smtp_code), is_down=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent("unreachable", type(error).__name__, is_down=True) from error

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        server = self._server
        if server.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=SECONDS, context=self._tls or default_tls()
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        try:
            if server.scheme == "smtp+starttls":
                smtp.starttls(context=self._tls or default_tls())
            if server.user:
                smtp.login(server.user, server.password)
            yield smtp
            with suppress(smtplib.SMTPException, OSError):  # it has the letter: whatever goodbye it says
                smtp.quit()
        finally:
            smtp.close()

    def compose(self, letter: Letter) -> EmailMessage:
        """The letter as mail; raises NotSent for an address that is none."""
        message = EmailMessage(policy=SMTP)
        try:
            message["To"] = address_of(letter.to)
        except ValueError as error:
            raise NotSent("address_malformed", is_final=True) from error
        message["From"] = Address("近邻晤福", addr_spec=self._sender.addr_spec)
        message["Subject"] = " ".join(letter.subject.split())
        message["Date"] = format_datetime(letter.tried_at)
        message["Message-ID"] = f"<{letter.key}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message["List-Unsubscribe"] = f"<{self._way_out()}>"
        message["Content-Language"] = "en" if letter.locale == "en" else "zh-Hans"
        message.set_content(f"{letter.text}\n\n{letter.url}\n" if letter.url else f"{letter.text}\n")
        return message

    def _way_out(self) -> str:
        """Where one says that one wants no more of them: the own page, or an answer to us."""
        if self._base_url:
            return f"{self._base_url}{PREFERENCES}"
        return f"mailto:{self._sender.addr_spec}?subject=unsubscribe"
