"""What a round reads of open concerns: who was told, what is late, which keys stand; closed ones are not read."""

from dataclasses import replace
from typing import Any

import pytest

from dialogs.concern import Life, State
from storage.shapes import ConcernId, OutboxId, PersonId, PlannedStep
from storage.unit import Store, UnitOfWork
from storage.worklist import ToldOf
from tests.storage.rows import (
    ANA,
    BEN,
    CAT,
    NO_TOKENS,
    NOON,
    a_concern,
    a_conversation,
    a_delivery,
    a_person,
    a_school,
    a_step,
    after,
)

CLOSED = Life(state=State.CLOSED, closed_at=NOON)
C1 = ConcernId("c1")


def keep(unit: UnitOfWork, name: str = "c1", **changes: Any) -> None:
    """A concern, without any row."""
    unit.concerns.add(a_concern(name, **changes), {"saw": "a bruise"}, NO_TOKENS)


def tell(unit: UnitOfWork, name: str, *people: PersonId, **changes: Any) -> None:
    """A row that was sent to these people."""
    unit.outbox.put([a_step(name, **changes)], [OutboxId(name)])
    for person in people:
        unit.outbox.record(a_delivery(name, person))
    unit.outbox.sent(OutboxId(name), NOON)


def errand(name: str, **changes: Any) -> PlannedStep:
    """A row of no concern."""
    return replace(a_step(name, chain="notice", person=BEN), concern=None, **changes)


def test_everybody_whom_a_step_reached_is_told_and_nobody_of_a_closed_concern(store: Store) -> None:
    with store.write() as unit:
        keep(unit)
        keep(unit, "c2", life=CLOSED)
        tell(unit, "o1", BEN, CAT)
        tell(unit, "o2", BEN, step=2)
        tell(unit, "o3", BEN, concern="c2")
        unit.outbox.put([a_step("o4")], [OutboxId("o4")])
        unit.outbox.record(a_delivery("o4", ANA, state="failed"))
        lead = {"role": "designated_safeguarding_lead", "reason": "sent"}
        told = sorted(unit.worklist.told(), key=lambda one: one.person)
        assert told == [ToldOf(concern=C1, person=person, **lead) for person in (BEN, CAT)]


def test_of_single_concerns_it_is_asked_whom_they_reached_by_which_step_open_or_closed(store: Store) -> None:
    with store.write() as unit:
        keep(unit)
        keep(unit, "c2", life=CLOSED)
        tell(unit, "o1", BEN, CAT)
        tell(unit, "o2", BEN, concern="c2", role="head", reason="covers")
        unit.outbox.put([a_step("o3")], [OutboxId("o3")])
        unit.outbox.record(a_delivery("o3", ANA, state="failed"))
        c2 = ConcernId("c2")
        assert unit.worklist.told_of(C1) == {BEN, CAT}
        assert unit.worklist.told_as(BEN, [c2]) == (ToldOf(concern=c2, person=BEN, role="head", reason="covers"),)
        assert {one.concern for one in unit.worklist.told_as(BEN, [C1, c2])} == {C1, c2}
        assert (unit.worklist.told_as(ANA, [C1, c2]), unit.worklist.told_as(BEN, [])) == ((), ())


def test_a_concern_has_gone_round_when_its_alerts_have_a_second_round(store: Store) -> None:
    with store.write() as unit:
        for name in ("c1", "c2", "c3"):
            keep(unit, name)
            tell(unit, f"{name}a", BEN, concern=name)
        tell(unit, "o2", BEN, concern="c2", round=2, chain="until_decided")
        unit.outbox.put([a_step("o3", concern="c3", round=2)], [OutboxId("o3")])
        asked = [ConcernId(name) for name in ("c1", "c2", "c3")]
        assert unit.worklist.gone_round(asked) == {"c3"}
        assert unit.worklist.gone_round([]) == frozenset()


def test_what_was_told_to_a_role_goes_by_the_persons_own(store: Store) -> None:
    with store.write() as unit:
        people = [a_person(BEN, "social_worker"), a_person(CAT, "team_manager")]
        unit.people.replace("ealing", [a_school()], people, [])
        keep(unit)
        keep(unit, "c2")
        tell(unit, "o1", BEN)
        tell(unit, "o2", CAT, concern="c2")
        assert unit.worklist.told_to(["social_worker", "duty_social_worker"]) == {C1}


