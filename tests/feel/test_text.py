"""Functions over text, by character; patterns."""

from __future__ import annotations

from typing import Any

import pytest

from tests.feel.language import evaluate


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param('substring("東京都庁", 2, 2)', "京都", id="from the front"),
        pytest.param('substring("foobar", -2)', "ar", id="from the end"),
        pytest.param('substring("𠮷野家", 2)', "野家", id="beyond the basic plane"),
        pytest.param('string length("👍a")', 2, id="length by character"),
        pytest.param('upper case("aß")', "ASS", id="upper case may grow"),
        pytest.param('lower case("ÀB")', "àb", id="lower case"),
        pytest.param('substring before("a/b/c", "/")', "a", id="before the first"),
        pytest.param('substring before("abc", "x")', "", id="before what is not there"),
        pytest.param('substring after("a/b/c", "/")', "b/c", id="after the first"),
        pytest.param('substring after("abc", "x")', "", id="after what is not there"),
        pytest.param('contains("計画書", "画")', True, id="contains"),
        pytest.param('starts with("P01", "P")', True, id="starts"),
        pytest.param('ends with("P01", "P")', False, id="ends"),
        pytest.param('string join(["a", null, "b"], "-")', "a-b", id="join leaves out null"),
        pytest.param('string join(["a"], ",", "[", "]")', "[a]", id="join with brackets"),
        pytest.param('string([1.50, "a", null, true])', '[1.50, "a", null, true]', id="list"),
        pytest.param('string({b c: "x"})', '{"b c": "x"}', id="context"),
        pytest.param("string((1..2])", "(1..2]", id="range"),
        pytest.param('string(@"P1DT2H")', "P1DT2H", id="duration"),
        pytest.param("string(1e3)", "1000", id="number without exponent"),
        pytest.param("string(null)", None, id="null stays null"),
        pytest.param('"a" + "b"', "ab", id="joined by plus"),
    ],
)
def test_text_is_counted_in_characters(source: str, value: Any) -> None:
    assert evaluate(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param('matches("業務ひらがな", "^業務[ぁ-ん]+$")', True, id="japanese range"),
        pytest.param('matches("x", "[a-z-[aeiou]]")', True, id="class less another"),
        pytest.param('matches("e", "[a-z-[aeiou]]")', False, id="member taken out"),
        pytest.param('matches("E", "[a-z-[aeiou]]", "i")', False, id="also in upper case"),
        pytest.param(r'matches("かな", "^\p{IsHiragana}+$")', True, id="block"),
        pytest.param(r'matches("カナ", "\p{IsHiragana}")', False, id="other block"),
        pytest.param(r'matches("漢字1", "^\w+$")', True, id="word characters of all scripts"),
        pytest.param(r'matches("a\nb", "a.b")', False, id="dot is not a new line"),
        pytest.param(r'matches("a\nb", "a.b", "s")', True, id="unless asked"),
        pytest.param(r'matches("a\nb", "^b$", "m")', True, id="anchors at lines"),
        pytest.param('matches("ab", "a b", "x")', True, id="blanks left out"),
        pytest.param('matches("a.b", "a.b", "q")', True, id="literal"),
        pytest.param('matches("axb", "a.b", "q")', False, id="literal dot"),
        pytest.param('matches("ABC", "b", "i")', True, id="without case"),
        pytest.param('replace("abracadabra", "a.*?a", "*")', "*c*bra", id="shortest match"),
        pytest.param('replace("2026-04", "([0-9]+)-([0-9]+)", "$2/$1")', "04/2026", id="groups"),
        pytest.param(r'replace("a", "a", "\$1")', "$1", id="escaped dollar"),
        pytest.param(r'split("a b  c", "\s+")', ["a", "b", "c"], id="split at blanks"),
        pytest.param('split("a;;b", ";")', ["a", "", "b"], id="empty parts stay"),
    ],
)
def test_patterns_are_those_of_xpath(source: str, value: Any) -> None:
    assert evaluate(source) == value


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(r'matches("aa", "(a)\1")', id="back-reference"),
        pytest.param('matches("a", "a(?=b)")', id="look-ahead"),
        pytest.param('matches("a", "[")', id="open class"),
        pytest.param('matches("a", "a", "z")', id="unknown flag"),
        pytest.param(r'matches("a", "\p{Nothing}")', id="unknown property"),
        pytest.param('replace("a", "x*", "-")', id="pattern that matches nothing"),
        pytest.param('replace("a", "a", "$")', id="dollar without number"),
        pytest.param('substring("abc", 0)', id="position zero"),
        pytest.param('substring("abc", 4)', id="position behind the end"),
        pytest.param("string length(5)", id="number as text"),
        pytest.param('string join(["a", 1])', id="number among texts"),
    ],
)
def test_what_cannot_be_done_is_null(source: str) -> None:
    assert evaluate(source) is None
