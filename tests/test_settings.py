"""Settings: every mistake is told at once, in Japanese; keys are random and private."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from engine.configured import (
    read_calendar,
    read_ladder,
    read_registers,
    read_roles_file,
    read_templates,
)
from engine.domain.errors import RefusedError
from engine.settings import config_dir, default_settings, models_dir, read_settings, secret


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "default.toml").write_bytes((config_dir() / "default.toml").read_bytes())
    return tmp_path


def refused(folder: Path) -> list[str]:
    with pytest.raises(RefusedError) as caught:
        read_settings(folder)
    return [finding.message for finding in caught.value.findings]


def test_the_shipped_defaults_are_complete_and_right() -> None:
    settings = default_settings()

    assert settings.process["go_live"]["lead"]["p03"] == 60
    assert settings.database_url.startswith("sqlite:///")
    assert "msg.training_plan_approved" in settings.messages.information_only


def test_the_sites_own_file_overrides_single_values(folder: Path) -> None:
    (folder / "site.toml").write_text("[server]\nport = 9000\n[process.go_live.lead]\np03 = 70\n")

    settings = read_settings(folder)

    assert (settings.server.port, settings.server.threads) == (9000, 8)
    assert settings.process["go_live"]["lead"]["p03"] == 70
    assert settings.process["go_live"]["lead"]["p02"] == 45


def test_the_environment_overrides_both(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "site.toml").write_text('[database]\nurl = "postgresql://a/b"\n')
    monkeypatch.setenv("UNEI_DATABASE__URL", "postgresql://c/d")
    monkeypatch.setenv("UNEI_DATA_DIR", "/srv/unei")

    settings = read_settings(folder)

    assert settings.database_url == "postgresql://c/d"
    assert settings.data_dir == Path("/srv/unei")


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    (folder / "site.toml").write_text(
        'colour = "red"\n[server]\nport = "八千"\nthreads = 0\n[mail]\nhots = "x"\npassword = 3\n'
    )

    messages = refused(folder)

    assert messages == [
        "設定「server.port」は整数で書きます。（今の値: '八千'）",
        "設定「server.threads」は1以上にします。（今の値: 0）",
        "設定「mail.password」は文字列で書きます。",
        "設定「mail.hots」という設定はありません。綴りを確かめます。",
        "設定「colour」という設定はありません。綴りを確かめます。",
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"[server\nport = 1", id="no TOML"),
        pytest.param(b"name = '\xff\xfe'", id="no UTF-8"),
    ],
)
def test_an_unreadable_file_is_one_clear_line(folder: Path, content: bytes) -> None:
    (folder / "site.toml").write_bytes(content)

    [message] = refused(folder)

    assert message.startswith("設定ファイル「site.toml」をTOMLとして読めません")


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    [message] = refused(tmp_path)

    assert message.startswith("設定ファイル「default.toml」を開けません")


def test_keys_are_random_for_each_installation_and_private(tmp_path: Path) -> None:
    one = default_settings().model_copy(update={"data_dir": tmp_path / "one"})
    other = default_settings().model_copy(update={"data_dir": tmp_path / "other"})

    first = secret(one, "session")

    assert len(first) == 32
    assert secret(one, "session") == first
    assert secret(other, "session") != first
    mode = (tmp_path / "one" / "secrets" / "session").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_models_and_configuration_are_found() -> None:
    assert (models_dir() / "approval" / "approval.bpmn").is_file()
    assert (config_dir() / "roles.toml").is_file()


def test_the_shipped_configuration_can_be_read() -> None:
    folder = config_dir()

    registers = read_registers(folder / "registers")
    templates = read_templates(folder / "schedules.toml")

    assert registers["R45"].name == "決裁記録"
    assert templates["T01"].rule.text == "毎月第3営業日"
    assert read_roles_file(folder / "roles.toml").name_of("PJMO:head") == "PJMOの長"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param(
            "schedules",
            '[[schedule]]\nid="T"\nname="x"\nprocess="p"\nrule="毎年2月30日"',
            id="rule that never fires",
        ),
        pytest.param("schedules", '[[schedule]]\nid="T"', id="schedule without a process"),
        pytest.param("calendar", '[[closure]]\nfrom="13-01"\nto="13-02"', id="closure on no day"),
        pytest.param("roles", '[[role]]\ncode="A"\nname="甲"\nnext_higher="B"', id="nobody above"),
        pytest.param("roles", "[[role]", id="no TOML"),
    ],
)
def test_mistakes_in_the_configuration_are_refused(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / f"{name}.toml"
    path.write_text(content)
    read = {"schedules": read_templates, "calendar": read_calendar, "roles": read_roles_file}[name]

    with pytest.raises(RefusedError) as caught:
        read(path)

    assert caught.value.findings[0].message


def test_mistakes_of_the_reminder_ladder_are_told(folder: Path) -> None:
    (folder / "site.toml").write_text(
        '[server]\npublic_url = "unei"\n[reminders]\ntime = "9時"\n[[reminders.step]]\nto = []\n'
    )

    messages = refused(folder)

    assert messages == [
        "設定「server.public_url」の書き方が正しくありません。（今の値: 'unei'）",
        "設定「reminders.time」の書き方が正しくありません。（今の値: '9時'）",
        "設定「reminders.step.0.days」を書きます。",
        "設定「reminders.step.0.to」は1つ以上書きます。（今の値: []）",
    ]


def test_a_ladder_of_unknown_roles_or_with_two_steps_a_day_is_refused(folder: Path) -> None:
    step = '[[reminders.step]]\ndays = 1\nto = ["assignee", "部長"]\n'
    (folder / "site.toml").write_text(step + step)
    roles = read_roles_file(config_dir() / "roles.toml")

    with pytest.raises(RefusedError) as caught:
        read_ladder(read_settings(folder).reminders, roles)

    assert [finding.message for finding in caught.value.findings] == [
        "設定「reminders.step」の to「部長」という役割はありません。",
        "設定「reminders.step」の to「部長」という役割はありません。",
        "設定「reminders.step」の days が重なっています。1日に1つにします。",
    ]
