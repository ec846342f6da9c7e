"""How does BPMN of other tools become drafts, with a line for each thing that was changed?

Reading, mending, one draft per process, translating what has one certain meaning, and at the end
the check at deployment itself: what it finds, and the open questions, is what is left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from engine.domain.errors import Finding, RefusedError
from engine.domain.sentence import Sentence
from engine.execution.bundle import read_folders
from engine.execution.importing_claims import drop_claims
from engine.execution.importing_data import translate_data
from engine.execution.importing_events import translate_events
from engine.execution.importing_expressions import Language
from engine.execution.importing_foreign import Foreign
from engine.execution.importing_forms import translate_forms
from engine.execution.importing_ids import mend_ids
from engine.execution.importing_logic import translate_logic
from engine.execution.importing_notes import Draft, Imported, Notes, Outside, Question, Repair
from engine.execution.importing_order import mend_order
from engine.execution.importing_people import STARTER, translate_people
from engine.execution.importing_pools import alone, chosen, is_drawn, undraw
from engine.execution.importing_reading import read_foreign, tool_of
from engine.execution.importing_repeats import translate_repeats
from engine.execution.importing_rest import drop_the_rest
from engine.execution.importing_shape import mend_shape
from engine.execution.importing_work import Work
from engine.execution.model import Known
from engine.execution.xml import BPMN, SPIFF, children, namespace, schema_faults

__all__ = ["Draft", "Imported", "Outside", "Question", "Repair", "import_file"]

Draw = Callable[[bytes], bytes | None]
MAX_PROCESSES: Final = 30


@dataclass(frozen=True, kw_only=True)
class Around:
    """What an import may use: what the house knows, files that came along, who draws.

    `draw`: a diagram with its drawing, None if it cannot be drawn; without one nothing is drawn.
    """

    known: Known
    given: Mapping[str, bytes] = field(default_factory=dict)
    draw: Draw | None = None


def import_file(content: bytes, file: str, around: Around) -> Imported:
    """The drafts that come of a file.

    Raises:
        RefusedError: it cannot be read at all; one finding says why.
    """
    notes = Notes()
    root = read_foreign(content, file, notes)
    tool = tool_of(root)
    mend_ids(root, notes)
    mend_shape(root, notes)
    processes, was_executable = chosen(root, notes)
    if not processes or len(processes) > MAX_PROCESSES:
        raise RefusedError([_no_process(file, len(processes))])
    keys = [process.get("id", "") for process in processes]
    known = around.known
    known = replace(known, processes=known.processes | frozenset(keys))
    inside = replace(around, known=known)
    drafts = [_draft(root, key, (tool, was_executable), notes, inside) for key in keys]
    if len(drafts) == 1 and not drafts[0].is_changed and file:
        drafts = [replace(drafts[0], files={f"{keys[0]}.bpmn": content})]
    return Imported(file=file, tool=tool, drafts=tuple(_checked(drafts, around)))


def _draft(
    root: etree._Element, key: str, origin: tuple[str, bool], common: Notes, around: Around
) -> Draft:
    notes = Notes()
    made = alone(root, key, notes)
    process = children(made, "process")[0]
    tool, was_executable = origin
    language = Language(is_feel=tool == "Camunda 8", names={})
    work = Work(
        root=made,
        process=process,
        tool=tool,
        known=around.known,
        was_executable=was_executable,
        language=language,
        notes=notes,
        given=around.given,
    )
    work.language = replace(language, names=_starters(work))
    _translate(work)
    mend_order(made, Notes())  # of what was added just now; nothing of the file is told twice
    content = _written(work, around.draw)
    others = _ids(root) - _ids(made)  # what was mended there is told there
    if not tool and was_executable:  # our own words: the check itself tells what is watched
        notes.questions = [one for one in notes.questions if not one.is_watched]
    return Draft(
        key=key,
        name=process.get("name", "") or key,
        files={f"{key}.bpmn": content, **work.files},
        repairs=(*(r for r in common.repairs if r.element_id not in others), *notes.repairs),
        questions=(*(q for q in common.questions if q.element_id not in others), *notes.questions),
        outside=tuple(dict.fromkeys(notes.outside)),
    )


def _ids(root: etree._Element) -> set[str]:
    return {element.get("id", "") for element in root.iter()} - {""}


def _translate(work: Work) -> None:
    for step in (
        translate_logic,
        translate_events,
        translate_repeats,
        translate_people,
        translate_forms,
        translate_data,
        drop_claims,
        drop_the_rest,
    ):
        step(work)


def _starters(work: Work) -> dict[str, str]:
    """What variables are called here: the one that holds who started."""
    found: dict[str, str] = {}
    for start in work.nodes("startEvent"):
        foreign: Foreign = work.at(start)
        name = foreign.attribute("initiator")
        if name:
            found[name] = STARTER
            work.notes.repair(start, "initiator", name, STARTER)
    return found


def _written(work: Work, draw: Draw | None) -> bytes:
    """The file; drawn anew where its drawing is missing or broken."""
    root = work.root
    if any(
        element is not None and namespace(element) != BPMN for element, *_ in schema_faults(root)
    ):
        undraw(root)
        work.notes.repair(None, "drawing_broken", "BPMNDiagram")
    if not is_drawn(root) and draw is None and undraw(root):
        work.notes.repair(None, "half_drawn", "BPMNDiagram")
    elif not is_drawn(root) and draw is not None:
        undraw(root)
        drawn = draw(_text(root))
        if drawn is not None:
            work.notes.repair(None, "drawn", "", "BPMNDiagram")
            return drawn
        work.notes.ask(None, "not_drawn")
    return _text(root)


def _text(root: etree._Element) -> bytes:
    etree.cleanup_namespaces(
        root,
        top_nsmap={"spiffworkflow": SPIFF},
        keep_ns_prefixes=["bpmn", "bpmn2", "xsi", "bpmndi", "dc", "di"],
    )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _checked(drafts: list[Draft], around: Around) -> list[Draft]:
    """The drafts with what the check at deployment finds in them."""
    found: list[Finding] = []
    try:
        read_folders({draft.key: draft.files for draft in drafts}, around.known)
    except RefusedError as error:
        found = list(error.findings)
    return [
        replace(
            draft,
            findings=tuple(
                replace(one, file=one.file.removeprefix(f"{draft.key}/"))
                for one in found
                if one.file.startswith(f"{draft.key}/")
            ),
        )
        for draft in drafts
    ]


def _no_process(file: str, count: int) -> Finding:
    message = (
        Sentence(
            "業務フローが多すぎます（%(count)s、上限%(most)s）。ファイルを分けます。",
            count=count,
            most=MAX_PROCESSES,
        )
        if count
        else Sentence(
            "ファイルの中に業務フロー（process）がありません。プールの中に描いたものを選びます。"
        )
    )
    return Finding(code="no_process", message=message, file=file)
