"""What a completion and the pages over all cases may cost, and which figures are beyond it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

ENGINE_MS = {"linear3": 0.35, "gateway": 0.45, "linear100": 0.7}
WHOLE_MS = {"linear3": 1.0, "gateway": 1.2, "linear100": 1.5}
SHARE_OF_RAW = 0.40
RELOADED_TO_CACHED = 2.0
LAST_TO_FIRST = 1.5
STATEMENTS, COMMITS = 6, 1
PER_SECOND = {"expressions_per_second": 200_000, "tables_per_second": 20_000}
COMPILE_SECONDS = 1.0
PAGES_MS = {"board": 300, "search": 150}  # 95th percentile with 50,000 cases
# CPU of one step at full size : at a tenth of it.  A loop is flat; 10 is linear growth with the
# size, 100 quadratic.  Reloaded, Python's collector takes its share of what is thrown away.
GROWTH = {
    "loop": {"cached": 1.5, "reloaded": 1.5},
    "items_in_turn": {"cached": 10, "reloaded": 10},
    "items_at_once": {"cached": 15, "reloaded": 15},
    "scripts_in_turn": {"cached": 1.5, "reloaded": 1.5},
    "scripts_at_once": {"cached": 2, "reloaded": 2},
    "nested": {"cached": 5, "reloaded": 5},
    "branches": {"cached": 15, "reloaded": 15},
}


def faults(report: Mapping[str, Any]) -> list[str]:
    """Sentences on every bound that is not kept."""
    cases = report["cases"]
    found = [fault for name in WHOLE_MS for fault in _of_case(name, cases[name], report)]
    loop = cases["loop10000"]
    if loop["last_to_first"] > LAST_TO_FIRST:
        found.append(f"loop10000: last to first {loop['last_to_first']} > {LAST_TO_FIRST}")
    if loop["completed_in_history"] != loop["completions"]:
        found.append(f"loop10000: history holds {loop['completed_in_history']} completed tasks")
    found += _of_shapes(report["shapes"])
    found += _of_language(report["language"], report["machine_factor"])
    return [*found, *_of_pages(report["pages"], report["machine_factor"])]


def _of_shapes(shapes: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, bounds in GROWTH.items():
        shape = shapes[name]
        if not shape["is_right"]:
            yield f"{name}: does not end right"
        for way, bound in bounds.items():
            if shape[way]["growth"] > bound:
                yield f"{name}: {way} growth {shape[way]['growth']} > {bound}"


def _of_language(language: Mapping[str, float], speed: float) -> Iterator[str]:
    for name, bound in PER_SECOND.items():
        if language[name] * speed < bound:
            yield f"language: {name} {language[name]} * {speed} < {bound}"
    seconds = language["compile_1000_seconds"]
    if seconds / speed > COMPILE_SECONDS:
        yield f"language: compile_1000_seconds {seconds} / {speed} > {COMPILE_SECONDS}"


def _of_pages(pages: Mapping[str, Mapping[str, Any]], speed: float) -> Iterator[str]:
    for name, bound in PAGES_MS.items():
        if pages[name]["p95_ms"] / speed > bound:
            yield f"{name}: p95_ms {pages[name]['p95_ms']} / {speed} > {bound}"


def _of_case(name: str, case: Mapping[str, Any], report: Mapping[str, Any]) -> Iterator[str]:
    speed = report["machine_factor"]
    for key, bound in (("engine_cpu_ms", ENGINE_MS[name]), ("cpu_ms", WHOLE_MS[name])):
        if case[key] / speed > bound:
            yield f"{name}: {key} {case[key]} / {speed} > {bound}"
    if case["share_of_raw"] < SHARE_OF_RAW:
        yield f"{name}: share_of_raw {case['share_of_raw']} < {SHARE_OF_RAW}"
    if case["reloaded"]["cpu_ms"] > RELOADED_TO_CACHED * case["cpu_ms"]:
        yield f"{name}: reloaded costs more than {RELOADED_TO_CACHED} times cached"
    for key, most in (("statements", STATEMENTS), ("commits", COMMITS)):
        if case[key] > most:
            yield f"{name}: {key} {case[key]} > {most}"