def test_sharing_is_seen_without_opening_a_note(store: Store) -> None:
    with store.write() as unit:
        for name, life in (("c1", Life()), ("c2", Life()), ("c3", CLOSED)):
            keep(unit, name, life=life)
        for name in ("c1", "c3"):
            unit.concerns.append(ConcernId(name), "shared", BEN, "designated_safeguarding_lead", NOON, {})
        assert unit.worklist.shared() == {C1}
        assert unit.worklist.shared_of([C1, ConcernId("c2"), ConcernId("c3")]) == {"c1", "c3"}


@pytest.mark.parametrize(
    ("changes", "decided", "alert", "act"),
    [
        ({"respond_by": NOON}, None, True, False),
        ({"respond_by": after(seconds=1)}, None, False, False),
        ({"respond_by": NOON, "chain": "notice"}, None, False, False),
        ({"respond_by": NOON}, after(minutes=1), False, False),
        ({"respond_by": None, "chain": "until_closed"}, NOON, False, True),
    ],
)
def test_an_alert_is_late_from_its_time_on_until_a_decision_and_an_act_from_its_reminder_on(
    store: Store, changes: Any, decided: Any, alert: bool, act: bool
) -> None:
    with store.write() as unit:
        keep(unit, life=Life(decided_at=decided))
        tell(unit, "o1", BEN, **changes)
        found = unit.worklist.overdue(NOON)
    assert (C1 in found.alerts, C1 in found.acts) == (alert, act)


def test_a_reminder_that_was_not_sent_yet_is_not_late(store: Store) -> None:
    with store.write() as unit:
        keep(unit)
        unit.outbox.put([a_step("o1", chain="until_closed", respond_by=None)], [OutboxId("o1")])
        assert unit.worklist.overdue(NOON).acts == frozenset()


def test_keys_stand_whatever_became_of_their_rows(store: Store) -> None:
    with store.write() as unit:
        unit.outbox.put([errand("k1"), errand("k2")], [OutboxId("k1"), OutboxId("k2")])
        unit.outbox.failed(OutboxId("k1"), None, "outage")
        assert unit.worklist.standing(["k1", "k2", "k3"]) == {"k1", "k2"}
        assert unit.worklist.standing([]) == frozenset()


def test_a_desk_shows_what_reached_the_person_lately(store: Store) -> None:
    with store.write() as unit:
        keep(unit)
        tell(unit, "o1", BEN)
        steps = [errand("k1", about="v1", reason="revision_1"), errand("k2")]
        unit.outbox.put(steps, [OutboxId("k1"), OutboxId("k2")])
        unit.outbox.record(a_delivery("k1", BEN))
        unit.outbox.record(a_delivery("k2", BEN, at=after(days=-8)))
        assert unit.worklist.errands_of(BEN, after(days=-7)) == (steps[0],)
        assert unit.worklist.errands_of(CAT, after(days=-7)) == ()


def test_old_errands_are_forgotten_with_what_came_of_them_but_not_those_of_an_open_draft(store: Store) -> None:
    with store.write() as unit:
        keep(unit)
        tell(unit, "o1", BEN)
        unit.conversations.start(a_conversation("v1"))
        steps = [errand("k1"), errand("k2", about="v1"), errand("k3", due_at=after(days=2))]
        unit.outbox.put(steps, [OutboxId("k1"), OutboxId("k2"), OutboxId("k3")])
        unit.outbox.record(a_delivery("k1", BEN))
        assert unit.worklist.forget_errands(after(days=1)) == 1
        assert unit.worklist.standing(["k1", "k2", "k3", "o1"]) == {"k2", "k3", "o1"}
        assert unit.outbox.tries([OutboxId("k1")]) == {}


def test_of_several_who_claim_a_key_one_wins(store: Store) -> None:
    with store.write() as unit:
        assert [unit.settings.claim("once", who) for who in ("one", "two")] == [True, False]
        assert unit.settings.get("once") == "one"


def test_what_became_of_a_row_is_whether_it_reached_anybody_and_whether_it_still_may(store: Store) -> None:
    with store.write() as unit:
        names = ("sent", "refused", "nobody", "given_up")
        unit.outbox.put([errand(name, dedupe=name) for name in names], [OutboxId(name) for name in names])
        unit.outbox.record(a_delivery("sent", BEN))
        unit.outbox.record(a_delivery("refused", BEN, state="refused"))
        for name in ("sent", "nobody"):
            unit.outbox.sent(OutboxId(name), NOON)
        unit.outbox.failed(OutboxId("given_up"), None, "outage")
        found = unit.worklist.became([*names, "never"])
        assert {key: (one.reached, one.waiting, one.attempt) for key, one in found.items()} == {
            "sent": (True, False, 0),
            "refused": (False, True, 0),
            "nobody": (False, False, 0),
            "given_up": (False, False, 0),
        }
        assert unit.worklist.became([]) == {}
