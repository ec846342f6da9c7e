"""The demo plays through: a go-live in the middle of its work, and a system in operation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.bootstrap import Engine, build, migrate
from engine.domain.records import RegisterEntry
from engine.services import incidents, instances, people, schedules
from engine.settings import Settings, config_dir, default_settings, models_dir
from engine.storage import registers
from engine.storage.queries import testing as queries
from web.demo import DemoOffice, read_folders

PROJECT, SYSTEM = "sodan", "sodan-uketsuke"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Loaded once, since both tests only look."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(**{**default_settings().model_dump(), "data_dir": folder})
    migrate(settings.database_url)
    with build(settings) as made:
        DemoOffice(made, config_dir() / "demo", lambda _line: None).load(read_folders(models_dir()))
        yield made


def test_the_story_leaves_work_for_people_of_several_roles(engine: Engine) -> None:
    waiting = {task.element_id for task in engine.ask(queries.open_tasks)}

    assert waiting == {
        "analyse_risks",
        "approve_draft",
        "draft_continuity",
        "enter_actuals",
        "plan_publicity",
        "plan_rehearsal",
        "record_training",
        "register_acceptance",
        "report_service_level",
    }


def test_the_story_stops_nothing(engine: Engine) -> None:
    administrator = engine.ask(people.actor, "goto")

    assert engine.ask(incidents.open_ones, administrator) == []


def entries(engine: Engine, code: str) -> list[RegisterEntry]:
    """Of the system in operation, oldest first."""
    return engine.ask(registers.in_place, code, PROJECT, SYSTEM, 1_000)


def test_the_system_in_operation_has_a_year_of_reports(engine: Engine) -> None:
    reports = [entry.values for entry in entries(engine, "R26")]

    months = [(one["対象月"].year * 12 + one["対象月"].month) for one in reports]
    assert months == list(range(months[0], months[0] + 12))
    assert all(len(one["指標"]) in (7, 8) for one in reports)
    assert [one["未収集"] for one in reports].count(1) == 1
    assert [one["著しく低い"] for one in reports].count(0) < 12
    assert reports[-1]["達成"] >= 6


def test_the_past_figures_are_judged_and_set_beside_each_other(engine: Engine) -> None:
    first, *_, last = (entry.values["指標"] for entry in entries(engine, "R26"))

    (before,) = [row for row in first if row["指標名"] == "オンライン相談の割合"]
    (now,) = [row for row in last if row["指標名"] == "オンライン相談の割合"]
    assert (before["達成率"], before["判定"], before["前月比"]) == (62, "未達", None)
    assert (now["達成率"], now["判定"], len(now["推移"])) == (98, "注意", 12)
    assert now["見込み"] is not None


def test_the_monitoring_of_last_month_asks_only_for_what_is_not_there(engine: Engine) -> None:
    (head,) = [one for one in engine.ask(queries.all_heads) if one.key == "monitoring"]

    known = engine.ask(instances.variables, head)

    collected = {row["指標名"] for row in known["指標一覧"] if row["実績"] is not None}
    asked = {row["指標名"] for row in known["手入力"]} | {
        row["項目"] for row in known["サービスレベル"]
    }
    assert collected == {"オンライン相談の割合", "よくある質問の閲覧数"}
    assert collected & asked == set()
    assert {"稼働率", "画面の応答時間", "初回回答までの日数"} <= asked


def test_the_monitoring_of_the_system_starts_each_month(engine: Engine) -> None:
    administrator = engine.ask(people.actor, "goto")

    found = engine.ask(schedules.listing, administrator)

    (monthly,) = [one for one in found if one.template == "T01"]
    assert (monthly.system_id, monthly.state) == (SYSTEM, "active")
