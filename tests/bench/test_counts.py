"""What a completion asks of the database: counted, never timed."""

from __future__ import annotations

import pytest

from tests.bench import bounds, models
from tests.bench.office import open_office
from tests.bench.spent import Figures, Spent
from tests.execution.drawing import KEY
from tests.execution.shapes import SHAPES

MODELS = models.read(None)


def play(key: str, url: str | None = None, cache: int = 2000) -> Figures:
    figures = Figures()
    with open_office({key: MODELS[key]}, url=url, cache=cache) as office:
        office.play(key, figures.all.append)
    return figures


@pytest.mark.parametrize("key", ["linear3", "gateway"])
def test_a_completion_is_one_commit_and_at_most_six_statements(key, database_url):
    figures = play(key, database_url)

    assert figures.commits == bounds.COMMITS
    assert figures.statements <= bounds.STATEMENTS


def test_the_hundredth_task_in_a_row_asks_no_more_than_the_first():
    statements = [one.statements for one in play("linear100").all]

    assert len(statements) == 100
    assert max(statements) <= bounds.STATEMENTS


@pytest.mark.parametrize("name", ["items_in_turn", "items_at_once", "nested", "branches"])
def test_a_completion_in_a_large_instance_asks_no_more(name):
    shape, figures = SHAPES[name], Figures()
    with open_office({KEY: shape.draw(max(shape.full // 10, 10))}) as office:
        office.play(KEY, lambda _: None)  # the names of places are read once and kept
        office.play(KEY, figures.all.append)

    assert figures.commits == bounds.COMMITS
    assert figures.statements <= bounds.STATEMENTS


def test_a_reloaded_instance_costs_one_statement_more():
    cached, reloaded = play("linear3"), play("linear3", cache=0)

    assert reloaded.statements == cached.statements + 1


def test_shares_are_drawn_from_at_most_a_thousand_raw_commits_a_second():
    one = Spent(cpu=0.001, engine=0.0003, wall=0.002, raw=0.0002, statements=6, commits=1)
    figures = Figures([one])

    assert figures.share_of_raw == pytest.approx(0.5)
    assert figures.share_of_raw_plain == pytest.approx(0.1)


def test_every_broken_bound_is_named():
    dear = {"engine_cpu_ms": 9, "cpu_ms": 9, "share_of_raw": 0.1, "statements": 7, "commits": 2}
    case = {**dear, "reloaded": {"cpu_ms": 90}}
    loop = {"last_to_first": 2, "completions": 3, "completed_in_history": 2}
    cases = {"linear3": case, "gateway": case, "linear100": case, "loop10000": loop}

    pages = {"board": {"p95_ms": 301}, "search": {"p95_ms": 151}}

    language = {
        "expressions_per_second": 199_999,
        "tables_per_second": 19_999,
        "compile_1000_seconds": 1.1,
    }
    grown = {"is_right": False, "cached": {"growth": 99}, "reloaded": {"growth": 99}}
    report = {
        "machine_factor": 1.0,
        "cases": cases,
        "pages": pages,
        "language": language,
        "shapes": dict.fromkeys(bounds.GROWTH, grown),
    }

    found = bounds.faults(report)

    assert len(found) == 3 * 6 + 2 + 7 * 3 + 2 + 3
