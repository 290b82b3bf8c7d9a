"""What the tests of every platform share: the words of the canary, samples with errors, the concern they are about."""

from collections.abc import Mapping
from dataclasses import replace

from bot.wiring import House
from dialogs.screens import Screen, Value
from dialogs.words import Words
from storage.shapes import ConcernId
from tests.bot.scenarios.house import Talk
from tests.bot.scenarios.telling import TEACHER

TYPED = {
    "saw": "qcanarysaw came in without a coat", "child_said": "qcanarysaid nobody is at home",
    "told_by_other": "qcanaryother a neighbour shouted", "think": "qcanarythink it is getting worse",
}  # fmt: skip
CHILD = {
    "name": "Robinq Canaryname", "age_band": "7_to_9", "council": "ealing", "social_worker": "no",
    "tonight": "someone_safe",
}  # fmt: skip
LATER = ("qcanaryquestion", "qcanaryreply", "qcanaryreason", "qcanaryhalf", "qcanaryadded", "qcanarychat")
GROUP, SIGN = "hurt_or_afraid", "child_says_adult_hurt_them"


def secrets() -> list[str]:
    """Typed words, the name, and how the concern is judged."""
    words = Words.load()
    judged = [words(f"cards.outcomes.{one}") for one in ("statutory_referral", "early_help", "emergency")]
    bases = [words(f"cards.bases.{one}") for one in ("S17", "S47")]
    first = [text.split()[0] for text in TYPED.values()]
    return [*first, "Canaryname", *LATER, "Level 4", GROUP, SIGN, *judged, *bases]


def found_in(text: str) -> list[str]:
    """Which of them stand in a text."""
    return [one for one in secrets() if one.casefold() in text.casefold()]


def the_concern(house: House) -> ConcernId:
    """The newest open concern."""
    with house.store.read() as unit:
        return unit.concerns.open_everywhere()[-1].id


def told_of_adults(house: House, *names: str) -> None:
    """A concern about each of these adults, told elsewhere by the teacher."""
    for name in names:
        talk = Talk(house, TEACHER, house.intake.begin(TEACHER)).say("start", {"what": "adult"})
        talk.say("adult_who", {"who": "someone_else", "name": name, "someone_safe": "yes"})
        talk.say("adult_what", {"saw": "Shouted at a pupil"})
        tests = ("harmed_child", "possible_offence", "poses_risk", "unsuitable", "child_hurt")
        talk.say("adult_harm", dict.fromkeys(tests, "no")).say("adult_check", {}, "send")


def with_sentinels(screen: Screen, given: Mapping[str, Value], typed: Mapping[str, Value]) -> Mapping[str, Value]:
    """The same answers, with the words of `typed`, by kind of field, that would be markup if anything took them so."""
    kinds = {field.id: field.kind for field in screen.fields}
    return {name: typed.get(kinds[name], value) for name, value in given.items()}


def refused(screen: Screen) -> Screen:
    """A sample with an error beside each of its fields."""
    fields = tuple(replace(one, error=f"Say something about “{one.label}”") for one in screen.fields)
    return replace(screen, id=f"{screen.id}_refused", fields=fields)
