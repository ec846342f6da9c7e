"""分析: what finished cases took, by process and by element: as tables and on the diagram."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.services import analysis, people
from engine.services.analysis import Question, Statistics
from web import board_words, charts
from web.context import actor, clock, engine
from web.digits import number
from web.i18n import _, plain

bp = Blueprint("analysis", __name__, url_prefix="/overview/analysis")

MAX_ID = 100
MAX_VERSION = 9_999


@bp.get("")
def listing() -> str:
    """Every process with what its finished cases took."""
    asked = _question()
    return render_template(
        "analysis.html",
        rows=engine().ask(analysis.processes, actor(), asked),
        **_around(asked),
    )


@bp.get("/<key>")
def show(key: str) -> str:
    """One process."""
    asked = _question(key)
    found: Statistics = engine().ask(analysis.statistics, actor(), asked)
    return render_template(
        "analysis_process.html",
        found=found,
        timed=[one for one in found.elements if one.whole],
        untimed=[one for one in found.elements if not one.whole],
        marks=_marks(found),
        chart=_chart(found),
        **_around(asked),
    )


@bp.get("/<key>/<int:version>/diagram.bpmn")
def diagram(key: str, version: int) -> Response:
    content = engine().ask(analysis.diagram, actor(), key, version)
    return make_response(content, 200, {"Content-Type": "application/xml; charset=utf-8"})


def _question(key: str = "") -> Question:
    return Question(
        period=analysis.period_of(_span(), clock().today),
        key=key,
        version=min(number(request.args.get("version", ""), 0), MAX_VERSION),
        system_id=request.args.get("system", "").replace("\x00", "")[:MAX_ID],
    )


def _span() -> str:
    asked = request.args.get("span", "")
    return asked if asked in analysis.SPANS else analysis.SPANS[0]


def _around(asked: Question) -> dict[str, Any]:
    """What both pages share: the switches and their words."""
    return {
        "asked": asked,
        "span": _span(),
        "spans": board_words.analysis_spans(),
        "systems": engine().ask(people.systems, actor()),
        "words": board_words,
        "address": _address,
    }


def _address(key: str = "", **changes: str) -> str:
    """A page of the analysis with the same query, but for these parts."""
    query = {name: request.args.get(name, "") for name in ("span", "system", "version")}
    asked: dict[str, Any] = {n: value for n, value in {**query, **changes}.items() if value}
    if key:
        return url_for("analysis.show", key=key, **asked)
    asked.pop("version", None)
    return url_for("analysis.listing", **asked)


def _chart(found: Statistics) -> charts.Line | None:
    """The median of each month, in working days; None where there is no run of months."""
    points = [
        (
            _("%(month)s月", month=one.month.month),
            board_words.days_of(one.cycle.median) if one.cycle else None,
        )
        for one in found.months
    ]
    return charts.line(points, None) if len(points) > 1 else None


def _marks(found: Statistics) -> dict[str, dict[str, Any]]:
    """Element -> what the picture shows at it: its heat, and its figure in words."""
    return {
        one.element_id: {
            "heat": one.heat,
            "text": board_words.working_time(one.whole.median),
            "title": _(
                "%(name)s：中央値 %(time)s、%(times)s回",
                name=plain(one.name),
                time=board_words.working_time(one.whole.median),
                times=one.visits,
            ),
        }
        for one in found.elements
        if one.whole
    }
