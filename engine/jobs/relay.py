"""Delivering the outbox: mail by SMTP, at least once.  Without a mail host it waits (送信待ち)."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import structlog

from engine.jobs.runner_port import Commands
from engine.services import work
from engine.services.work import Mail

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
TIMEOUT_SECONDS = 20
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class MailHost:
    """Where mail is handed over; `host` empty: nowhere."""

    host: str = ""
    port: int = 25
    sender: str = "unei@localhost"
    user: str = ""
    password: str = ""
    starttls: bool = False


Sender = Callable[[EmailMessage], None]


def smtp(mail_host: MailHost) -> Sender:
    """Hands one message to the mail host."""

    def send(message: EmailMessage) -> None:
        with smtplib.SMTP(mail_host.host, mail_host.port, timeout=TIMEOUT_SECONDS) as server:
            if mail_host.starttls:
                server.starttls()
            if mail_host.user:
                server.login(mail_host.user, mail_host.password)
            server.send_message(message)

    return send


class Relay:
    """Sends what waits in the outbox."""

    def __init__(self, engine: Commands, sender_address: str, send: Sender | None) -> None:
        self._engine = engine
        self._from = sender_address
        self._send = send

    def send_due(self) -> int:
        """Send all mail that is due; how many went out."""
        if self._send is None:
            return 0
        return sum(self._deliver(mail) for mail in self._engine.ask(work.due_mail))

    def _deliver(self, mail: Mail) -> bool:
        if not mail.addresses:
            self._engine.run(work.mail_without_address, mail.row)
            return False
        try:
            if self._send is not None:
                self._send(self._message(mail))
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail_failed", outbox=mail.row.id, attempt=mail.row.attempts + 1)
            pause = min(FIRST_PAUSE * 2**mail.row.attempts, LONGEST_PAUSE)
            self._engine.run(work.mail_failed, mail.row, pause, type(error).__name__)
            return False
        self._engine.run(work.mail_sent, mail.row)
        return True

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._from
        message["To"] = ", ".join(mail.addresses)
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(mail.row.created_at)
        # the same for every attempt, so that a receiver can tell a repetition
        domain = self._from.rpartition("@")[2] or "localhost"
        message["Message-ID"] = f"<outbox-{mail.row.id}@{domain}>"
        message.set_content(mail.body)
        return message
