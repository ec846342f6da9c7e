"""A small process with a start form, for what no shipped process has."""

from __future__ import annotations

from tests.diagrams import line, user_task
from tests.forms.builders import choice, date_field, file, rows, text

NAME = "窓口の改善提案"
START = file(
    text("目的", required=True, validate={"maxLength": 50}),
    choice("radio", "急ぎ", "有", "無", required=True),
    text("急ぐ理由", required=True, conditional={"hide": '=急ぎ != "有"'}),
    date_field("希望日"),
    rows("提案", text("内容", required=True), text("備考")),
)


def proposal() -> dict[str, dict[str, bytes]]:
    """`proposal`: begins with a form; then one task without a form for the PJMO."""
    made = line("proposal", user_task("read_proposal", candidateGroups="PJMO"))
    content = made["proposal"]["proposal.bpmn"].decode()
    form_key = (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        '<spiffworkflow:property name="formKey" value="begin"/>'
        "</spiffworkflow:properties></bpmn:extensionElements>"
    )
    begin = '<bpmn:startEvent id="begin" name="begin">'
    for old, new in (
        (begin, begin.replace('"begin">', '"提案を出す">') + form_key),
        ('name="proposal"', f'name="{NAME}"'),
        ('name="read_proposal"', 'name="提案を読む"'),
        ('name="finish"', 'name="終わり"'),
    ):
        content = content.replace(old, new, 1)
    return {"proposal": {"proposal.bpmn": content.encode(), "begin.form.json": START}}
