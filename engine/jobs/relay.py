"""Delivering the outbox: mail by SMTP, at least once.  Without a mail host it waits (送信待ち)."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime

import structlog

from engine.domain.mail import MailFault, Trouble
from engine.jobs.runner_port import Commands
from engine.services import mails
from engine.services.mails import Mail

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
TIMEOUT_SECONDS = 20
LONGEST_ANSWER = 300  # letters kept of what the mail host says
FINAL = 500  # codes from here on: the same mail would be refused again
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class MailHost:
    """Where mail is handed over; `host` empty: nowhere.

    `ca_file`: certificates that vouch for the host under STARTTLS; empty: those of the machine.
    """

    host: str = ""
    port: int = 25
    sender: str = "unei@localhost"
    user: str = ""
    password: str = ""
    starttls: bool = False
    ca_file: str = ""


# address -> (code, answer) of the recipients that were refused while others were taken
Refused = Mapping[str, tuple[int, bytes]]
Sender = Callable[[EmailMessage], Refused | None]


def smtp(mail_host: MailHost) -> Sender:
    """Hands one message to the mail host."""

    def send(message: EmailMessage) -> Refused:
        with smtplib.SMTP(mail_host.host, mail_host.port, timeout=TIMEOUT_SECONDS) as server:
            if mail_host.starttls:
                # without a context of its own smtplib would believe any certificate
                trusted = ssl.create_default_context(cafile=mail_host.ca_file or None)
                server.starttls(context=trusted)
            if mail_host.user:
                server.login(mail_host.user, mail_host.password)
            return server.send_message(message)

    return send


class Relay:
    """Sends what waits in the outbox."""

    def __init__(self, engine: Commands, sender_address: str, send: Sender | None) -> None:
        self._engine = engine
        self._from = sender_address
        self._send = send
        self._rests_until: datetime | None = None

    def send_due(self) -> int:
        """Send some of the mail that is due; how many went out.

        When the host itself is in trouble, the rest is left alone for a minute: each attempt may
        take until its timeout, and the jobs of the office wait for this thread.
        """
        now = self._engine.now()
        if self._send is None or (self._rests_until is not None and now < self._rests_until):
            return 0
        count = 0
        for mail in self._engine.ask(mails.due):
            trouble = self._deliver(self._send, mail)
            count += trouble is None
            if trouble is not None and trouble.is_of_host:
                self._rests_until = now + FIRST_PAUSE
                break
        return count

    def _deliver(self, send: Sender, mail: Mail) -> Trouble | None:
        try:
            refused = send(self._message(mail)) or {}
        except (OSError, smtplib.SMTPException, ValueError, _NoMessageError) as error:
            trouble = trouble_of(error)
            attempt = mail.row.attempts + 1
            log.warning("mail_failed", outbox=mail.row.id, attempt=attempt, fault=trouble.fault)
            pause = min(FIRST_PAUSE * 2**mail.row.attempts, LONGEST_PAUSE)
            self._engine.run(mails.failed, mail.row, pause, trouble)
            return trouble
        left_out = {
            person_id: _answer(*refused[address])
            for person_id, address in mail.addresses.items()
            if address in refused
        }
        self._engine.run(mails.sent, mail.row, left_out)
        return None

    def _message(self, mail: Mail) -> EmailMessage:
        if not mail.addresses:
            raise _NoMessageError(Trouble(fault=MailFault.NO_ADDRESS, is_final=True))
        try:
            return self._written(mail)
        except (MessageError, ValueError) as error:
            what = Trouble(fault=MailFault.BROKEN, said=type(error).__name__, is_final=True)
            raise _NoMessageError(what) from error

    def _written(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._from
        message["To"] = ", ".join(mail.addresses.values())
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(mail.row.created_at)
        # the same for every attempt, so that a receiver can tell a repetition
        domain = self._from.rpartition("@")[2] or "localhost"
        message["Message-ID"] = f"<outbox-{mail.row.id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notes in return
        message.set_content(mail.body)
        return message


class _NoMessageError(Exception):
    """No message can be made of the mail."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.text)
        self.trouble = trouble


def trouble_of(error: Exception) -> Trouble:
    """What an error says about this mail, about the host, and about another attempt."""
    if isinstance(error, _NoMessageError):
        return error.trouble
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
        said = " / ".join(_answer(*answer) for answer in answers)
        is_final = all(code >= FINAL for code, _text in answers)
        return Trouble(fault=MailFault.RECIPIENT, said=said, is_final=is_final)
    if isinstance(error, smtplib.SMTPDataError):
        is_final = error.smtp_code >= FINAL
        return Trouble(fault=MailFault.CONTENT, said=_said(error), is_final=is_final)
    fault = next(fault for kind, fault in _OF_HOST if isinstance(error, kind))
    return Trouble(fault=fault, said=_said(error), is_of_host=True)


_OF_HOST: tuple[tuple[type[Exception], MailFault], ...] = (
    (smtplib.SMTPSenderRefused, MailFault.SENDER),
    (smtplib.SMTPAuthenticationError, MailFault.NO_ACCESS),
    (smtplib.SMTPNotSupportedError, MailFault.UNABLE),
    (ssl.SSLError, MailFault.NOT_TRUSTED),
    (smtplib.SMTPException, MailFault.UNREACHABLE),
    (OSError, MailFault.UNREACHABLE),
    (Exception, MailFault.UNABLE),  # e.g. a password in letters no mail host takes
)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"[:LONGEST_ANSWER]


def _answer(code: int, text: bytes | str) -> str:
    """`550 5.1.1 unknown`, on one line."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"[:LONGEST_ANSWER]
