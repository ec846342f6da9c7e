"""Whole numbers as a browser sends them."""

from __future__ import annotations

from typing import Final, TypeVar

_Otherwise = TypeVar("_Otherwise", int, None)
_MOST: Final = 18  # more digits than that no database holds


def number(text: str, otherwise: _Otherwise) -> int | _Otherwise:
    """The number that these digits are; `otherwise` for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST
    return int(text) if is_number else otherwise
