"""Which release is this?  The same as in pyproject.toml; a test compares them."""

from __future__ import annotations

VERSION = "0.4.0"
