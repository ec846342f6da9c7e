"""What went and what came between two versions of a text or a table."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.differences import COME, FINE_LIMIT, GONE, KEPT, Pair, Part, marked, paired

TEXTS = st.text(alphabet="窓口が混むab 。\n", max_size=60)


@given(TEXTS, TEXTS)
def test_both_versions_can_be_read_from_the_marks(old: str, new: str) -> None:
    parts = marked(old, new)

    assert "".join(part.text for part in parts if part.kind != COME) == old
    assert "".join(part.text for part in parts if part.kind != GONE) == new


def test_only_the_changed_signs_are_marked() -> None:
    parts = marked("窓口の受付は9時からです。", "窓口の受付は8時30分からです。")

    assert parts == (
        Part(KEPT, "窓口の受付は"),
        Part(GONE, "9"),
        Part(COME, "8"),
        Part(KEPT, "時"),
        Part(COME, "30分"),
        Part(KEPT, "からです。"),
    )


def test_texts_that_share_hardly_anything_are_not_cut_into_crumbs() -> None:
    assert marked("画面が開かない", "印刷") == (Part(GONE, "画面が開かない"), Part(COME, "印刷"))


def test_long_texts_are_compared_by_sentences() -> None:
    same = "同じ文です。" * FINE_LIMIT

    parts = marked(f"{same}古い。", f"{same}新しい。")

    assert [part.text for part in parts if part.kind != KEPT] == ["古い。", "新しい。"]


def test_rows_keep_their_partners() -> None:
    old, new = [{"No": 1}, {"No": 2}, {"No": 3}], [{"No": 2}, {"No": 4}, {"No": 5}]

    pairs = paired(old, new)

    assert pairs == [Pair(0, None), Pair(1, 0), Pair(2, 1), Pair(None, 2)]
