"""Every screen of every flow is drawn here within the limits, and comes back as it went out.

A seeded visitor answers at random, with findings at random, until every page of the flow has been met.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from random import Random  # noqa: TID251 - seeded: the same walks every time
from urllib.parse import urlencode

import pytest

from bot.channels.web.draw import Frame, Place, draw
from bot.channels.web.limits import problems
from bot.channels.web.read import form_of, read
from dialogs.engine import Accepted, Answered, receive, replay, screen_at, trail_of
from dialogs.findings import Finding
from dialogs.flow import Flow
from dialogs.flows import CATALOGUE
from dialogs.screens import NONE, NOT_KNOWN, Choice, Field, Number, Screen, Value
from dialogs.setting import Setting, Suggestion
from dialogs.words import Words
from tests.bot.web.browser import Sent
from thresholds.load import load_vocabulary

VOCABULARY = load_vocabulary()
SETTING = Setting(
    vocabulary=VOCABULARY,
    words=Words.load(),
    authority="gateshead",
    authority_name="Gateshead",
    councils=(Choice(id="gateshead", label="Gateshead"), Choice(id="nearby", label="Nearby (invented)")),
    numbers=(Number(label="Front door", phone="0191 498 0001", hours="always"),),
    today=date(2026, 11, 9),
    school_name="Hillside School (invented)",
    social_worker="J. Okell (invented)",
    recipients=(
        Choice(id="designated_safeguarding_lead", label="Designated safeguarding lead: M. Ashdown (invented)"),
    ),
    levels=(Choice(id="level_1", label="Level 1"), Choice(id="level_4", label="Level 4")),
    suggestion=Suggestion(outcome="statutory_referral", level="level_4", order=("level_1", "level_4")),
)
PLACE = Place(post="/talk/t1", change="/talk/t1", leave="/talk/t1/leave", discard="/talk/t1/discard", back="start")
TYPED = {
    "text": "Robin Example (invented)",
    "long_text": "He came in without a coat.\n“Mum says it is fine.”",
    "date": "2026-11-09",
    "time": "16:50",
    "phone": "0191 498 0000",
    "number": "3",
}
FACTS = tuple(VOCABULARY.facts)
MARKS = tuple(sorted({mark for sign in VOCABULARY.signs.values() for mark in sign.marks}))
WALKS = 150


def a_finding(chance: Random) -> Finding:
    return Finding(
        needs=tuple(chance.sample(FACTS, k=min(3, len(FACTS)))),
        section_47=chance.random() < 0.3,
        emergency=chance.random() < 0.1,
        danger_words=("knife",) if chance.random() < 0.3 else (),
        marks=tuple(chance.sample(MARKS, k=2)),
    )


def an_answer(field: Field, chance: Random) -> Value:
    if field.kind == "one":
        return chance.choice(field.choices).id
    if field.kind == "many":
        real = [choice.id for choice in field.choices if choice.id not in (NONE, NOT_KNOWN)]
        few = chance.sample(real, k=min(len(real), chance.randint(1, 3)))
        return tuple(one for one in real if one in few) if field.required or chance.random() < 0.3 else ()
    return TYPED[field.kind]


def a_walk(flow: Flow, chance: Random) -> Iterator[tuple[Screen, Mapping[str, Value]]]:
    """Screens as they are met, with answers to them; it ends with the flow."""
    answered: list[Answered] = []
    for _ in range(30):
        trail = trail_of(answered)
        position = replay(flow, trail)
        screen = screen_at(flow, trail, position.screen, SETTING)
        answers = {field.id: an_answer(field, chance) for field in screen.fields}
        yield screen, answers
        if position.ended is not None or not screen.actions:
            return
        received = receive(flow, trail, screen.id, answers, chance.choice(screen.actions).id, SETTING)
        if isinstance(received, Accepted):
            answered.append(replace(received.answered, finding=a_finding(chance)))


def filled(screen: Screen, answers: Mapping[str, Value]) -> Screen:
    fields = (replace(one, value=answers[one.id], error="Say it in a few words") for one in screen.fields)
    return replace(screen, fields=tuple(fields))


@pytest.mark.parametrize("name", sorted(CATALOGUE), ids=lambda name: f"{name[0]}-{name[1]}")
def test_every_page_of_a_flow_is_drawn_within_limits_and_comes_back(name: tuple[str, int]) -> None:
    flow = CATALOGUE[name]
    seen: dict[str, int] = {}
    for seed in range(WALKS):
        for screen, answers in a_walk(flow, Random(seed)):
            seen[screen.id] = seen.get(screen.id, 0) + 1
            if seen[screen.id] > 12:
                continue
            assert problems(screen) == (), screen.id
            shown = Sent(draw(filled(screen, answers), PLACE, Frame()))
            assert read(screen.fields, form_of(urlencode(shown.pairs).encode())) == answers
            assert set(shown.references) <= set(shown.ids)
            assert len(shown.ids) == len(set(shown.ids))
            assert all(control.get("id") in shown.labelled for control in shown.controls)
    assert {page.id for page in flow.pages} <= set(seen)
