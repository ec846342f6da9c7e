"""What became of a mail, and why it did not go out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MailState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DISCARDED = "discarded"


class MailFault(StrEnum):
    """Why a mail did not go out; the words for people hang on these."""

    UNREACHABLE = "unreachable"  # the mail host does not answer
    NOT_TRUSTED = "not_trusted"  # its certificate cannot be checked
    NO_ACCESS = "no_access"  # login name or password refused
    UNABLE = "unable"  # it does not know what the settings ask for
    SENDER = "sender"  # our own address refused
    RECIPIENT = "recipient"
    CONTENT = "content"
    NO_ADDRESS = "no_address"
    BROKEN = "broken"  # no mail can be made of it
    GIVEN_UP = "given_up"  # by an administrator, who said why


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One attempt that did not succeed.

    `said`: the answer of the mail host, for the administrator.  `is_final`: another attempt would
    end the same way.  `is_of_host`: other mail would not go out either.
    """

    fault: MailFault
    said: str = ""
    is_final: bool = False
    is_of_host: bool = False

    @property
    def text(self) -> str:
        """As it stands in the outbox: the fault, a line break, what was said."""
        return f"{self.fault}\n{self.said}" if self.said else str(self.fault)


def fault_of(text: str) -> tuple[str, str]:
    """(fault, what was said) of the text in the outbox."""
    fault, _, said = text.partition("\n")
    return fault, said
