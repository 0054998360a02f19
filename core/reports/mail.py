"""E-mails, by the server that SMTP_URL names."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from core.errors import ReportError, SettingsError

SECONDS = 30  # that a server may take


@dataclass(frozen=True)
class Letter:
    """What is sent: to whom, about what, paragraphs of words, and, if there are any, the address that ends it, and a file."""

    to: str
    subject: str
    words: Sequence[str]
    stop: str = ""
    name: str = ""
    media: str = ""
    content: bytes = b""


def send(url: str, letter: Letter) -> None:
    """Send it; raises SettingsError if the URL names no server, ReportError if the server does not take it."""
    at, message = _parts(url), _message(url, letter)
    port = at.port or (465 if at.scheme == "smtps" else 587 if at.username else 25)
    try:
        with _connected(at, port) as server:
            if at.username:
                server.login(unquote(at.username), unquote(at.password or ""))
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        # What a server answers may name the address, and more.
        raise ReportError(
            f"The mail server {at.hostname} did not take the e-mail ({type(error).__name__}). Ask the administrator "
            "to look at SMTP_URL."
        ) from error


def _connected(at: SplitResult, port: int) -> smtplib.SMTP:
    """A connection, encrypted where the URL says so, or a password is to be sent."""
    host, context = str(at.hostname), ssl.create_default_context()
    if at.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    server = smtplib.SMTP(host, port, timeout=SECONDS)
    if at.username:
        server.starttls(context=context)
    return server


def _parts(url: str) -> SplitResult:
    at = urlsplit(url)
    if at.scheme not in ("smtp", "smtps") or not at.hostname or not _sender(at):
        raise SettingsError(
            "SMTP_URL: expected smtp:// or smtps://, a server, and who sends, such as "
            "smtps://user:password@mail.example.com?from=parterre@example.com."
        )
    return at


def _sender(at: SplitResult) -> str:
    given = parse_qs(at.query).get("from", [unquote(at.username or "")])[0]
    return given if "@" in given else ""


def _message(url: str, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = _sender(_parts(url)), letter.to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="parterre")
    words = list(letter.words)
    if letter.stop:
        message["List-Unsubscribe"] = f"<{letter.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        words.append(f"To get this no more: {letter.stop}")
    message.set_content("\n\n".join(words))
    if letter.content:
        kind, _, sort = letter.media.partition("/")
        message.add_attachment(letter.content, maintype=kind, subtype=sort, filename=letter.name)
    return message
