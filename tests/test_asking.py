"""A decision file is asked on the command line, before anybody uses it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from tests.bench.language import table
from tests.dmn.drawing import decision, definitions, literal
from web.cli import main

WANTED = (
    '<import name="他" namespace="urn:other"'
    ' importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
)


def decide(*words: str) -> Result:
    return CliRunner().invoke(main, ["decide", *words], env={"COLUMNS": "200"})


def made(folder: Path, content: bytes, name: str = "given.dmn") -> str:
    file = folder / name
    file.write_bytes(content)
    return str(file)


def test_the_answer_comes_with_the_rule_that_gave_it(tmp_path: Path) -> None:
    file = made(tmp_path, table())

    done = decide(file, "--input", "金額=120", "--input", '区分="甲"', "--input", "件数=5")

    assert done.exit_code == 0, done.output
    assert "route：2" in done.output
    assert "規則3に該当: 金額=120" in done.output


def test_all_decisions_are_asked_unless_one_is_named(tmp_path: Path) -> None:
    file = made(tmp_path, definitions(decision("a", literal("x + 1")), decision("b", literal("2"))))

    both, one = decide(file, "--input", "x=1"), decide(file, "--input", "x=1", "--decision", "b")

    assert "a：2" in both.output
    assert "b：2" in both.output
    assert "a：" not in one.output


def test_a_decision_sees_the_settings_unless_others_are_given(tmp_path: Path) -> None:
    file = made(tmp_path, definitions(decision("a", literal("設定.priority.high_score + 1"))))

    shipped = decide(file)
    given = decide(file, "--input", "設定={priority: {high_score: 4}}")

    assert "a：31" in shipped.output
    assert "a：5" in given.output


def test_files_beside_it_may_be_imported(tmp_path: Path) -> None:
    made(tmp_path, definitions(decision("c", literal("40")), namespace="urn:other"), "other.dmn")
    asked = decision("a", literal("他.c + 2"), requires=("urn:other#c",))
    file = made(tmp_path, definitions(WANTED, asked))

    assert "a：42" in decide(file).output


def test_files_beside_it_that_are_not_wanted_may_be_anything(tmp_path: Path) -> None:
    made(tmp_path, b"<x/>", "other.dmn")
    broken = definitions(decision("d", literal("1 +")), namespace="urn:broken")
    made(tmp_path, broken, "broken.dmn")

    done = decide(made(tmp_path, definitions(decision("a", literal("40 + 2")))))

    assert done.exit_code == 0, done.output
    assert done.output.strip() == "a：42"


def test_a_file_that_may_be_the_missing_import_is_named(tmp_path: Path) -> None:
    made(tmp_path, b"<x/>", "other.dmn")
    asked = decision("a", literal("他.c + 2"), requires=("urn:other#c",))

    done = decide(made(tmp_path, definitions(WANTED, asked)))

    assert "other.dmn：DMN 1.1から1.5までの判断表のファイルではありません。" in done.output
    assert "given.dmn：取り込むモデル「他」がありません。" in done.output


def test_a_mistake_in_an_imported_file_is_told_with_its_name(tmp_path: Path) -> None:
    content = definitions(decision("c", literal("1 +")), namespace="urn:other")
    made(tmp_path, content, "other.dmn")
    asked = decision("a", literal("他.c"), requires=("urn:other#c",))

    done = decide(made(tmp_path, definitions(WANTED, asked)))

    assert "注意：other.dmn" in done.output


def test_without_an_answer_it_says_why_and_fails(tmp_path: Path) -> None:
    last = b"<inputEntry><text>-</text></inputEntry>"
    content = table().replace(b'hitPolicy="FIRST"', b'hitPolicy="UNIQUE"')
    file = made(tmp_path, content.replace(last * 4, b"<inputEntry><text>1</text></inputEntry>" * 4))

    done = decide(file, "--input", "金額=-1", "--input", '区分="丙"', "--input", "件数=0")

    assert done.exit_code == 1
    assert "当てはまる規則がありません（金額=-1、区分=丙" in done.output
    assert "注意：" in done.output  # what a deployment would refuse


def test_inputs_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    file = made(tmp_path, table())

    broken, unknown = decide(file, "--input", "金額=1 +"), decide(file, "--input", "区分=甲")
    shapeless = decide(file, "--input", "金額")

    assert broken.exit_code == unknown.exit_code == 1
    assert "入力「金額」の値が読めません" in broken.output
    assert "入力「区分」の値が読めません" in unknown.output
    assert "名前=式" in shapeless.output


def test_an_unknown_decision_and_a_file_that_is_none_are_named(tmp_path: Path) -> None:
    missing = decide(made(tmp_path, table()), "--decision", "無い")
    (tmp_path / "alone").mkdir()
    none = decide(made(tmp_path / "alone", b"<x/>"))

    assert "given.dmn：「無い」という判断はありません。あるのは route です。" in missing.output
    assert none.exit_code == 1
    assert "Traceback" not in none.output


def test_findings_and_reasons_are_told_in_english_too(tmp_path: Path) -> None:
    file = made(
        tmp_path, definitions(decision("a", literal('1 + "b"')), decision("b", literal("2")))
    )
    ruled = made(tmp_path, table(), "ruled.dmn")

    clash = decide(file, "--lang", "en")
    given = ["金額=120", '区分="甲"', "件数=5", "緊急=true"]
    reasons = decide(ruled, "--lang", "en", *(word for one in given for word in ("--input", one)))

    assert 'Note: given.dmn a a: Expression “1 + "b"”: Number + Text cannot' in clash.output
    assert "Rule 3 applies: 金額=120" in reasons.output
