"""Whom does the text of a comment name?"""

from __future__ import annotations

import pytest

from engine.domain.comment import LONGEST, CommentError, Reader, check, find_mentions

SATO = Reader(id="p1", login="sato", name="佐藤 恵子")
SATO_2 = Reader(id="p2", login="sato2", name="佐藤 恵")
SUZUKI = Reader(id="p3", login="suzuki.n", name="鈴木 直樹")
NAMESAKE = Reader(id="p4", login="suzuki3", name="鈴木 直樹")
SMITH = Reader(id="p5", login="smith", name="Ann Smith")
READERS = [SATO, SATO_2, SUZUKI, SMITH]


@pytest.mark.parametrize(
    ("text", "person_ids"),
    [
        pytest.param("@佐藤 恵子さん、お願いします。", ["p1"], id="name with a blank"),
        pytest.param("@佐藤恵子さん、お願いします。", ["p1"], id="name without a blank"),
        pytest.param("＠佐藤 恵 確認を", ["p2"], id="full-width sign, shorter name"),
        pytest.param("確認です(@sato)", ["p1"], id="login in brackets"),
        pytest.param("@sato2 @sato", ["p2", "p1"], id="one login begins like another"),
        pytest.param("@suzuki.n. よろしく", ["p3"], id="login with a dot, at the end"),
        pytest.param("@Ann Smith, please", ["p5"], id="English name"),
        pytest.param("@sato と @佐藤 恵子", ["p1"], id="twice the same"),
        pytest.param("単価は@100円、単位 @ 個", [], id="a price is nobody"),
        pytest.param("sato@example.go.jp に送りました", [], id="a mail address is nobody"),
        pytest.param("宛先なし", [], id="nobody"),
    ],
)
def test_a_text_names_people_by_name_or_login(text: str, person_ids: list[str]) -> None:
    assert list(find_mentions(text, READERS).person_ids) == person_ids


def test_the_words_are_kept_as_they_were_typed() -> None:
    assert find_mentions("＠佐藤恵子 と @sato2", READERS).words == ("＠佐藤恵子", "@sato2")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@田中 さん", "田中"),
        ("@satou お願い", "satou"),
        ("@佐藤さん、確認を", "佐藤さん"),
    ],
)
def test_a_name_nobody_has_is_refused_and_said(text: str, name: str) -> None:
    with pytest.raises(CommentError) as caught:
        find_mentions(text, READERS)

    assert (caught.value.fault, caught.value.name) == ("unknown", name)


def test_a_name_that_two_have_is_refused_with_their_logins() -> None:
    with pytest.raises(CommentError) as caught:
        find_mentions("@鈴木 直樹", [*READERS, NAMESAKE])

    assert (caught.value.fault, caught.value.logins) == ("ambiguous", ("suzuki.n", "suzuki3"))


def test_white_space_around_a_text_goes_and_line_ends_are_one() -> None:
    assert check("  一行目  \r\n二行目\r\n\r\n") == "一行目\n二行目"


@pytest.mark.parametrize(("text", "fault"), [(" \n ", "empty"), ("あ" * (LONGEST + 1), "too_long")])
def test_an_empty_or_endless_text_is_refused(text: str, fault: str) -> None:
    with pytest.raises(CommentError) as caught:
        check(text)

    assert caught.value.fault == fault
