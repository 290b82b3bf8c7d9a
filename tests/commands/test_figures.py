"""`swis digest`, `swis report`, `swis export`: files that open, and refusals that name what there is."""

import base64
import csv
import io
from pathlib import Path

import pytest

from tests.bot.scenarios.house import KEY, Scene
from tests.bot.scenarios.telling import sent
from tests.commands.conftest import Swis

DECEMBER = "2026-12-10T10:00:00+00:00"


@pytest.fixture
def site(file_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """An installation with one concern, whose settings are in the environment."""
    monkeypatch.setenv("SWIS_DATABASE_URL", file_scene.url)
    monkeypatch.setenv("SWIS_KEYS", f"{KEY.id}:{base64.b64encode(KEY.key).decode()}")
    sent(file_scene)
    return file_scene


def test_a_week_is_printed_as_csv(site: Scene, swis: Swis) -> None:
    ran = swis("digest", "--authority", "ealing", "--now", "2026-11-30T08:00:00+00:00")
    assert (ran.code, ran.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["period"] for row in rows} == {"2026-W48"}
    said = {(row["what"], row["item"]): (row["low"], row["high"]) for row in rows}
    assert said["sent", "statutory_referral"] == ("1", "4")
    assert ("figures_written", None) in site.log_of("-")


@pytest.mark.parametrize(
    ("ending", "begins"), [(".html", b"<!doctype html>"), (".pdf", b"%PDF-"), (".csv", b"audience")]
)
def test_a_report_goes_into_a_file_of_each_kind(
    site: Scene, swis: Swis, tmp_path: Path, ending: str, begins: bytes
) -> None:
    out = tmp_path / f"board{ending}"
    ran = swis("report", "board", "--authority", "ealing", "--month", "2026-11", "--out", str(out), "--now", DECEMBER)
    assert (ran.code, ran.err) == (0, "")
    assert out.read_bytes().startswith(begins)


def test_what_is_not_there_is_named_with_what_is(site: Scene, swis: Swis) -> None:
    at = ("--now", DECEMBER)
    swis("digest", "--authority", "ealing", "--week", "2026-W20", *at).refused("'2026-W20'", "2026-W49")
    swis("digest", "--authority", "ealing", "--week", "soon", *at).refused("'soon'", "2026-W49")
    swis("digest", "--authority", "ealing", "--team", "others", *at).refused("'others'", "swis")
    swis("digest", "--authority", "leeds", *at).refused("'leeds'", "ealing, gateshead")
    swis("report", "board", "--authority", "ealing", "--month", "2026-13", *at).refused("'2026-13'", "2026-11")
    swis("report", "partnership", "--authority", "ealing", "--term", "Winter", *at).refused("'Winter'", "2027-01-04")
    swis("export", "evaluation", "--authority", "ealing", "--term", "Winter", "--out", "x").refused(
        "'Winter'", "2027-01-04"
    )


def test_what_is_still_to_come_is_looked_at_and_not_published(site: Scene, swis: Swis) -> None:
    far = ("--authority", "ealing", "--now", "2099-03-10T09:00:00+00:00")
    assert "2099-W10" in swis("digest", *far).out
    assert "2026-09" in swis("report", "board", "--month", "2026-09", *far).out
    swis("report", "board", "--month", "2099-04", *far).refused("'2099-04'")
    with site.house.store.read() as unit:
        kept = [unit.publications.every(f"ealing/{one}") for one in ("swis", "arm-intervention")]
        assert kept == [(), ()]
        assert [one.at.year for one in unit.audit.entries(None) if one.kind == "figures_written"] != [2099, 2099]


def test_a_file_of_another_kind_is_refused(site: Scene, swis: Swis, tmp_path: Path) -> None:
    out = str(tmp_path / "week.docx")
    ran = swis("digest", "--authority", "ealing", "--out", out, "--now", DECEMBER)
    ran.refused("week.docx", ".html, .pdf, .csv")


def test_without_a_key_it_says_so(site: Scene, swis: Swis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWIS_KEYS")
    swis("digest", "--authority", "ealing").refused("SWIS_KEYS")


def test_the_export_can_be_tried_on_an_invented_history_without_a_database(
    swis: Swis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWIS_DATABASE_URL", "sqlite:////there/is/nothing.sqlite")
    files = []
    for name in ("one", "two"):
        words = ("export", "evaluation", "--authority", "gateshead", "--term", "Autumn 2026", "--demo")
        ran = swis(*words, "--out", str(tmp_path / name))
        assert (ran.code, ran.err) == (0, "")
        files.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert sorted(files[0]) == ["counts.csv", "dictionary.csv", "events.csv"]
    assert files[0] == files[1]
