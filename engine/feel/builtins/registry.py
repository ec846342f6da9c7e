"""All built-in functions by name."""

from __future__ import annotations

from engine.feel.builtins import logic
from engine.feel.functions import Function

BUILTINS: dict[str, Function] = {
    function.name: function for family in (logic.FUNCTIONS,) for function in family
}
