"""Settings come from the environment once, are frozen, and print no secret."""

import base64
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import KeysError, Settings, as_mapping, environment_names, master_keys, parse_keys, table

ONE, TWO = bytes(range(32)), bytes(range(32, 64))
ONE_TEXT, TWO_TEXT = (base64.b64encode(key).decode() for key in (ONE, TWO))


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of our variables is set."""
    for name in Settings.model_fields:
        for variable in environment_names(name):
            monkeypatch.delenv(variable, raising=False)


def test_the_defaults_serve_the_demonstration() -> None:
    settings = Settings()
    assert (settings.port, settings.authorities) == (8080, ("ealing", "gateshead"))
    assert settings.database_url.startswith("sqlite:///var/")


@pytest.mark.parametrize(("variable", "value"), [("SWIS_PORT", "9001"), ("PORT", "9001")])
def test_the_port_has_two_names(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    assert Settings().port == 9001


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIS_AUTHORITIES", "trafford, ealing")
    monkeypatch.setenv("SWIS_DIRECTORY_FILES", "one.yaml,two.yaml")
    assert Settings().authorities == ("trafford", "ealing")
    assert Settings().directory_files == (Path("one.yaml"), Path("two.yaml"))


def test_a_setting_can_be_given_by_name() -> None:
    assert Settings(port=1, authorities=("ealing",)).port == 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "door"),
        ("SWIS_PORT", "70000"),
        ("SWIS_TURN_WORKERS", "0"),
        ("SWIS_DRAFT_DAYS", "0"),
        ("SWIS_MAIL_TLS", "maybe"),
    ],
)
def test_a_value_that_cannot_be_used_names_its_setting(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValidationError):
        Settings()


def test_settings_cannot_change_after_they_were_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(Settings(), "port", 9)  # noqa: B010 - the type checker refuses the plain form, as it should


def test_keys_are_masked_wherever_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIS_KEYS", f"k1:{ONE_TEXT}")
    settings = Settings()
    for printed in (repr(settings), str(settings), settings.model_dump_json(), str(as_mapping(settings))):
        assert ONE_TEXT not in printed


def test_the_mail_password_is_masked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIS_MAIL_PASSWORD", "hunter2")
    settings = Settings()
    assert settings.mail_password is not None
    assert not [printed for printed in (repr(settings), str(as_mapping(settings))) if "hunter2" in printed]


def test_keys_come_from_the_environment_oldest_first() -> None:
    assert master_keys(Settings(keys=f"k1:{ONE_TEXT},k2:{TWO_TEXT}")) == (("k1", ONE), ("k2", TWO))


def test_a_keys_file_has_one_key_a_line(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"k1:{ONE_TEXT}\n\nk2:{TWO_TEXT}\n", encoding="ascii")
    assert master_keys(Settings(keys_file=file)) == (("k1", ONE), ("k2", TWO))


def test_without_keys_there_are_none() -> None:
    assert master_keys(Settings()) == ()


@pytest.mark.parametrize(
    "text",
    ["k1", "k1:", f":{ONE_TEXT}", "k1:####", f"k1:{base64.b64encode(ONE[:31]).decode()}"],
    ids=["no_key", "empty", "no_id", "no_base64", "too_short"],
)
def test_a_broken_key_is_named_by_its_place_and_not_shown(text: str) -> None:
    with pytest.raises(KeysError, match="key 1") as broken:
        parse_keys(text)
    assert ONE_TEXT[:20] not in str(broken.value)


def test_two_keys_of_one_name_are_refused() -> None:
    with pytest.raises(KeysError, match="twice"):
        parse_keys(f"k1:{ONE_TEXT},k1:{TWO_TEXT}")


def test_every_setting_has_a_description_and_a_row_in_the_table() -> None:
    rows = table().splitlines()
    assert len(rows) == len(Settings.model_fields) + 2
    for name, field in Settings.model_fields.items():
        assert field.description
        assert any(f"`{environment_names(name)[0]}`" in row for row in rows)
    assert "| `SWIS_PORT`, `PORT` | `8080` |" in table()
