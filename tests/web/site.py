"""A served office for the tests of pages: a small process with a form, and visitors who click."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from time import time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from engine.testing import TestOffice
from tests.diagrams import line, user_task
from tests.forms.builders import choice, component, date_field, file, rows, text

PASSWORD = "correct horse battery"
Data = dict[str, Any]

FILL = file(
    text("件名", required=True, validate={"maxLength": 50}),
    choice("radio", "支障", "有", "無", required=True),
    text("回避策", required=True, conditional={"hide": '=支障 != "有"'}),
    date_field("期限"),
    rows("不具合", text("内容", required=True), text("備考")),
    component("filepicker", "添付", multiple=True),
)
START = file(text("目的", required=True))
FIELDS: Data = {"件名": "窓口の案内", "支障": "無"}


def models() -> dict[str, dict[str, bytes]]:
    """`probe`: fill (form, PJMO), then check (no form, GYOMU); `asked` starts with a form."""
    probe = line(
        "probe",
        user_task("fill", formKey="fill", candidateGroups="PJMO"),
        user_task("check", candidateGroups="GYOMU"),
        properties='<spiffworkflow:properties><spiffworkflow:property name="prefix" value="試"/>'
        '<spiffworkflow:property name="starters" value="PJMO,GYOMU"/></spiffworkflow:properties>',
    )
    probe["probe"]["fill.form.json"] = FILL
    asked = line("asked", user_task("look", candidateGroups="PJMO"))
    content = asked["asked"]["asked.bpmn"].decode()
    form_key = (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        '<spiffworkflow:property name="formKey" value="begin"/>'
        "</spiffworkflow:properties></bpmn:extensionElements>"
    )
    content = re.sub(r'(<bpmn:startEvent id="begin" name="begin">)', rf"\1{form_key}", content)
    asked["asked"] = {"asked.bpmn": content.encode(), "begin.form.json": START}
    return {**probe, **asked}


class Page:
    """One answer, read as HTML."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.text = response.get_data(as_text=True)
        self.location = response.headers.get("Location", "")

    @property
    def tree(self) -> Any:
        return html.fromstring(self.text)

    def words(self, xpath: str) -> list[str]:
        """The texts of the elements, white space made one blank."""
        return [" ".join(one.text_content().split()) for one in self.tree.xpath(xpath)]

    def title(self) -> str:
        return self.words("//title")[0]

    def heading(self) -> str:
        return self.words("//h1")[0]

    def form(self, action: str) -> Data:
        """The fields of the form with that end of its action, as a browser would send them."""
        return self._fields(lambda found: found.endswith(action))

    def task_form(self) -> Data:
        """The fields of the form of a task."""
        return self._fields(lambda found: re.fullmatch(r"/tasks/\w+", found) is not None)

    def _fields(self, fits: Callable[[str], bool]) -> Data:
        form = next(one for one in self.tree.forms if fits(one.action or ""))
        areas = set(form.xpath(".//textarea/@name"))
        data: Data = {}
        for name, value in form.form_values():
            # the line end behind the tag is no part of the value
            sent = value.removeprefix("\n") if name in areas else value
            data.setdefault(name, []).append(sent)
        return data


class Visitor:
    """Somebody with a browser; `person_id` None is not signed in."""

    def __init__(self, app: Flask, person_id: str | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        if person_id is not None:
            with self.client.session_transaction() as session:
                session["_user_id"] = f"0:{person_id}"
                session["began"] = int(time())

    def open(self, path: str) -> Page:
        return Page(self.client.get(path))

    def post(self, path: str, data: Mapping[str, Any], **headers: str) -> Page:
        """Send as it is; nothing is added."""
        return Page(
            self.client.post(
                path,
                data=dict(data),
                content_type="multipart/form-data",
                headers={name.replace("_", "-"): value for name, value in headers.items()},
            )
        )

    def send(self, path: str, action: str, fields: Mapping[str, Any], **headers: str) -> Page:
        """Open the page, fill its form and send it."""
        page = self.open(path)
        return self.post(action, {**page.form(action), **fields}, **headers)

    def fill(self, task_id: str, do: str, fields: Mapping[str, Any], **headers: str) -> Page:
        """Press a button of a task's form."""
        path = f"/tasks/{task_id}"
        return self.send(path, path, {**fields, "do": do}, **headers)


def upload(name: str, content: bytes = b"x") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def language(visitor: Visitor, code: str) -> None:
    visitor.client.set_cookie("lang", code)


def start(office: TestOffice, by: str = "pjmo1", subject: str = "窓口の運営") -> str:
    """Start a probe; the id of its first task."""
    case = office.start("probe", by=by, subject=subject)
    return office.task("fill", case=case).id


def foreign_texts(page: Page) -> Sequence[str]:
    """Japanese texts that are not marked as such."""
    tree = page.tree
    for marked in tree.xpath('//*[@lang="ja"]|//*[@translate="no"]|//select|//*[@lang="en"]'):
        if marked.tag != "html":
            marked.drop_tree()
    tree.attrib.pop("lang", None)
    texts = [text.strip() for text in tree.xpath("//body//text()")]
    texts += tree.xpath("//@aria-label|//@title")
    return [
        text
        for text in texts
        if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text) and "運営" not in text
    ]
