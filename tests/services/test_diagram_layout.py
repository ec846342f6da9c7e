"""整える: the drawing is made aside, one at a time, and within bounds."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from engine.domain.errors import NotFoundError, RefusedError
from engine.services import diagram_layout, studio
from engine.services.diagram_layout import LayoutBusyError, LayoutError, laid_out
from engine.testing import TestOffice
from tests.diagrams import line, user_task

CONTENT = line("one", user_task("write"))["one"]["one.bpmn"]


def test_a_diagram_gets_a_drawing_and_keeps_everything_else() -> None:
    text = laid_out(CONTENT)

    assert 'bpmnElement="write"' in text
    assert CONTENT.decode().removesuffix("</bpmn:definitions>") in text


def test_what_cannot_be_drawn_is_an_error_and_the_next_one_is_drawn() -> None:
    with pytest.raises(LayoutError):
        laid_out(b"<definitions/>")

    assert "BPMNShape" in laid_out(CONTENT)


def test_one_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(LayoutError):
        laid_out(CONTENT, most_seconds=0.001)


def test_while_one_is_drawn_the_next_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    is_drawing, may_end = Event(), Event()

    def slow(*_: object) -> None:
        is_drawing.set()
        may_end.wait()

    monkeypatch.setattr(diagram_layout, "_run", slow)
    first = Thread(target=laid_out, args=(CONTENT,))
    first.start()
    is_drawing.wait()

    with pytest.raises(LayoutBusyError):
        laid_out(CONTENT)

    may_end.set()
    first.join()


def test_only_a_draft_is_laid_out(office: TestOffice) -> None:
    office.deploy(line("one", user_task("write")))
    owner = office.actor("owner1")

    with pytest.raises(NotFoundError):
        office.engine.ask(diagram_layout.check, "one", CONTENT, owner)

    office.engine.run(studio.open_draft, "one", owner)
    office.engine.ask(diagram_layout.check, "one", CONTENT, owner)
    with pytest.raises(RefusedError):
        office.engine.ask(diagram_layout.check, "one", b"<!DOCTYPE a><a/>", owner)
