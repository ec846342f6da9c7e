"""What a command gets in hand: the unit of work and the house around it."""

from __future__ import annotations
from datetime import datetime
from typing import Any


class Unit:
    now: datetime
    calendar: Any
