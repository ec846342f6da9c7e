"""Is a decision table complete, free of contradictions, and can every rule apply?

Gaps, overlaps and dead rules come with an example of the inputs, so that the person who wrote the
table can see them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from engine.dmn import coverage, tree
from engine.dmn.model import Model
from engine.dmn.spaces import Space, space_of
from engine.dmn.tables import Table
from engine.dmn.tree import HitPolicy
from engine.dmn.typing import check_types
from engine.domain.errors import Finding
from engine.domain.sentence import Sentence

EXAMPLES: Final = 3
_MOST: Final = 20  # pairs of rules that are reported; one wide row overlaps all the others
_ONE_ANSWER: Final = frozenset({HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY})
_ORDERED: Final = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})


def check(model: Model) -> list[Finding]:
    """Every fault of the model's own decision tables; a model with a finding must not be used."""
    findings = list(model.findings)
    findings += check_types(model)
    for table in model.tables:
        checked = _Table(model, table)
        for rule in _RULES:
            findings += rule(checked)
    return findings


class _Table:
    """A table with the space of its inputs, and how to speak about it."""

    def __init__(self, model: Model, table: Table) -> None:
        self.table = table
        self.box = table.box
        self.space: Space = space_of(model, table)
        self._file = model.definitions.file
        drawn = model.drawn.get((model.definitions.namespace, table.owner))
        self._name = drawn.name if drawn is not None else ""

    def finding(self, code: str, message: str, rule: tree.Rule | None = None) -> Finding:
        return Finding(
            code=code,
            message=message,
            element_id=(rule.id if rule is not None else "") or self.box.id or self.table.owner,
            element_name=self._name,
            file=self._file,
        )


def _gaps(table: _Table) -> Iterator[Finding]:
    """A table with one answer must have one for every combination, or a default."""
    box = table.box
    if box.hit_policy not in _ONE_ANSWER or table.table.defaults is not None:
        return
    space = table.space
    try:
        points = coverage.uncovered(space.may, space.whole, EXAMPLES)
    except coverage.TooLargeError:
        yield table.finding(
            "table_too_large", Sentence("組合せが多すぎて、抜けを確かめられません。")
        )
        return
    for point in points:
        example = space.example(point)
        yield table.finding(
            "table_gap",
            Sentence(
                "どの規則にも当てはまらない入力があります（例: %(example)s）。%(hint)s",
                example=example,
                hint=_DEFAULT_HINT,
            ),
        )
    if not points and space.must != space.may:
        yield table.finding(
            "table_gap_unknown",
            Sentence(
                "抜けがないことを確かめられない欄があります。%(hint)s",
                hint=_DEFAULT_HINT,
            ),
        )


_DEFAULT_HINT: Final = Sentence("規則を足すか、すべての出力に既定値を付けます。")


def _overlaps(table: _Table) -> Iterator[Finding]:
    """Two rules of UNIQUE never apply together; two of ANY only with the same outputs."""
    box, space = table.box, table.space
    if box.hit_policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return
    found = 0
    for left, right in _pairs(box.rules):
        if found == _MOST:
            return
        if box.hit_policy is HitPolicy.ANY and _outputs(left) == _outputs(right):
            continue
        point = coverage.shared_point(space.must[left.index - 1], space.must[right.index - 1])
        if point is None:
            continue
        found += 1
        both = Sentence("規則%(left)sと規則%(right)s", left=left.index, right=right.index)
        example = space.example(point)
        if box.hit_policy is HitPolicy.UNIQUE:
            message = Sentence(
                "%(both)sが同時に当てはまる入力があります（例: %(example)s）。",
                both=both,
                example=example,
            )
            yield table.finding("rules_overlap", message, right)
        else:
            message = Sentence(
                "%(both)sが同時に当てはまり、出力が異なります（例: %(example)s）。",
                both=both,
                example=example,
            )
            yield table.finding("rules_contradict", message, right)


def _pairs(rules: Sequence[tree.Rule]) -> Iterator[tuple[tree.Rule, tree.Rule]]:
    for number, left in enumerate(rules):
        for right in rules[number + 1 :]:
            yield left, right


def _outputs(rule: tree.Rule) -> tuple[str, ...]:
    return tuple(cell.text for cell in rule.outputs)


def _unreachable(table: _Table) -> Iterator[Finding]:
    """A rule whose cells hold for no input, or which earlier rules of FIRST leave nothing."""
    space = table.space
    for rule in table.box.rules:
        own = space.may[rule.index - 1]
        if not all(own):
            label = table.box.inputs[own.index(0)].label
            yield table.finding(
                "rule_unreachable",
                Sentence(
                    "規則%(index)sは、「%(label)s」の欄に合う入力がないため、"
                    "当てはまることがありません。",
                    index=rule.index,
                    label=label,
                ),
                rule,
            )
        elif table.box.hit_policy is HitPolicy.FIRST and _is_hidden(space, rule):
            yield table.finding(
                "rule_unreachable",
                Sentence(
                    "規則%(index)sは、前の規則がすべての場合に当てはまるため、使われません。",
                    index=rule.index,
                ),
                rule,
            )


def _is_hidden(space: Space, rule: tree.Rule) -> bool:
    earlier = space.must[: rule.index - 1]
    try:
        return not coverage.uncovered(earlier, space.may[rule.index - 1], 1)
    except coverage.TooLargeError:
        return False


def _first_without_end(table: _Table) -> Iterator[Finding]:
    """The last row of FIRST takes whatever is left."""
    if table.box.hit_policy is not HitPolicy.FIRST:
        return
    rows = table.table.rows
    if not rows or rows[-1].tests:
        yield table.finding(
            "first_without_end",
            Sentence("ヒットポリシーFIRSTの判断表では、最後の規則の条件をすべて「-」にします。"),
            rows[-1].rule if rows else None,
        )


def _priorities(table: _Table) -> Iterator[Finding]:
    """PRIORITY and OUTPUT ORDER take their order from the listed output values."""
    box = table.box
    if box.hit_policy in _ORDERED and all(output.values is None for output in box.outputs):
        yield table.finding(
            "priority_without_values",
            Sentence(
                "ヒットポリシー%(hit_policy)sの判断表では、出力に値の一覧を優先する順に書きます。",
                hit_policy=box.hit_policy,
            ),
        )


def _partial_default(table: _Table) -> Iterator[Finding]:
    """A default on one output only would leave the others null without anybody noticing."""
    if table.table.defaults is None:
        return
    for output in table.box.outputs:
        if output.default is None:
            label = output.label or output.name
            yield table.finding(
                "default_missing", Sentence("出力「%(label)s」に既定値がありません。", label=label)
            )


def _types(table: _Table) -> Iterator[Finding]:
    yield from (table.finding("cell_type", message, rule) for message, rule in table.space.clashes)


def _output_values(table: _Table) -> Iterator[Finding]:
    yield from (
        table.finding("output_not_listed", message, rule) for message, rule in table.space.unlisted
    )


_RULES: Final[tuple[Callable[[_Table], Iterator[Finding]], ...]] = (
    _types,
    _output_values,
    _gaps,
    _overlaps,
    _unreachable,
    _first_without_end,
    _priorities,
    _partial_default,
)
