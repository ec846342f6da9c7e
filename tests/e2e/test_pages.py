"""Every page, in both languages, wide and narrow, by day and by night."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine.domain.labels import read_labels
from engine.services import people
from engine.settings import config_dir, models_dir
from engine.testing import SETUP
from tests.browser import Furnished
from tests.e2e.looking import Looker, Seen
from tests.e2e.models import proposal
from tests.e2e.places import BROKEN, NOBODY, PLACES, Place

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

    from tests.browser import Site

pytestmark = pytest.mark.browser

MOST_BYTES = 60_000
PASSWORD = "correct horse battery"
TITLE_END = "｜Unei 運営"
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z]{3,}")
LABELS = "labels.en.json"
# Numbers of faults, drawn by lot; people that tests have made up; what people and models name so
REFERENCE = re.compile(r"番号 \w{6}|[a-z_]+(?:1|2|_head)(?![a-z0-9_])|「[\w ]+」")
# Names, file kinds and terms that are written so on Japanese pages as well.
KNOWN = frozenset(
    {"Unei", "English", "JavaScript", "PJMO", "PMO", "DEV", "Excel", "CSV", "PDF", "XML", "txt"}
    | {"csv", "host", "mail", "null", "xlsx"}
    | {"config", "site", "calendar", "roles", "toml"}  # files of the settings
    | {"bpmn", "dmn", "form", "json", "labels", "zip"}  # of files that are imported
    | {"Bizagi", "Camunda", "Flowable", "Signavio", "FEEL"}  # other tools, and our language
)
LABELS_READ = {
    text: english
    for file in (config_dir() / LABELS, *models_dir().glob(f"*/{LABELS}"))
    for text, english in read_labels(file.read_bytes()).items()
}
# English texts quote what must stand in a file as it is
LABELLED = {text for text in LABELS_READ if text not in " ".join(LABELS_READ.values())}
PARTS = 6  # of the pages, so that workers who are done early take over from others

Looked = Callable[[Place, str], Seen]


@pytest.fixture(scope="module")
def gallery(furnished: Furnished, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with furnished.opened(tmp_path_factory.mktemp("gallery"), _with_a_fault) as site:
        site.office.deploy(proposal())
        site.office.engine.run(people.set_password, NOBODY, PASSWORD, SETUP)
        yield replace(site, passwords={**site.passwords, NOBODY: PASSWORD})


def _with_a_fault(app: Flask) -> None:
    def broken() -> str:
        raise RuntimeError("this page is broken on purpose")

    app.add_url_rule(BROKEN, "broken", broken)


@pytest.fixture(scope="module")
def looked(browser: Browser, gallery: Site) -> Iterator[Looked]:
    """A page is opened once for all tests about it."""
    seen: dict[tuple[str, str], Seen] = {}
    looker = Looker(browser, gallery)

    def at(place: Place, language: str) -> Seen:
        key = (place.name, language)
        if key not in seen:
            seen[key] = looker.look(place, language)
        return seen[key]

    yield at
    looker.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every class looks at its own part of the pages."""
    if metafunc.cls is not None and "place" in metafunc.fixturenames:
        places = PLACES[metafunc.cls.part :: PARTS]
        metafunc.parametrize("place", places, ids=[place.name for place in places])


class EveryPage:
    """What holds in either language."""

    language: str
    part: int

    def test_the_page_answers_with_its_status(self, looked: Looked, place: Place) -> None:
        assert looked(place, self.language).status == place.status

    def test_axe_finds_no_fault(self, looked: Looked, place: Place) -> None:
        found = looked(place, self.language).axe

        assert {how: faults for how, faults in found.items() if faults} == {}

    def test_the_browser_has_nothing_to_say(self, looked: Looked, place: Place) -> None:
        assert looked(place, self.language).messages == []

    def test_nobody_else_is_asked_for_anything(self, looked: Looked, place: Place) -> None:
        assert looked(place, self.language).strangers == []

    def test_at_320_pixels_nothing_scrolls_sideways(self, looked: Looked, place: Place) -> None:
        assert looked(place, self.language).sideways == []

    def test_the_page_is_small(self, looked: Looked, place: Place) -> None:
        assert looked(place, self.language).html_bytes <= MOST_BYTES

    def test_there_is_one_heading_of_the_first_level(self, looked: Looked, place: Place) -> None:
        headings = looked(place, self.language).headings

        assert len(headings) == 1
        if self.language == "ja" and place.heading:
            assert headings == [place.heading]

    def test_the_title_says_errors_first_then_the_heading(
        self, looked: Looked, place: Place
    ) -> None:
        seen = looked(place, self.language)
        error = {"ja": "エラー", "en": "error"}[self.language]
        before, heading, after = seen.title.partition(seen.headings[0])

        assert heading
        assert after.endswith(TITLE_END)
        assert (error in before.lower()) == place.errors


class InJapanese(EveryPage):
    language = "ja"

    def test_the_japanese_page_has_no_english_but_terms(self, looked: Looked, place: Place) -> None:
        seen = looked(place, self.language)
        texts = [REFERENCE.sub("", text) for text in [*seen.texts, *seen.names]]
        foreign = [text for text in texts if set(WORD.findall(text)) - KNOWN]

        assert foreign == []


class InEnglish(EveryPage):
    language = "en"

    def test_the_english_page_has_no_japanese_but_data(self, looked: Looked, place: Place) -> None:
        seen = looked(place, self.language)
        unmarked = [text for text in seen.texts if JAPANESE.search(text) and text != TITLE_END[1:]]
        # a spoken name cannot mark the data inside it
        unspoken = [text for text in seen.names if JAPANESE.search(text) and not WORD.search(text)]

        assert unmarked + unspoken == []

    def test_no_text_of_a_shipped_model_stays_japanese_on_the_english_page(
        self, looked: Looked, place: Place
    ) -> None:
        left = {" ".join(text.split()) for text in looked(place, self.language).marked}

        assert left & LABELLED == set()


def _split(kind: type[EveryPage]) -> dict[str, type[EveryPage]]:
    """A class of tests for each part of the pages: `TestInJapanese1` and so on."""
    names = [f"Test{kind.__name__}{part + 1}" for part in range(PARTS)]
    return {
        name: type(name, (kind,), {"part": part, "__module__": __name__})
        for part, name in enumerate(names)
    }


globals().update(_split(InJapanese), **_split(InEnglish))


def test_every_page_is_in_one_part() -> None:
    looked_at = [place.name for part in range(PARTS) for place in PLACES[part::PARTS]]

    assert sorted(looked_at) == sorted(place.name for place in PLACES)
    assert len(set(looked_at)) == len(looked_at)
