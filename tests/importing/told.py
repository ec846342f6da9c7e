"""What came of a sample, in lines: drafts with their facts, repairs, questions and findings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from engine.dmn.model import read as read_decision
from engine.execution.importing import Around, Draft, Imported, import_file
from engine.execution.model import Known
from engine.execution.model_parts import parts_of
from tests.execution import drawing

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = Path(__file__).parent / "expected"
KNOWN: Known = replace(
    drawing.KNOWN,
    decisions={"d01_mode": read_decision(drawing.DECISION, "d01_mode.dmn")},
    outputs={"approval": ("結果",)},
)
SAID = frozenset({"from", "to", "default", "executable", "attached_to"})  # of the drawing itself


def imported(name: str) -> Imported:
    content = (SAMPLES / name).read_bytes()
    return import_file(content, name, Around(known=KNOWN))


def told(found: Imported) -> str:
    """The lines that a reviewer compares with the sample."""
    return "\n".join([f"tool {found.tool}", *(line for d in found.drafts for line in of(d))]) + "\n"


def of(draft: Draft) -> Iterator[str]:
    yield f"draft {draft.key} {draft.name}"
    for part in parts_of(draft.files[f"{draft.key}.bpmn"], draft.key):
        for code, value in part.facts.items():
            if code not in SAID:
                yield f"  fact {part.id} {code} = {value!r}"
    for name in sorted(set(draft.files) - {f"{draft.key}.bpmn"}):
        for one in json.loads(draft.files[name])["components"]:
            shown = {key: value for key, value in one.items() if key not in ("id", "properties")}
            yield f"  form {name} {json.dumps(shown, ensure_ascii=False)}"
    yield from (f"  repair {one.code} {one.element_id}".rstrip() for one in draft.repairs)
    yield from (f"  question {one.code} {one.element_id}".rstrip() for one in draft.questions)
    yield from (f"  outside {one.kind} {one.id} {one.said}".rstrip() for one in draft.outside)
    yield from (f"  finding {one.code} {one.element_id}".rstrip() for one in draft.findings)
