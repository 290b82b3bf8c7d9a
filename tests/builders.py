"""Small made-up things for tests. Every authority, sign and line here is invented."""

from copy import deepcopy
from datetime import date
from typing import Any

from dialogs.words import Words
from thresholds.document import Document
from thresholds.facts import Area, Choice, Fact, Facts, FactValue, Group, Harm, Sign, Vocabulary

A_HARM = Harm(document="Invented guidance", place="list of signs, row 4", url="https://example.invalid/guidance")
DAY_OF_THE_CORPUS = date(2026, 11, 25)
_ERRAND = "cards.errand."
_BUTTONS = (f"{_ERRAND}resume", f"{_ERRAND}home")
_TITLES = [key for key in Words.load() if key.startswith(_ERRAND) and key not in _BUTTONS]
ERRANDS = tuple(dict.fromkeys(key.removeprefix(_ERRAND).partition(".")[0] for key in _TITLES))
"""What a pushed card of no concern may say: whatever has words for it."""
_ROUTE_KEYS = ("none", "preventative_advice", "early_help", "S17", "S47", "emergency")


def facts(*signs: str, **context: FactValue) -> Facts:
    """Signs that are ticked, and further facts by name."""
    return {**dict.fromkeys(signs, True), **context}


def a_sign(name: str, area: str, **more: Any) -> Sign:
    """A sign with an invented text."""
    return Sign(id=name, area=area, text=f"Invented sign {name}", gravity=2, **more)


def a_fact(name: str, *values: str, kind: str = "one") -> Fact:
    """A context fact with these values."""
    choices = tuple(Choice(id=value, label=value) for value in values)
    graver = ("yes",) if "yes" in values else ()
    return Fact(id=name, kind=kind, question=f"Invented question about {name}", values=choices, graver=graver)


def a_vocabulary() -> Vocabulary:
    """Four areas, eleven signs, five context facts."""
    signs = [
        a_sign("hungry", "care"),
        a_sign("dirty", "care"),
        a_sign("no_sleep", "care"),
        a_sign("bruise", "body", marks=frozenset({"injury"})),
        a_sign("baby_hurt", "body", harm=A_HARM, marks=frozenset({"injury"})),
        a_sign("took_tablets", "mind", harm=A_HARM, emergency=True, marks=frozenset({"suicide"})),
        a_sign("low_mood", "mind"),
        a_sign("new_things", "outside"),
        a_sign("older_friends", "outside"),
        a_sign("odd_feeling", "outside"),
        a_sign("due_home_to_feared", "outside"),
    ]
    context = [
        a_fact("age_band", "under_1", "7_to_9", "13_to_15", "18_or_over"),
        a_fact("disabled", "yes", "no"),
        a_fact("help_failed", "yes", "no"),
        a_fact("not_mobile", "yes", "no"),
        a_fact("mark_where", "ear", "knee", kind="many"),
    ]
    areas = [Area(id=name, label=name, meaning=name, group="all") for name in ("care", "body", "mind", "outside")]
    return Vocabulary(
        version="1",
        groups=(Group(id="all", label="All", hint="All of them"),),
        areas={area.id: area for area in areas},
        signs={sign.id: sign for sign in signs},
        facts={fact.id: fact for fact in context},
    )


def a_citation(place: str = "table 1") -> dict[str, Any]:
    """A citation as YAML would give it."""
    return {"document": "Invented thresholds", "version": "2020", "place": place, "url": "https://example.invalid/t"}


def a_line(name: str, when: object, level: str, **more: Any) -> dict[str, Any]:
    """An indicator as YAML would give it."""
    text = f"Invented line {name}"
    return {"id": name, "text": text, "when": when, "level": level, "citation": a_citation(f"row {name}"), **more}


def a_level(name: str, number: int, outcome: str, basis: str = "none") -> dict[str, Any]:
    """A level as YAML would give it."""
    return {
        "id": name,
        "number": number,
        "label": f"Level {number}",
        "meaning": f"Invented meaning of level {number}",
        "outcome": outcome,
        "basis": basis,
        "tag": str(number),
        "citation": a_citation(f"level {number}"),
    }


