"""One row per event definition and place that runs; what is refused needs none, see `positions`."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.positions import TIMERS, model, names, sent
from tests.conformance.rows import Refusal, Row

# place -> kind -> (play, trace, cancelled)
INTERRUPTED = ("begin x away", "work")
BESIDE = {
    "message": (
        "start\nsend NAME\nopen work\nsend NAME\ndo work",
        "begin x away x away work finish",
    ),
    "timer date": ("wait 2h\nopen work\nwait 9h\ndo work", "begin x away work finish"),
    "timer duration": ("wait 2h\nopen work\nwait 9h\ndo work", "begin x away work finish"),
    "timer cycle": (
        "wait 2h\nwait 2h\nopen work\nwait 9h\ndo work",
        "begin x away x away work finish",
    ),
    "signal": (
        "do press\nopen work\ndo work",
        "begin fork press (pressed gone x away) work finish",
    ),
    "conditional": (
        "open press work\ndo press n=2\nopen work\ndo work",
        "begin fork press (x gone away) work finish",
    ),
    "escalation": ("do do", "begin inside do x (thrown away) work finish"),
}
PLAYS: dict[str, dict[str, tuple[str, ...]]] = {
    "startEvent": {
        "none": ("do work", "x work finish"),
        "message": ("send NAME\ndo work", "x work finish"),
    },
    "startEvent of a subProcess": {"none": ("do work", "begin x work done frame finish")},
    "intermediateCatchEvent": {
        "message": (
            "do work\nopen\nrunning\nsend NAME\ndo after",
            "begin work x after finish",
        ),
        **dict.fromkeys(
            TIMERS,
            ("do work\nopen\nwait 1h\nopen\nwait 1h\ndo after", "begin work x after finish"),
        ),
        "signal": (
            "do work\nopen press\ndo press\ndo after",
            "begin fork work press pressed (gone x) after finish",
        ),
        "conditional": (
            "do work\nopen press\ndo press n=2\ndo after",
            "begin fork work press (x gone) after finish",
        ),
    },
    "intermediateThrowEvent": {
        **dict.fromkeys(
            ("none", "message", "signal", "escalation"),
            ("do work\nopen after\ndo after", "begin work x after finish"),
        ),
        "compensate": ("do work", "begin work rim undo x finish"),
    },
    "boundaryEvent, interrupting": {
        "message": ("start\nsend NAME", *INTERRUPTED),
        **dict.fromkeys(TIMERS, ("wait 1h\nopen work\nwait 1h", *INTERRUPTED)),
        "signal": ("do press", "begin fork press pressed (gone x away)", "work"),
        "conditional": (
            "open press work\ndo press n=2",
            "begin fork press (x gone away)",
            "work",
        ),
        **dict.fromkeys(
            ("error", "escalation", "cancel"), ("do do", "begin inside do thrown x away", "work")
        ),
        "compensate": ("do work", "begin work x undo back finish"),
    },
    "boundaryEvent, non-interrupting": BESIDE,
    "endEvent": {
        "none": ("do work", "begin work x"),
        "message": ("do work", "begin work x"),
        "signal": ("do work", "begin work x"),
        "escalation": ("do work", "begin work x"),
        "error": ("do work", "begin work x"),
        "terminate": ("do work", "begin work x"),
        "cancel": ("do work", "begin inside work x rim away", "frame"),
        "compensate": ("do work", "begin work rim undo x"),
    },
}
TAKEN = {  # what a message leads to: an instance of the process that waits for it
    "intermediateThrowEvent": "do work\nopen after work\ndo after",
    "endEvent": "do work\nopen work",
}


def _rows() -> Iterator[Row]:
    for name, place, kind in names():
        if kind in PLAYS.get(place, {}):
            play, trace, *cancelled = PLAYS[place][kind]
            throws = kind == "message" and place in TAKEN
            yield Row(
                name=name,
                model=model(place, kind),
                given={"n": 1},
                play=(TAKEN[place] if throws else play).replace("NAME", sent(place, kind)),
                trace=trace,
                cancelled="".join(cancelled),
                ends="failed" if (place, kind) == ("endEvent", "error") else "completed",
                beside=_taker(sent(place, kind)) if throws else {},
            )


def _taker(name: str) -> dict[str, dict[str, bytes]]:
    key = f"taker_{name.lower()}"
    content = model("startEvent", "message").replace(b'"case"', f'"{key}"'.encode())
    return {
        key: {f"{key}.bpmn": content.replace(sent("startEvent", "message").encode(), name.encode())}
    }


ROWS: tuple[Row | Refusal, ...] = tuple(_rows())
