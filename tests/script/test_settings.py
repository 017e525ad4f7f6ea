from pathlib import Path

import pytest

from app.config import Config
from script.launch import settings
from script.launch.stop import Stop


@pytest.fixture
def project(tmp_path: Path) -> settings.Files:
    return settings.Files(given=tmp_path / ".env", secrets=tmp_path / "secrets.env", trial=tmp_path / "trial.env")


def test_secrets_are_made_once_and_kept_where_only_their_owner_can_read_them(project: settings.Files) -> None:
    first = settings.collect({}, project)
    assert settings.collect({}, project) == first
    assert {path.stat().st_mode & 0o777 for path in (project.secrets, project.trial)} == {0o600}


def test_two_installations_have_different_secrets(project: settings.Files, tmp_path: Path) -> None:
    other = settings.Files(project.given, tmp_path / "other.env", tmp_path / "other-trial.env")
    one, two = settings.collect({}, project), settings.collect({}, other)
    names = ("SECRET_KEY", "ENCRYPTION_KEYS", "PASSWORD_PEPPER", "INSTAGRAM_APP_SECRET", "DEMO_PASSWORD")
    assert [name for name in names if one[name] == two[name]] == []


def test_what_is_made_is_a_whole_and_right_configuration(project: settings.Files) -> None:
    config = Config.from_environment(settings.collect({"PORT": "8123", "SANDBOX_PORT": "8124"}, project))
    assert config.is_trying_out
    assert config.public_url == "http://127.0.0.1:8123"
    assert config.instagram_graph_url == config.instagram_upload_url == "http://127.0.0.1:8124"
    assert config.instagram_app_id
    assert config.instagram_app_secrets


def test_the_environment_comes_before_the_env_file_and_both_before_what_we_make(project: settings.Files) -> None:
    project.given.write_text("# mine\nexport TIMEZONE='Asia/Almaty'\nPUBLIC_URL=https://a.example\nPORT=8500\n\n")
    collected = settings.collect({"PORT": "8600", "APP_NAME": ""}, project)
    assert collected["PORT"] == "8600"
    assert collected["PUBLIC_URL"] == "https://a.example"
    assert collected["TIMEZONE"] == "Asia/Almaty"


def test_with_an_instagram_app_of_ones_own_the_sandbox_stays_out(project: settings.Files) -> None:
    project.given.write_text("INSTAGRAM_APP_ID=123\nINSTAGRAM_APP_SECRET=abc\n")
    collected = settings.collect({}, project)
    assert "INSTAGRAM_GRAPH_URL" not in collected
    assert Config.from_environment(collected).instagram_graph_url == "https://graph.instagram.com"
    assert not project.trial.exists()


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_wrong_port_is_named(project: settings.Files, port: str) -> None:
    with pytest.raises(Stop, match="SANDBOX_PORT"):
        settings.collect({"SANDBOX_PORT": port}, project)
