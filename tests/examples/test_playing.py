from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.example_files import read_example
from engine.examples import Played, play
from engine.model_folders import read_folder, shipped
from engine.settings import models_dir
from web.model_coverage import of_flows, of_rules

KEY = "publicity"
FILES = read_folder(models_dir() / KEY)
TWICE, GIVEN_UP = (FILES[f"examples/{name}.toml"].decode() for name in ("told_twice", "given_up"))


def played(text: str, folders: Mapping[str, Mapping[str, bytes]] | None = None) -> Played:
    return play(KEY, read_example(text.encode(), "examples/x.toml"), folders or shipped(KEY))


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('end = "completed"', 'end = "running"', "が違います：案件の状態"),
        (
            '"prepare_more", "record_result"',
            '"prepare_more", "nowhere"',
            "「nowhere」を通っていません",
        ),
        ('"結果" = "完了"', '"結果" = "未完"', 'データ「結果」が違います："完了"（期待："未完"）'),
        ('"到達数" = 1200\n"手段"', '"到達数" = 1201\n"手段"', "R06の1番目「到達数」が違います"),
        (
            'undelivered = ["msg.request_received"]',
            "undelivered = []",
            "届いていないメッセージが違います",
        ),
        ("open = []", 'open = ["plan_publicity"]', "開いているタスクが違います"),
        ('open = ["approval_result"]', "open = []", "1番目のstep：開いているタスクが違います"),
        ('task = "record_publicity"', 'task = "record"', "タスク「record」は開いていません"),
        ('"内容" = "12月から始まります"', '"内容" = ""', "1番目のstep：「内容」を送れません"),
        ('refused = ["実施日", "追加周知"]', 'refused = ["実施日"]', "「追加周知」を送れません"),
        ('"追加周知" = "要"', '"追加周知" = "不要"', "開いているタスクが違います"),
    ],
)
def test_a_difference_is_told(old: str, new: str, said: str) -> None:
    found = played(changed(TWICE, old, new)).faults

    assert any(said.removeprefix("が違います：") in fault for fault in found), found


def test_what_should_have_been_refused_is_told() -> None:
    text = changed(
        GIVEN_UP, 'task = "plan_publicity"', 'task = "plan_publicity"\nrefused = ["内容"]'
    )

    assert any("断られるはずでした" in fault for fault in played(text).faults)


def test_a_message_may_come_to_early_and_time_may_pass() -> None:
    steps = '[[step]]\nwait = { working_days = 3 }\nopen = ["plan_publicity"]\n\n[[step]]\n'
    text = changed(TWICE, "[[step]]\n", steps)

    assert played(text).faults == ()


def test_entries_are_there_before_and_do_not_count_as_written() -> None:
    entry = '"対象者" = ["企業"]\n"内容" = "昨年の周知"\n"手段" = ["Web"]\n"開始日" = 2025-11-17\n'
    given = f'[[given.R06]]\n{entry}"状態" = "実施済"\n\n[start.values]'

    assert played(changed(TWICE, "[start.values]", given)).faults == ()


def test_a_flow_nobody_took_is_named() -> None:
    pages = played(GIVEN_UP).pages
    found = of_flows(KEY, FILES[f"{KEY}.bpmn"], pages)

    assert "is_approved_to_record_plan" in found.missing
    assert "is_approved_to_reconsider_draft" not in found.missing
    assert (found.whole, found.taken) == (20, 20 - len(found.missing))


def test_a_rule_that_never_applied_is_named() -> None:
    content = (models_dir() / "_decisions" / "d17_risk_level.dmn").read_bytes()

    none = of_rules("d17_risk_level", content, frozenset())
    one = of_rules("d17_risk_level", content, {("d17_risk_level", 1)})

    assert none.taken == 0
    assert none.whole == len(none.missing) > 1
    assert set(none.missing) - set(one.missing) == {"1"}
