"""Will a task that is done several times be done as often as it says, without losing answers?"""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_behaviors import check_behavior
from engine.execution.lint_names import variables
from engine.execution.lint_report import Report, Use
from engine.execution.model import ACTIVITIES, HUMAN
from engine.execution.properties import of
from engine.execution.xml import child, children, extension, local, text
from engine.feel.checking.kinds import BOOLEAN, LIST, NUMBER
from engine.feel.checking.looking import Wanted

MAX_INSTANCES: Final = 1_000


def check_repeats(report: Report) -> None:
    """Multi-instance and loop markers."""
    for _, task in report.diagram.nodes(*ACTIVITIES):
        for repeat in children(task, "multiInstanceLoopCharacteristics"):
            check_behavior(report, task, repeat)
            _check_count(report, task, repeat)
            _check_items(report, task, repeat)
            completion = child(repeat, "completionCondition")
            if completion is not None:
                report.expression(task, text(completion), Sentence("完了の条件"), BOOLEAN)
        for repeat in children(task, "standardLoopCharacteristics"):
            _check_loop(report, task, repeat)
        _check_variable(report, task)


def _check_count(report: Report, task: etree._Element, repeat: etree._Element) -> None:
    cardinality = child(repeat, "loopCardinality")
    collection = child(repeat, "loopDataInputRef")
    if (cardinality is None) == (collection is None):
        report.refuse(
            task,
            "multi_instance_count",
            Sentence(
                "何回行うかが決まりません。"
                "回数（loopCardinality）か一覧（loopDataInputRef）のどちらか一方を書きます。"
            ),
        )
        return
    if collection is not None:
        _check_collection(report, task, text(collection))
        return
    source = text(cardinality)
    number = source.removeprefix("=").strip()
    if number.lstrip("-").isdigit() and not 0 <= int(number) <= MAX_INSTANCES:
        report.refuse(
            task,
            "bad_count",
            Sentence(
                "回数「%(number)s」は使えません。0から%(max_instances)sまでにします。",
                number=number,
                max_instances=f"{MAX_INSTANCES:,}",
            ),
        )
    report.expression(task, source, Sentence("回数"), NUMBER)


def _check_collection(report: Report, task: etree._Element, name: str) -> None:
    what = Sentence("対象の一覧")
    if not name:
        report.refuse(
            task, "multi_instance_count", Sentence("対象の一覧の名前が空です。名前を書きます。")
        )
    wanted = Wanted(what=what, kinds=(LIST,))
    report.uses.append(
        Use(place=task, names=frozenset({name}), what=what, source=name, wanted=wanted)
    )


def _check_items(report: Report, task: etree._Element, repeat: etree._Element) -> None:
    item, result = child(repeat, "inputDataItem"), child(repeat, "outputDataItem")
    output = child(repeat, "loopDataOutputRef")
    if (result is None) != (output is None):
        report.refuse(
            task,
            "multi_instance_output",
            Sentence(
                "結果を集めるには、"
                "1件の名前（outputDataItem）と一覧の名前（loopDataOutputRef）の両方が要ります。"
            ),
        )
    for place in (item, result):
        if place is not None and report.variable(task, place.get("id"), Sentence("1件の名前")):
            _refuse_form_names(report, task, place.get("id", ""))
    if output is not None:
        report.variable(task, text(output), Sentence("結果の一覧の名前"))
    _check_answers(report, task, result)


def _refuse_form_names(report: Report, task: etree._Element, name: str) -> None:
    stored_as = text(extension(task, "variableName"))
    if name == stored_as:
        return
    for key, form in report.forms.items():
        if name in {field.key for field in variables(form.fields)}:
            report.refuse(
                task,
                "multi_instance_name",
                Sentence(
                    "1件の名前「%(name)s」は入力フォーム「%(key)s」の項目にもあります。"
                    "別の名前にします。",
                    name=name,
                    key=key,
                ),
            )


def _check_answers(report: Report, task: etree._Element, result: etree._Element | None) -> None:
    if local(task) not in HUMAN or not of(task).get("formKey"):
        return
    stored_as = text(extension(task, "variableName"))
    if result is None:
        report.refuse(
            task,
            "multi_instance_answers",
            Sentence(
                "何人もの回答が同じ項目に上書きされ、最後の1件しか残りません。"
                "outputDataItem と loopDataOutputRef で回答を集めます。"
            ),
        )
    elif stored_as != result.get("id"):
        report.refuse(
            task,
            "multi_instance_answers",
            Sentence(
                "回答を入れる名前（variableName）を「%(id)s」にします。"
                "違う名前では回答を集められません。",
                id=result.get("id", ""),
            ),
        )


def _check_loop(report: Report, task: etree._Element, repeat: etree._Element) -> None:
    maximum = repeat.get("loopMaximum")
    condition = child(repeat, "loopCondition")
    if maximum is None and condition is None:
        report.refuse(
            task,
            "loop_without_end",
            Sentence(
                "繰返しの終わりが決まっていません。"
                "上限（loopMaximum）か条件（loopCondition）を書きます。"
            ),
        )
    if maximum is not None and not (maximum.strip().isdigit() and int(maximum) > 0):
        report.refuse(
            task,
            "bad_count",
            Sentence(
                "繰返しの上限「%(maximum)s」は使えません。1以上の整数にします。", maximum=maximum
            ),
        )
    if condition is not None:
        report.expression(task, text(condition), Sentence("繰返しの条件"), BOOLEAN)


def _check_variable(report: Report, task: etree._Element) -> None:
    place = extension(task, "variableName")
    if place is not None:
        report.variable(task, text(place), Sentence("回答を入れる名前（variableName）"))
