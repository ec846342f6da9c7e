"""What may a form ask of the office while it is shown or read: people, organisations, registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from engine.feel.functions import Function


@dataclass(frozen=True)
class Choice:
    """One answer of a select; `value` is what the variable holds, `label` what people read."""

    value: str
    label: str
    is_name: bool = False  # of a person or organisation: never translated


class Lookups(Protocol):
    """The house as the actor may see it; each list holds at most 500 entries."""

    def people(self, role: str) -> Sequence[Choice]:
        """Active people of the instance's project who hold that role code; value = person id."""

    def organisations(self) -> Sequence[Choice]:
        """All organisations in use; value = organisation id."""

    def register(self, code: str) -> Sequence[Choice]:
        """Records of that register in the instance's project and system; value = record id."""

    def attachment(self, attachment_id: str) -> Mapping[str, Any] | None:
        """`{id, 名前, 種類, バイト数}` of a file the actor may use, or None."""


def as_functions(lookups: Lookups) -> dict[str, Function]:
    """`people(role)`, `organisations()` and `register(code)` as form expressions call them.

    Each yields a list of contexts `{value, label}`.
    """
    return {
        "people": Function.of(
            "people", ["role"], lambda role: _contexts(lookups.people(str(role)))
        ),
        "organisations": Function.of(
            "organisations", [], lambda: _contexts(lookups.organisations())
        ),
        "register": Function.of(
            "register", ["code"], lambda code: _contexts(lookups.register(str(code)))
        ),
    }


def _contexts(choices: Sequence[Choice]) -> list[dict[str, str]]:
    return [{"value": choice.value, "label": choice.label} for choice in choices]
