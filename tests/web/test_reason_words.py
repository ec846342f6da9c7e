"""Why an element was left as it was, in words."""

from __future__ import annotations

from flask import Flask

from web import reason_words

RULE = {"index": "1", "annotation": "", "conditions": []}
HELD = {"text": "金額 > 10", "values": {"金額": "20"}, "label": "高い"}


def test_a_decision_with_conditions_behind_it_tells_both(app: Flask) -> None:
    why = {"rules": [RULE], "conditions": [HELD], "otherwise": False}

    with app.test_request_context():
        rule, condition = reason_words.lines(why)

    assert "規則1" in rule
    assert "高い" in condition
