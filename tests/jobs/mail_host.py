"""A real SMTP server in the test's own process, and the office that hands its mail to it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socket import socket
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

# made for tests: a self-signed certificate for 127.0.0.1 until 2126, and its key
CERTIFICATE = Path(__file__).with_name("mail_host.pem")


@dataclass
class Mailbox:
    """Takes mail.  `refused`: address -> answer; `broken`: answer to every content."""

    refused: dict[str, str] = field(default_factory=dict)
    broken: str = ""
    received: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.broken:
            return self.broken
        read = message_from_bytes(envelope.content, policy=policy.default)
        self.received.append((list(envelope.rcpt_tos), read))
        self.over_tls.append(session.ssl is not None)
        return "250 taken"

    @property
    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for _to, message in self.received]


def free_port() -> int:
    with socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def listening(mailbox: Mailbox, port: int, **how: Any) -> Iterator[None]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **how)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def with_tls_and_password(user: str, password: str) -> dict[str, Any]:
    """How a host listens that wants STARTTLS first, then a login."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    def check(*given: Any) -> AuthResult:
        data = given[-1]
        is_right = isinstance(data, LoginPassword) and data == LoginPassword(
            user.encode(), password.encode()
        )
        return AuthResult(success=is_right, handled=False)

    return {
        "tls_context": context,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": check,
    }
