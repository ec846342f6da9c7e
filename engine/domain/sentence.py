"""Sentences that tell a person what is wrong and how to mend it, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Sentence(str):
    """A Japanese sentence that still knows its pattern, so that the screen can say it in English.

    `template` is the pattern with `%(name)s` places, `values` what stands in them.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, **values: Any) -> Sentence:
        made = super().__new__(cls, template % values)
        made.template = template
        made.values = values
        return made


def later(pattern: str) -> str:
    """A pattern that becomes a `Sentence` elsewhere; so it is among the texts to translate."""
    return pattern
