"""The page of work in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.domain.batch import Batch, BatchItem, MadeFile
from engine.domain.errors import NotFoundError
from engine.jobs.batch_kinds import BATCH_KINDS, EachKind, Progress, WholeKind
from engine.jobs.runner_port import Commands
from engine.services import batches
from engine.testing import TestOffice
from tests.web.site import Visitor, foreign_texts, language

Visit = Callable[[str | None], Visitor]


@pytest.fixture
def kinds() -> Iterator[dict[str, Any]]:
    before = dict(BATCH_KINDS)
    yield BATCH_KINDS
    BATCH_KINDS.clear()
    BATCH_KINDS.update(before)


def odd_ones_fail(_engine: Commands, _batch: Batch, item: BatchItem) -> None:
    if item.position % 2:
        raise NotFoundError("thing", item.ref)


def written(_engine: Commands, _batch: Batch, progress: Progress) -> MadeFile:
    path = progress.folder / "out.csv"
    path.write_text("管理番号", encoding="utf-8")
    return MadeFile(path=path, name="一覧.csv", content_type="text/csv")


def begun(office: TestOffice, count: int = 4, kind: str = "test.each") -> str:
    items = [(f"r{number}", f"試-R8-{number:04}") for number in range(count)]
    return office.engine.run(batches.begin, kind, office.actor("pjmo1"), items=items)


def test_a_waiting_batch_refreshes_itself_with_and_without_scripts(
    office: TestOffice, visit: Visit
) -> None:
    page = visit("pjmo1").open(f"/batches/{begun(office)}")

    assert page.tree.xpath("//noscript/meta/@content") == ["3"]
    assert page.tree.xpath("//@hx-trigger") == ["every 2s"]
    assert page.words("//*[@role='status']") == ["ほかの処理が終わりしだい始まります。"]


def test_the_result_names_what_could_not_be_done_first_and_stands_still(
    office: TestOffice, visit: Visit, kinds: dict[str, Any]
) -> None:
    kinds["test.each"] = EachKind(odd_ones_fail)
    batch_id = begun(office)
    office.run_jobs()

    page = visit("pjmo1").open(f"/batches/{batch_id}")

    assert page.words("//*[@role='status']") == [
        "4件のうち4件を処理しました。できたもの2件、できなかったもの2件です。"
    ]
    assert page.words("//tbody//th") == [f"試-R8-{number:04}" for number in (1, 3, 0, 2)]
    assert page.words("//tbody/tr[1]/td[2]") == [
        "対象が見つかりません。すでに対応が済んだか、無くなっています。"
    ]
    assert page.tree.xpath("//noscript/meta[@http-equiv] | //@hx-trigger") == []


def test_what_was_not_done_is_tried_again_by_the_press_of_a_button(
    office: TestOffice, visit: Visit, kinds: dict[str, Any]
) -> None:
    kinds["test.each"] = EachKind(odd_ones_fail)
    batch_id = begun(office)
    office.run_jobs()
    visitor = visit("pjmo1")

    answer = visitor.send(f"/batches/{batch_id}", f"/batches/{batch_id}/again", {})
    office.run_jobs()

    assert answer.status == 303
    again = visitor.open(answer.location)
    assert again.words("//tbody//th") == ["試-R8-0003", "試-R8-0001"]
    assert visitor.post(f"/batches/{batch_id}/again", {}).status == 400


def test_a_made_file_is_downloaded_by_its_maker_alone(
    office: TestOffice, visit: Visit, kinds: dict[str, Any]
) -> None:
    kinds["test.file"] = WholeKind(written)
    batch_id = begun(office, 0, "test.file")
    office.run_jobs()
    visitor = visit("pjmo1")

    [address] = visitor.open(f"/batches/{batch_id}").tree.xpath("//a[@download]/@href")
    with visitor.client.get(address) as answer:
        content, how = answer.data.decode(), answer.headers["Content-Disposition"]

    assert content == "管理番号"
    assert how.startswith("attachment;")
    assert visit("pjmo2").open(address).status == 404


def test_the_list_holds_my_own_batches(office: TestOffice, visit: Visit) -> None:
    batch_id = begun(office)

    mine, other = visit("pjmo1").open("/batches"), visit("pjmo2").open("/batches")

    assert mine.tree.xpath("//tbody//th/a/@href") == [f"/batches/{batch_id}"]
    assert other.words("//*[@class='empty']/h2") == ["処理はありません"]


def test_others_find_no_batch(office: TestOffice, visit: Visit) -> None:
    batch_id = begun(office)

    assert visit("pjmo2").open(f"/batches/{batch_id}").status == 404
    assert visit("admin1").open(f"/batches/{batch_id}").status == 200


@pytest.mark.parametrize("path", ["/batches", "/batches/{batch}"])
def test_the_pages_are_english_too(
    office: TestOffice, visit: Visit, kinds: dict[str, Any], path: str
) -> None:
    kinds["test.each"] = EachKind(odd_ones_fail)
    batch_id = begun(office)
    office.run_jobs()
    visitor = visit("pjmo1")
    language(visitor, "en")

    assert foreign_texts(visitor.open(path.format(batch=batch_id))) == []
