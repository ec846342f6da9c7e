"""What holds for every page: headers, size, languages, failures."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

from engine import testing
from engine.testing import TestOffice
from tests.web.site import FIELDS, Page, Visitor, foreign_texts, language, models, start
from web.app import create_app
from web.i18n import FOLDER

Visit = Callable[[str | None], Visitor]
PAGES = [
    "/worklist",
    "/worklist?view=group",
    "/worklist?view=done",
    "/tasks/{task}",
    "/tasks/{done}",
    "/instances",
    "/instances/{case}",
    "/instances/{case}/cancel/confirm",
    "/processes",
    "/processes/probe/start",
    "/registers",
    "/registers/R14",
    "/nowhere",
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[testing.TestOffice]:
    """One office for all: these tests only look."""
    with testing.office(tmp_path_factory.mktemp("office")) as made:
        made.deploy(models())
        yield made


@pytest.fixture(scope="module")
def app(office: testing.TestOffice) -> Flask:
    return create_app(office.engine)


@pytest.fixture(scope="module")
def places(office: TestOffice) -> dict[str, str]:
    """Ids to put into the addresses: a case, an open task, a completed task."""
    done = start(office, subject="第2回 業務リハーサル")
    office.complete("fill", {"件名": "案内"})
    task = start(office, subject="第3回 業務リハーサル")
    return {"task": task, "done": done, "case": office.cases()[0].id}


@pytest.mark.parametrize("path", PAGES)
def test_page_carries_the_strict_policy(visit: Visit, places: dict[str, str], path: str) -> None:
    answer = visit("pjmo1").open(path.format(**places)).response

    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_page_is_small(visit: Visit, places: dict[str, str], path: str) -> None:
    assert len(visit("pjmo1").open(path.format(**places)).response.data) <= 60_000


@pytest.mark.parametrize("path", PAGES)
def test_english_page_has_no_japanese_left_but_data(
    visit: Visit, places: dict[str, str], path: str
) -> None:
    visitor = visit("pjmo1")
    language(visitor, "en")

    page = visitor.open(path.format(**places))

    assert page.tree.xpath("/html/@lang") == ["en"]
    assert foreign_texts(page) == []


def test_the_sign_in_page_is_english_too(visit: Visit) -> None:
    visitor = visit(None)
    language(visitor, "en")

    assert foreign_texts(visitor.open("/login")) == []


def test_errors_of_fields_are_english_too(visit: Visit, places: dict[str, str]) -> None:
    visitor = visit("pjmo1")
    language(visitor, "en")

    page = visitor.fill(places["task"], "complete", {})

    assert page.words("//*[@class='error-summary']//a") == [
        "Enter “Subject”.",
        "Choose an answer for “支障”.",
    ]
    assert foreign_texts(page) == []


def test_the_language_can_be_switched(visit: Visit) -> None:
    visitor = visit("pjmo1")

    answer = visitor.send("/registers", "/language", {"lang": "en"})

    assert answer.location == "/registers"
    assert visitor.open("/registers").heading() == "Registers"


def test_a_language_nobody_speaks_here_changes_nothing(visit: Visit) -> None:
    visitor = visit("pjmo1")

    visitor.send("/registers", "/language", {"lang": "xx"})

    assert visitor.open("/registers").heading() == "台帳"


def test_every_text_of_the_pages_has_its_english() -> None:
    root = FOLDER.parents[1]
    options = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
    found = {
        message
        for folder in (root / "web", root / "engine")
        for _file, _line, message, _comments, _context in extract_from_dir(
            folder,
            [("**.py", "python"), ("**.html", "jinja2")],
            options,
            keywords={"_": None, "gettext": None, "Sentence": None, "later": None},
            directory_filter=lambda path: "node_modules" not in path,
        )
    }
    with (FOLDER / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = {message.id: message.string for message in read_po(file) if message.id}

    assert found == set(catalogue)
    assert all(catalogue.values())


def test_an_unexpected_failure_shows_a_number_and_no_trace(
    app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("engine.services.registers.all_registers", broken)

    page = visit("pjmo1").open("/registers")

    number = page.words("//main//p")[0].split("番号 ")[1].split(" ")[0]
    assert page.status == 500
    assert "secret detail" not in page.text
    assert "Traceback" not in page.text
    assert number in caplog.text


def test_a_method_that_is_not_for_this_page_gets_a_page(visit: Visit) -> None:
    page = visit("pjmo1").open("/logout")

    assert page.status == 405
    assert page.heading() == "この操作は受け付けられませんでした"


def test_health_is_answered_without_a_sign_in(visit: Visit) -> None:
    answer = visit(None).client.get("/healthz")

    assert answer.get_json()["status"] == "ok"


def test_files_with_a_hash_are_kept_by_the_browser(visit: Visit) -> None:
    sheet = visit(None).open("/login").tree.xpath("//link[@rel='stylesheet']/@href")[0]

    with visit(None).client.get(sheet) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_task_form_with_errors_is_small(visit: Visit, places: dict[str, str]) -> None:
    page: Page = visit("pjmo1").fill(places["task"], "complete", {**FIELDS, "件名": ""})

    assert len(page.response.data) <= 60_000
