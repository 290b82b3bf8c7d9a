"""`swis check` warns of what runs out soon and of people whom nothing reaches, and still ends well."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.directory import load_directory, rows
from storage.migrations import upgrade
from storage.sealed import MasterKey
from storage.shapes import Identity, PersonId
from storage.unit import Store
from tests.commands.conftest import Swis

SOUND = Path(__file__).parents[1] / "bot" / "sound_directory.yaml"
KEY = bytes(range(32))
AUTUMN = "2026-11-20T10:00:00+00:00"


@pytest.fixture(autouse=True)
def directory(monkeypatch: pytest.MonkeyPatch, keys: None) -> None:
    """The sound directory: its rota ends on 23 December, its numbers are to be checked by 1 February."""
    monkeypatch.setenv("SWIS_DIRECTORY_FILES", str(SOUND))


def warned(swis: Swis, now: str = AUTUMN) -> list[str]:
    """What a check warns of; it ends with 0."""
    ran = swis("check", "--now", now)
    assert (ran.code, ran.err) == (0, "")
    lines = [line for line in ran.out.splitlines() if line.startswith("warning: ")]
    # The invented authority of these tests has no document, and a check says so.
    return [line for line in lines if "no document of invented" not in line]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24T23:59:00+00:00", None),
        ("2026-11-25T00:00:00+00:00", "the rota ends on 2026-12-23"),
        ("2026-12-23T12:00:00+00:00", "the rota ends on 2026-12-23"),
        ("2026-12-24T00:00:00+00:00", "the rota ended on 2026-12-23"),
    ],
    ids=["a_day_before", "twenty_eight_days", "its_last_day", "over"],
)
def test_a_rota_that_ends_within_twenty_eight_days_is_a_warning(swis: Swis, now: str, expected: str | None) -> None:
    found = [line for line in warned(swis, now) if "rota" in line]
    assert len(found) == (expected is not None)
    assert expected is None or f"warning: invented: {expected}, then every duty social worker is on duty" in found[0]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-01-03T12:00:00+00:00", None),
        ("2027-01-04T12:00:00+00:00", "are to be checked by 2027-02-01"),
        ("2027-02-02T12:00:00+00:00", "were to be checked by 2027-02-01"),
    ],
    ids=["a_day_before", "soon", "lapsed"],
)
def test_a_number_past_its_day_or_near_it_is_a_warning(swis: Swis, now: str, expected: str | None) -> None:
    found = [line for line in warned(swis, now) if "checked by" in line]
    assert len(found) == (expected is not None)
    assert expected is None or ("front_door" in found[0] and expected in found[0])


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty, migrated database, named by the settings."""
    url = f"sqlite:///{tmp_path / 'swis.sqlite'}"
    monkeypatch.setenv("SWIS_DATABASE_URL", url)
    upgrade(url)
    return url


def test_responders_who_were_never_seen_are_named_where_no_mail_is_set_up(swis: Swis, database: str) -> None:
    [line] = warned(swis)
    assert line.startswith(
        "warning: invented: never seen on a platform, and no mail is set up: inv.manager, inv.duty, "
    )
    assert "elm.teacher" not in line
    see(database, "inv.manager")
    assert "inv.manager" not in warned(swis)[0]


def see(database: str, person: str) -> None:
    """A platform sees somebody of the directory."""
    store = Store.open(database, [MasterKey("one", KEY)], random_bytes=bytes)
    with store.write() as unit:
        one = load_directory(SOUND)
        unit.people.replace(one.authority, *rows(one))
        unit.identities.seen(
            Identity(
                person=PersonId(person),
                channel="slack",
                tenant="t",
                address="u1",
                state="active",
                touched_at=datetime(2026, 11, 20, tzinfo=UTC),
            )
        )
        unit.commit()
    store.close()


def test_with_mail_nobody_is_out_of_reach(swis: Swis, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIS_MAIL_HOST", "mail.example.invalid")
    monkeypatch.setenv("SWIS_MAIL_FROM", "swis@example.invalid")
    assert warned(swis) == []


def test_without_a_database_nothing_is_said_of_people_and_none_is_made(
    swis: Swis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWIS_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert warned(swis) == []
    assert not (tmp_path / "none.sqlite").exists()


def test_an_instant_without_an_offset_is_refused(swis: Swis) -> None:
    swis("check", "--now", "2026-11-20T10:00:00").refused("--now", "offset")


def test_the_examples_warn_of_nothing_on_an_ordinary_day(swis: Swis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWIS_DIRECTORY_FILES")
    assert warned(swis) == []


@pytest.mark.parametrize(("file", "count"), [("one.press", 1), ("one.new", 1), ("one.bad", 0)])
def test_a_press_that_waits_for_its_key_is_a_warning(
    swis: Swis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, count: int
) -> None:
    monkeypatch.setenv("SWIS_SPOOL_FOLDER", str(tmp_path))
    (tmp_path / file).touch()
    found = [line for line in warned(swis) if "take no master key out of the settings" in line]
    assert len(found) == count
