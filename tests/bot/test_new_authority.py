"""A new authority comes by data alone: five levels, names, routes and contacts of its own, and a whole concern."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.reading import Reading, reading
from bot.walk import walker_of
from thresholds.lint import lint
from thresholds.load import PACKAGED

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NAMES = {
    "Level 1: Universal": "Step one: Growing up well",
    "Level 2: Early help/prevention": "Step two: A hand early",
    "Level 3: Intensive family support": "Step three: A team for the family",
    "Level 4: Child in need": "Step four: Social work help",
    "Level 5: Child protection": "Step five: Keeping safe",
}
IDS = {f"level_{number}": f"step_{number}" for number in range(1, 6)}
CHILD = {"age_band": "7_to_9", "council": "northmere", "social_worker": "no", "tonight": "someone_safe"}


@pytest.fixture(scope="module")
def northmere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one invented authority, written as a safeguarding officer would: YAML and nothing else."""
    folder = tmp_path_factory.mktemp("authorities") / "northmere" / "2026-09-01"
    shutil.copytree(str(PACKAGED / "authorities" / "trafford" / "2020-09-01"), folder)
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8").replace("2020-09-01", "2026-09-01")
        text = text.replace("Trafford First Response", "The Northmere Door").replace("trafford-", "northmere-")
        text = text.replace("authority: trafford", "authority: northmere").replace(
            'name: "Trafford"', 'name: "Northmere"'
        )
        for old, new in (*NAMES.items(), *IDS.items()):
            text = text.replace(old, new)
        path.write_text(text.replace("phone: null", 'phone: "01632 960123"', 1), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def rules(northmere: Path) -> Reading:
    return reading(northmere.parents[1])


def test_the_folder_is_clean(northmere: Path) -> None:
    assert lint((northmere,)).problems == ()


@pytest.mark.parametrize(
    ("group", "sign", "outcome", "label"),
    [
        ("hurt_or_afraid", "bruise_explained", "preventative_advice", "Step one: Growing up well"),
        ("other_young_people_and_online", "bullied", "early_help", "Step two: A hand early"),
        ("care_and_home", "often_hungry", "early_help", "Step three: A team for the family"),
        ("care_and_home", "persistently_neglected", "statutory_referral", "Step four: Social work help"),
        ("hurt_or_afraid", "child_says_adult_hurt_them", "statutory_referral", "Step five: Keeping safe"),
    ],
)
def test_a_whole_concern_is_walked_to_each_of_its_levels(
    rules: Reading, group: str, sign: str, outcome: str, label: str
) -> None:
    walker = walker_of(rules, rules.seat("northmere", None, None, NOW), "concern", NOW)
    answers = {
        "start": {"what": "worried"},
        "happened": {"saw": "Something that worries me"},
        "child": CHILD,
        "about": {"groups": [group]},
        "signs": {"signs": [sign], "action": "send_now"},
        "check": {"action": "send"},
    }
    found: Any = walker.walk(answers)
    receipt = found["receipt"]
    assert (receipt["outcome"], receipt["level"]["label"]) == (outcome, label)
    assert receipt["document"]["authority"] == "northmere"
    if outcome == "statutory_referral":
        assert receipt["route"]["name"] == "The Northmere Door"
    assert any(label in line for line in receipt["messages"])
