"""The demo story plays through, and leaves a go-live preparation in the middle of its work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.bootstrap import Engine, build, migrate
from engine.services import incidents, people
from engine.settings import Settings, config_dir, default_settings, models_dir
from engine.storage.queries import testing as queries
from web.demo import DemoOffice, read_folders


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
        "plan_publicity",
        "plan_rehearsal",
        "record_training",
        "register_acceptance",
    }


def test_the_story_stops_nothing(engine: Engine) -> None:
    administrator = engine.ask(people.actor, "goto")

    assert engine.ask(incidents.open_ones, administrator) == []
