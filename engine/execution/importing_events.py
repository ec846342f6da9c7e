"""What do events of other tools wait for and throw: timers, messages, conditions?"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from engine.execution.importing_expressions import compiled
from engine.execution.importing_foreign import set_property, shown, taken
from engine.execution.importing_logic import condition_of, service_words
from engine.execution.importing_work import Work
from engine.execution.lint_timers import is_iso
from engine.execution.model import EVENTS
from engine.execution.xml import children, event_definitions, local, text

_CATCH: Final = ("startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask")
_CODES: Final = ("errorCodeVariable", "errorMessageVariable", "escalationCodeVariable")
_OFFSET: Final = re.compile(r"T[\d:.]+$|^\d{4}-\d{2}-\d{2}$")


def translate_events(work: Work) -> None:
    """Every event with its definitions; messages with what finds their instance."""
    for event in work.nodes(*EVENTS):
        for definition in event_definitions(event):
            _definition(work, event, definition)
    for node in work.nodes("sendTask", "receiveTask"):
        _message(work, node, node.get("messageRef"))
    for message in children(work.root, "message", "signal", "error", "escalation"):
        _carrier(work, message)
    for name in ("correlationProperty", "correlationKey"):
        for place in work.root.iter(f"{{*}}{name}"):
            work.notes.ask(place, "correlation", place.get("name", "") or name)


def _definition(work: Work, event: etree._Element, definition: etree._Element) -> None:
    kind = local(definition).removesuffix("EventDefinition")
    if kind == "timer":
        _timer(work, event, definition)
    elif kind == "message":
        _message(work, event, definition.get("messageRef"))
        told = service_words(work, definition)
        if told:
            work.notes.ask(event, "message_send", told)
    elif kind == "conditional":
        _condition(work, event, definition)
    foreign = work.at(definition)
    for name in _CODES:
        value = foreign.attribute(name)
        if value:
            work.notes.ask(event, "error_variable", f"{name} = {value}")


def _timer(work: Work, event: etree._Element, definition: etree._Element) -> None:
    calendar = work.at(definition).attribute("businessCalendarName")
    if calendar:
        work.notes.ask(event, "timer_calendar", calendar)
    parent = event.getparent()
    if local(event) == "startEvent" and parent is work.process:
        told = "; ".join(text(value) for value in definition if text(value))
        work.notes.ask(event, "timer_start", told)
        return
    for value in children(definition, "timeDate", "timeDuration", "timeCycle"):
        _time(work, event, value)


def _time(work: Work, event: etree._Element, value: etree._Element) -> None:
    source = text(value)
    language = taken(value, "language")
    end = work.at(value).attribute("endDate")
    if end:
        work.notes.ask(event, "timer_calendar", f"endDate = {end}")
    bare = source[1:-1] if re.fullmatch(r'"[^"]*"', source) else source
    if is_iso(bare) and not (local(value) == "timeDate" and _OFFSET.search(bare)):
        if language:
            work.notes.repair(event, "timer_language", f"language = {language}")
        return
    marked = work.language.is_marked(source)
    made = work.language.expression(source) if marked else None
    if made is None and not (compiled(source) is not None and work.tool == ""):
        work.notes.ask(event, "timer", source)
    elif made is not None and not work.language.is_feel:
        value.text = made
        work.notes.repair(event, "timer", source, made)


def _condition(work: Work, event: etree._Element, definition: etree._Element) -> None:
    for condition in children(definition, "condition"):
        source, language = text(condition), condition.get("language", "")
        made = condition_of(work, source, language)
        if made is None:
            work.notes.ask(event, "condition", source)
        elif made != source:
            condition.text = made
            taken(condition, "language")
            work.notes.repair(event, "condition", source, made)


def _message(work: Work, node: etree._Element, reference: str | None) -> None:
    """The key by which a waiting event is found stands at the event here, not at the message."""
    message = work.shared("message", reference)
    if message is None:
        if work.tool:
            work.notes.ask(node, "message_missing", reference or "")
        return
    name = message.get("name", "")
    if work.language.is_marked(name):
        work.notes.ask(node, "message_name", name)
    subscription = [e for e in message.iter() if local(e) == "subscription"]
    at_top = local(node) == "startEvent" and node.getparent() is work.process
    key = subscription[0].get("correlationKey", "") if subscription else ""
    if not key or local(node) not in _CATCH or at_top:
        return
    made = work.language.expression(key)
    if made is None:
        work.notes.ask(node, "correlation_key", key)
        return
    set_property(node, "correlationKey", made)
    work.notes.repair(node, "correlation_key", key, made)


def _carrier(work: Work, carrier: etree._Element) -> None:
    """What stands at messages and errors themselves."""
    foreign = work.at(carrier)
    foreign.entries("subscription")  # told at the events that wait for it
    told = foreign.attribute("errorMessage")
    if told:
        work.notes.ask(carrier, "error_message", told)
    code = foreign.attribute("erefname")
    if code and local(carrier) == "error" and not carrier.get("errorCode"):
        carrier.set("errorCode", code)
        work.notes.repair(carrier, "error_code", shown(carrier, "erefname"), code)
    name = carrier.get("name")
    if local(carrier) != "error" and not name and carrier.get("id") and work.tool == "jBPM":
        carrier.set("name", carrier.get("id", ""))
        work.notes.repair(carrier, "carrier_name", "", carrier.get("id", ""))
    if local(carrier) == "error" and name and not carrier.get("errorCode") and work.is_run:
        work.notes.ask(carrier, "error_code", name)
