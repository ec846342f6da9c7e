"""Will a timer of the diagram fire, and at the moment it says?"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from engine.domain.sentence import Sentence
from engine.execution.lint_report import Report
from engine.execution.xml import children, local, text
from engine.feel.checking.kinds import DATE, LIST, MOMENT, MONTHS, SPAN, STRING

_DURATION: Final = re.compile(
    r"P(?!$)(\d+(\.\d+)?Y)?(\d+(\.\d+)?M)?(\d+(\.\d+)?W)?(\d+(\.\d+)?D)?"
    r"(T(?!$)(\d+(\.\d+)?H)?(\d+(\.\d+)?M)?(\d+(\.\d+)?S)?)?"
)
_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?"
)
_OFFSET: Final = re.compile(r"T.*(Z|[+-]\d{2}:?\d{2})$")
_REPEAT: Final = re.compile(r"R(\d*)/(.+)")
_CRON: Final = re.compile(r"[\d*/,?-]+(\s+[\d*/,?A-Za-z-]+){4,6}")
_PYTHON: Final = re.compile(
    r"\b(timedelta|datetime|relativedelta)\s*\(|\.now\(|\bimport\b|\blambda\b"
)
_TIMES: Final = {  # of what a timer may be, see `timers`
    "timeDate": (MOMENT, DATE, SPAN, MONTHS, STRING, LIST),
    "timeDuration": (SPAN, MONTHS, MOMENT, DATE, STRING, LIST),
    "timeCycle": (SPAN, MONTHS, STRING),
}
_WITH_START: Final = 2  # parts behind R…/: a moment and a duration


def check_timer(report: Report, event: etree._Element, definition: etree._Element) -> None:
    """One value, which is FEEL or ISO 8601 with an offset; cycles only where they may repeat."""
    values = children(definition, "timeDate", "timeDuration", "timeCycle")
    if len(values) != 1 or not text(values[0]):
        report.refuse(
            event,
            "timer_without_value",
            Sentence(
                "タイマーの日時または期間が決まっていません。日時、期間、周期のどれか1つを書きます。"
            ),
        )
        return
    value = values[0]
    source = text(value)
    if _PYTHON.search(source):
        report.refuse(
            event,
            "python_text",
            Sentence(
                "タイマーにPythonの書き方は使えません。"
                '今日から5日後は today() + duration("P5D") のように書きます。'
            ),
        )
        return
    bare = source[1:-1] if re.fullmatch(r'"[^"]*"', source) else source
    if is_iso(bare) or (bare != source) or _CRON.fullmatch(source):
        _check_iso(report, event, local(value), bare)
    else:
        report.expression(event, source, Sentence("タイマー"), *_TIMES[local(value)])


def is_iso(source: str) -> bool:
    return bool(
        _DURATION.fullmatch(source) or _MOMENT.fullmatch(source) or _REPEAT.fullmatch(source)
    )


def _check_iso(report: Report, event: etree._Element, kind: str, source: str) -> None:
    if kind == "timeDuration":
        if not _DURATION.fullmatch(source):
            _bad_value(
                report, event, Sentence("期間は P5D（5日）や PT2H（2時間）のように書きます。")
            )
        return
    if kind == "timeDate":
        _check_moment(report, event, source)
        return
    repeat = _REPEAT.fullmatch(source)
    parts = repeat.group(2).split("/") if repeat else []
    if (
        not repeat
        or len(parts) > _WITH_START
        or not any(_DURATION.fullmatch(part) for part in parts)
    ):
        _bad_value(report, event, Sentence("周期は R3/P1D（1日ごとに3回）のように書きます。"))
        return
    for part in parts:
        if not _DURATION.fullmatch(part):
            _check_moment(report, event, part)


def _check_moment(report: Report, event: etree._Element, source: str) -> None:
    if not _MOMENT.fullmatch(source):
        _bad_value(report, event, Sentence("日時は 2026-04-01T09:00:00+09:00 のように書きます。"))
    elif not _OFFSET.search(source):
        report.refuse(
            event,
            "timer_without_offset",
            Sentence(
                "日時に時差がないため、サーバーの場所で意味が変わります。"
                "2026-04-01T09:00:00+09:00 のように時差まで書きます。"
            ),
        )


def _bad_value(report: Report, event: etree._Element, how: str) -> None:
    report.refuse(event, "bad_timer", Sentence("タイマーの値を読めません。%(how)s", how=how))
