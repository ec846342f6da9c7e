"""Projects and organisations, settings in force, and the whole history as pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.services import place_changes
from engine.setting_origins import Origin, in_force
from engine.settings import config_dir, default_settings
from engine.testing import TestOffice
from tests.web.site import Visitor, foreign_texts, language, start
from web import setting_words

Visit = Callable[[str | None], Visitor]
PLACES = "/admin/projects"


def test_a_project_and_its_system_are_added_and_closed(visit: Visit, office: TestOffice) -> None:
    visitor = visit("admin1")

    visitor.send(f"{PLACES}/project/new", f"{PLACES}/project", {"name": "窓口改善"})
    found = office.engine.ask(place_changes.everything, office.actor("admin1"))
    project = next(place for place, _systems in found.projects if place.name == "窓口改善")
    system = {"name": "窓口システム", "project": project.id, "from/年": "R8", "from/月": "10"}
    refused = visitor.send(f"{PLACES}/system/new", f"{PLACES}/system", system)
    added = visitor.send(f"{PLACES}/system/new", f"{PLACES}/system", {**system, "from/日": "1"})
    address = f"{PLACES}/project/{project.id}"
    closed = visitor.send(address, address, {"closed": "yes"})

    assert (refused.status, added.status, closed.status) == (422, 303, 303)
    assert "10月1日(木)〜" in visitor.open(PLACES).text
    assert "閉じている" in visitor.open(PLACES).text
    assert "開いている → 閉じている" in " ".join(visitor.open(address).words("//ol//p"))


def test_of_two_who_change_a_place_the_later_one_keeps_what_was_typed(visit: Visit) -> None:
    visitor, address = visit("admin1"), f"{PLACES}/project/p1"
    form = visitor.open(address).form(address)
    visitor.post(address, {**form, "name": "一番"})

    page = visitor.post(address, {**form, "name": "二番"})

    assert page.status == 409
    assert page.tree.xpath("//input[@id='name']/@value") == ["二番"]


def test_an_unknown_kind_of_place_is_no_page(visit: Visit) -> None:
    assert visit("admin1").open(f"{PLACES}/planet/new").status == 404
    assert visit("admin1").open(f"{PLACES}/project/nowhere").status == 404


def test_the_settings_page_names_every_setting_and_no_secret(visit: Visit) -> None:
    page = visit("admin1").open("/admin/settings")

    names = page.words("//tbody//th/span")
    assert {"minutes", "window_minutes", "sender", "go_live.escalation_days"} <= set(names)
    assert "password" in names
    assert "設定なし" in page.text


def test_closed_days_and_roles_have_pages_beside_the_settings(visit: Visit) -> None:
    visitor = visit("admin1")
    links = visitor.open("/admin/settings").tree.xpath("//nav[@class='tabs']/a/@href")
    calendar, roles = (visitor.open(link) for link in links[1:])

    assert "昭和の日" in calendar.text
    assert "昭和の日" in visitor.open(f"{links[1]}?year=2020").text
    assert "PJMO" in roles.text
    assert [page.words("//nav//a[@aria-current='page']")[-1] for page in (calendar, roles)] == [
        "休業日",
        "役割とできること",
    ]


def test_every_section_of_the_settings_has_its_words() -> None:
    sections = {one.section for one in in_force(default_settings())}

    assert sections == set(setting_words.sections())


def test_each_setting_says_where_it_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "default.toml").write_text((config_dir() / "default.toml").read_text())
    (tmp_path / "site.toml").write_text('[session]\nminutes = 30\n[mail]\npassword = "pw"\n')
    monkeypatch.setenv("UNEI_SERVER__PORT", "8010")
    values = default_settings().model_dump()
    values["session"]["minutes"] = 30
    values["mail"]["password"] = "older"
    values["database"]["url"] = "postgresql://unei:secret@db/unei"
    values["server"]["port"] = 8010

    found = {one.path: one for one in in_force(type(default_settings())(**values), tmp_path)}

    assert found["session.minutes"].origin is Origin.SITE
    assert (found["session.minutes"].value, found["session.minutes"].default) == (30, 60)
    assert found["server.port"].origin is Origin.ENVIRONMENT
    assert found["server.threads"].origin is Origin.DEFAULT
    assert not found["server.port"].is_stale
    assert found["mail.password"].is_stale
    assert found["mail.password"].value is True
    assert "secret" not in str(found["database.url"].value)


def test_the_history_tells_who_did_what_and_leads_to_the_case(
    visit: Visit, office: TestOffice
) -> None:
    start(office)

    page = visit("admin1").open("/admin/history?kind=instances")

    case = office.cases()[0]
    assert page.words("//tbody//td[2]")[0].endswith("が案件を始めました。")
    assert page.tree.xpath("//tbody//a/@href") == [f"/instances/{case.id}"]


def test_what_people_did_to_people_is_told_in_both_languages(visit: Visit) -> None:
    visitor = visit("admin1")
    edit = "/admin/people/pjmo1/edit"
    visitor.send(edit, edit, {"name": "山田 花子"})
    japanese = visitor.open("/admin/history?kind=people").words("//tbody//td[2]")[0]
    language(visitor, "en")

    page = visitor.open("/admin/history?kind=people")

    assert "さんの登録を変えました。" in japanese
    assert foreign_texts(page) == []


def test_the_history_leaves_as_csv_as_it_is_filtered(visit: Visit, office: TestOffice) -> None:
    start(office)

    answer = visit("admin1").client.get("/admin/history/export.csv?kind=instances")

    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert rows[0][:4] == ["日時", "操作者", "代理の相手", "できごと"]
    assert [row[7] for row in rows[1:]] == [office.cases()[0].number]


def test_a_damaged_address_of_the_history_shows_its_beginning(visit: Visit) -> None:
    page = visit("admin1").open("/admin/history?from=yesterday&kind=nothing&before=x")

    assert page.status == 200
    assert page.heading() == "操作の記録"
