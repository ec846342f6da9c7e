"""取込みの記録: the page that tells what an import changed and asks."""

from __future__ import annotations

import pytest

from engine.testing import TestOffice
from tests.importing.told import SAMPLES
from tests.web.site import Visitor, foreign_texts, language, upload
from tests.web.test_studio import Visit

KEY = "office_approval"
PATH = f"/studio/{KEY}/imported"


@pytest.fixture
def owner(visit: Visit, office: TestOffice) -> Visitor:
    return visit("owner1")


def take_in(owner: Visitor, sample: str = "jbpm_approval.bpmn") -> str:
    file = upload(sample, (SAMPLES / sample).read_bytes())
    return owner.send("/studio/import", "/studio/import", {"file": file}).location


def test_the_record_comes_up_after_the_import_and_stays(owner: Visitor) -> None:
    assert take_in(owner) == PATH

    for _ in range(2):
        page = owner.open(PATH)
        assert page.words("//tr[starts-with(@id, 'question-')]/td[1]") == [
            "この利用者が、この製品にもいるかを確かめます。",
            "優先度の数の意味が分かりません。1（高い）から5で決めます。",
        ]
        assert f"/studio/{KEY}#element=_T1" in page.tree.xpath("//tr/th/a/@href")


def test_questions_are_settled_one_by_one(owner: Visitor) -> None:
    take_in(owner)

    answer = owner.send(PATH, PATH, {"question": "1", "settled": "1"})

    assert (answer.status, answer.location) == (303, f"{PATH}#question-1")
    states = owner.open(PATH).words("//tr[starts-with(@id, 'question-')]/td[3]/span[1]")
    assert states == ["まだ", "済み"]


def test_what_is_open_keeps_the_draft_from_being_published(owner: Visitor) -> None:
    take_in(owner)

    page = owner.open(f"/studio/{KEY}/deploy")

    assert "取込みで決めることが残っています" in page.response.get_data(as_text=True)


def test_the_record_speaks_english(owner: Visitor) -> None:
    owner.open(take_in(owner, "camunda7_invoice.bpmn"))  # where the message of the import stands
    language(owner, "en")

    page = owner.open("/studio/invoice_approval/imported")

    assert foreign_texts(page) == []
    assert "Choose the operation of the service task." in page.response.get_data(as_text=True)


def test_a_draft_that_was_drawn_here_has_no_record(owner: Visitor) -> None:
    owner.send("/studio/new", "/studio/new", {"name": "新しい", "key": "fresh", "prefix": "新"})

    assert owner.open("/studio/fresh/imported").status == 404