def a_raising(name: str, at: str, becomes: str, **more: Any) -> dict[str, Any]:
    """A modifier or accumulation rule as YAML would give it."""
    text = f"Invented rule {name}"
    return {"id": name, "text": text, "at": at, "becomes": becomes, "citation": a_citation(f"rule {name}"), **more}


def a_contact(name: str, **more: Any) -> dict[str, Any]:
    """A contact as YAML would give it."""
    dates = {"checked_on": date(2026, 1, 1), "review_by": date(2027, 9, 1)}
    return {"id": name, "label": f"Invented {name}", "owner": "Anyshire", "confirmed": False, **dates, **more}


_DOCUMENT: dict[str, Any] = {
    "authority": "anyshire",
    "name": "Anyshire (invented)",
    "title": "Invented thresholds",
    "version": "2020",
    "in_force_from": date(2020, 9, 1),
    "review_by": date(2027, 9, 1),
    "signed_off": None,
    "vocabulary": "1",
    "levels": [
        a_level("universal", 1, "preventative_advice"),
        a_level("early", 2, "early_help"),
        a_level("intensive", 3, "early_help"),
        a_level("need", 4, "statutory_referral", "S17"),
        a_level("protection", 5, "statutory_referral", "S47"),
    ],
    "s47_level": "protection",
    "routes": {key: {"name": f"Route {key}", "how": "Ring 999", "phone": "999"} for key in _ROUTE_KEYS},
    "consent": {key: {"rule": "agreement_needed", "text": "Ask first"} for key in _ROUTE_KEYS},
    "contacts": [a_contact(name) for name in ("emergency", "police", "front_door", "out_of_hours", "lado")],
    "modifiers": [
        a_raising("help_failed", "early", "need", when={"is": {"fact": "help_failed", "value": "yes"}}),
        a_raising(
            "baby_body",
            "need",
            "protection",
            areas=["body"],
            when={
                "any": [
                    {"is": {"fact": "not_mobile", "value": "yes"}},
                    {"one_of": {"fact": "age_band", "values": ["under_1"]}},
                ]
            },
        ),
    ],
    "accumulation": [a_raising("many_needs", "early", "need", count=3, areas=2)],
    "duties": [
        {
            "id": "watch_duty",
            "signs": ["took_tablets", "low_mood"],
            "text": "Invented duty",
            "role": "reporter",
            "clock": "watch",
            "citation": a_citation("duty"),
        }
    ],
    "unrated": [{"sign": "odd_feeling", "says": "No table names it"}],
    "indicators": [
        a_line("hungry", "hungry", "early"),
        a_line("dirty", "dirty", "universal"),
        a_line("no_sleep", "no_sleep", "early"),
        a_line("neglect_cluster", {"at_least": {"count": 3, "of": ["hungry", "dirty", "no_sleep"]}}, "intensive"),
        a_line("bruise", "bruise", "early"),
        a_line(
            "bruise_ear",
            {"all": ["bruise", {"includes": {"fact": "mark_where", "values": ["ear"]}}]},
            "need",
        ),
        a_line("baby_hurt", "baby_hurt", "need"),
        a_line("took_tablets", "took_tablets", "protection"),
        a_line("low_mood", "low_mood", "early"),
        a_line("outside", {"any": ["new_things", "older_friends"]}, "early"),
        a_line(
            "outside_young",
            {"all": ["older_friends", {"not": {"is": {"fact": "age_band", "value": "13_to_15"}}}]},
            "need",
        ),
        a_line("due_home", "due_home_to_feared", "need"),
    ],
}


def document_data(**changes: Any) -> dict[str, Any]:
    """A whole document as YAML would give it; `changes` replace top-level keys."""
    return {**deepcopy(_DOCUMENT), **changes}


def a_document(**changes: Any) -> Document:
    """The document of `document_data`."""
    return Document.model_validate(document_data(**changes))
