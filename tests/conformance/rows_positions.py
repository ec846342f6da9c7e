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
    "multiple": (
        "start\nsend NAME\ndo press\nopen work\ndo work",
        "begin fork x away press pressed (gone x away) work finish",
    ),
    "parallel multiple": (
        "start\nsend NAME\ndo press\nopen work\ndo work",
        "begin fork press pressed (gone x away) work finish",
    ),
}
SWEPT = {  # an event sub-process that interrupts
    "message": ("start\nsend NAME\nopen answer\ndo answer", "begin x answer done apart", "work"),
    **dict.fromkeys(
        TIMERS,
        (
            "wait 1h\nopen work\nwait 1h\nopen answer\ndo answer",
            "begin x answer done apart",
            "work",
        ),
    ),
    "signal": (
        "do press\nopen answer\ndo answer",
        "begin fork press pressed (gone x) answer done apart",
        "work",
    ),
    "error": (
        "do do\nopen answer\ndo answer",
        "begin inside do thrown x answer done apart",
        "work",
    ),
    "escalation": (
        "do do\nopen answer\ndo answer",
        "begin inside do thrown x answer done apart",
        "work",
    ),
    "conditional": (
        "open press work\ndo press n=2\nopen answer\ndo answer",
        "begin fork press x answer done apart",
        "work",
    ),
    "multiple": (
        "start\nsend NAME\nopen answer\ndo answer",
        "begin fork x answer done apart",
        "press work",
    ),
    "parallel multiple": (
        "start\nsend NAME\nopen press work\ndo press\nopen answer\ndo answer",
        "begin fork press pressed (gone x) answer done apart",
        "work",
    ),
}
ASIDE = {  # an event sub-process beside the flow
    "message": (
        "start\nsend NAME\nsend NAME\nopen answer answer work\ndo answer\ndo work\nrunning\n"
        "do answer",
        "begin x x answer done apart work finish answer done apart",
    ),
    "timer date": (
        "wait 2h\nopen answer work\nwait 9h\ndo answer\ndo work",
        "begin x answer done apart work finish",
    ),
    "timer duration": (
        "wait 2h\nopen answer work\nwait 9h\ndo answer\ndo work",
        "begin x answer done apart work finish",
    ),
    "timer cycle": (
        "wait 2h\nwait 2h\nopen answer answer work\ndo answer\ndo answer\ndo work",
        "begin x x answer done apart answer done apart work finish",
    ),
    "signal": (
        "do press\nopen answer work\ndo work\nrunning\ndo answer",
        "begin fork press (pressed gone x) work finish answer done apart",
    ),
    "escalation": (
        "do do\nopen answer\ndo answer",
        "begin inside do (x thrown) work finish answer done apart",
    ),
    "conditional": (
        "do press n=2\nopen answer work\ndo work\ndo answer",
        "begin fork press (x gone) work finish answer done apart",
    ),
    "multiple": (
        "start\nsend NAME\ndo press\nopen answer answer work\ndo work\ndo answer\ndo answer",
        "begin fork x press pressed (gone x) work finish answer done apart answer done apart",
    ),
    "parallel multiple": (
        "start\nsend NAME\nopen press work\ndo press\nopen answer work\ndo work\ndo answer",
        "begin fork press pressed (gone x) work finish answer done apart",
    ),
}
PLAYS: dict[str, dict[str, tuple[str, ...]]] = {
    "startEvent": {
        "none": ("do work", "x work finish"),
        "message": ("send NAME\ndo work", "x work finish"),
        "signal": ("do press\nopen work\ndo work", "begin press pressed gone"),
        "multiple": (
            "send NAME\ndo work\nstart\ndo press\nopen work\ndo work",
            "x work finish",
        ),
    },
    "startEvent of a subProcess": {"none": ("do work", "begin x work done frame finish")},
    "event subProcess, interrupting": {
        **SWEPT,
        "compensate": (
            "do work\ndo answer",
            "begin inside work over frame x answer done apart back finish",
        ),
    },
    "event subProcess, non-interrupting": ASIDE,
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
        "link": ("open after\ndo after", "begin there x after finish"),
        "conditional": (
            "do work\nopen press\ndo press n=2\ndo after",
            "begin fork work press (x gone) after finish",
        ),
        "multiple": (
            "start\ndo work\nsend NAME\nopen after press\ndo press\ndo after",
            "begin fork work x press pressed gone after finish",
        ),
        "parallel multiple": (
            "start\ndo work\nsend NAME\nopen press\ndo press\ndo after",
            "begin fork work press pressed (gone x) after finish",
        ),
    },
    "intermediateThrowEvent": {
        **dict.fromkeys(
            ("none", "message", "signal", "escalation", "multiple"),
            ("do work\nopen after\ndo after", "begin work x after finish"),
        ),
        "compensate": ("do work", "begin work rim undo x finish"),
        "link": ("open after\ndo after", "begin x there after finish"),
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
        "multiple": (
            "start\nsend NAME\nopen press\ndo press",
            "begin fork x away press pressed gone",
            "work",
        ),
        "parallel multiple": (
            "start\nsend NAME\nopen press work\ndo press",
            "begin fork press pressed (gone x away)",
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
        "multiple": ("do work", "begin work x"),
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
                messages=sent(place, kind) if kind == "multiple" and place in TAKEN else "",
                beside=_taker(sent(place, kind)) if throws else {},
            )


def _taker(name: str) -> dict[str, dict[str, bytes]]:
    key = f"taker_{name.lower()}"
    content = model("startEvent", "message").replace(b'"case"', f'"{key}"'.encode())
    return {
        key: {f"{key}.bpmn": content.replace(sent("startEvent", "message").encode(), name.encode())}
    }


ROWS: tuple[Row | Refusal, ...] = tuple(_rows())
