"""The log: one event is one line, whatever else writes to the same place."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from engine.bootstrap import log_to_stderr


class Written(StringIO):
    """Each write by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def write(self, text: str) -> int:
        self.pieces.append(text)
        return super().write(text)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    found, before, was_configured = Written(), structlog.get_config(), structlog.is_configured()
    monkeypatch.setattr(sys, "__stderr__", found)
    log_to_stderr(logging.INFO)
    yield found
    structlog.reset_defaults()
    if was_configured:
        structlog.configure(**before)


def test_an_event_and_the_end_of_its_line_are_one_write(written: Written) -> None:
    log = structlog.get_logger("of this test")

    log.info("first", subject="窓口\nの案内")
    log.info("second")

    assert [json.loads(piece)["event"] for piece in written.pieces] == ["first", "second"]
    assert [piece.count("\n") for piece in written.pieces] == [1, 1]
    assert all(piece.endswith("\n") for piece in written.pieces)
