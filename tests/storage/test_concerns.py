"""Concerns: notes in order, guarded moves, plain columns, look-ups by token, links by people."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dialogs.concern import Event, Had, Happening, Life, State, advance
from storage.errors import AlreadyThere, NotFound, StaleLife
from storage.sealed import SealBroken, child_tokens
from storage.shapes import ChildTokens, ConcernId
from storage.unit import Store
from tests.storage.rows import ANA, BEN, CAT, ELM, NO_TOKENS, NOON, a_concern, after

C1, C2, C3 = ConcernId("c1"), ConcernId("c2"), ConcernId("c3")
RECORD = {"child": {"first": "Invented", "last": "Child"}, "saw": "a bruise"}


def _kept(store: Store, *ids: str, tokens: ChildTokens = NO_TOKENS, **changes: Any) -> None:
    with store.write() as unit:
        for id in ids or ("c1",):  # noqa: A001
            unit.concerns.add(a_concern(id, **changes), RECORD, tokens)
        unit.commit()


def test_a_concern_comes_back_as_it_was_added(store: Store) -> None:
    life = Life(
        state=State.HAD,
        held_until=after(minutes=3),
        lead=Had(person="ben", until=after(hours=1)),
        social_worker=Had(person="cat", until=after(hours=2)),
        seen_at=NOON,
        version=4,
    )
    added = a_concern(excluded=(BEN, CAT), linked_to=C2, advice_now=True, sent_at=None, life=life)
    with store.write() as unit:
        unit.concerns.add(added, RECORD, NO_TOKENS)
        unit.commit()
    with store.read() as unit:
        assert unit.concerns.get(C1) == added
        assert unit.concerns.read(C1)[0] == added


def test_the_record_is_the_first_note_and_others_follow_in_order(store: Store) -> None:
    _kept(store)
    with store.write() as unit:
        assert unit.concerns.append(C1, "addition", ANA, "reporter", after(hours=1), {"added": "more"}) == 2
        assert (
            unit.concerns.append(C1, kind="decision", by=BEN, role="head", at=after(hours=2), content={"why": "x"}) == 3
        )
        unit.commit()
    with store.read() as unit:
        _, notes = unit.concerns.read(C1)
    assert [(note.number, note.kind, note.by) for note in notes] == [
        (1, "record", ANA),
        (2, "addition", ANA),
        (3, "decision", BEN),
    ]
    assert [note.content for note in notes] == [RECORD, {"added": "more"}, {"why": "x"}]


def test_amending_changes_the_named_columns_only(store: Store) -> None:
    _kept(store)
    with store.write() as unit:
        unit.concerns.amend(C1, outcome="statutory_referral", urgency=4, excluded=(CAT,), sent_at=after(minutes=1))
        unit.commit()
    expected = replace(a_concern(), outcome="statutory_referral", urgency=4, excluded=(CAT,), sent_at=after(minutes=1))
    with store.read() as unit:
        assert unit.concerns.get(C1) == expected


def test_life_and_identity_are_not_amended(store: Store) -> None:
    _kept(store)
    for column in ("state", "version", "id", "data_key"):
        changes: Any = {column: "x"}
        with pytest.raises(ValueError, match=column), store.write() as unit:
            unit.concerns.amend(C1, **changes)


def test_a_move_is_saved_on_the_life_it_was_made_from(store: Store) -> None:
    _kept(store)
    opened = advance(Life(), Happening(event=Event.OPENED, at=NOON, until=after(hours=1)))
    with store.write() as unit:
        unit.concerns.move(C1, 0, opened)
        unit.commit()
    with store.read() as unit:
        assert unit.concerns.get(C1).life == opened


def test_the_second_of_two_moves_from_one_life_is_stale(store: Store) -> None:
    _kept(store)
    by_ben, by_cat = (
        advance(Life(), Happening(event=Event.HAD_BY_LEAD, at=NOON, person=who, until=after(hours=1)))
        for who in ("ben", "cat")
    )
    with store.write() as unit:
        unit.concerns.move(C1, 0, by_ben)
        unit.commit()
    with pytest.raises(StaleLife), store.write() as unit:
        unit.concerns.move(C1, 0, by_cat)
    with store.read() as unit:
        assert unit.concerns.get(C1).life == by_ben


def test_open_means_not_closed_at_any_school_of_any_authority(store: Store) -> None:
    _kept(store, "c1")
    _kept(store, "c2", school=ELM, created_at=after(hours=1))
    _kept(store, "c3", life=Life(state=State.CLOSED, closed_at=NOON))
    _kept(store, "c4", authority="trafford", life=Life(state=State.DECIDED))
    with store.read() as unit:
        assert sorted(concern.id for concern in unit.concerns.open_everywhere()) == ["c1", "c2", "c4"]


def test_a_reporter_sees_their_own_newest_first(store: Store) -> None:
    _kept(store, "c1")
    _kept(store, "c2", created_at=NOON + timedelta(days=1), life=Life(state=State.CLOSED))
    _kept(store, "c3", reporter=BEN)
    with store.read() as unit:
        assert [concern.id for concern in unit.concerns.of_reporter(ANA)] == ["c2", "c1"]


def test_candidates_share_a_token_closest_first_and_never_the_concern_itself(store: Store) -> None:
    key = store.lookup_key
    _kept(store, "c1", tokens=child_tokens(key, "Invented", "Robertson", 2015))
    _kept(store, "c2", tokens=child_tokens(key, "Other", "Robertsen", 2010))
    _kept(store, "c3", tokens=child_tokens(key, "Invented", "Quince", 2013))
    asked = child_tokens(key, "Invented", "Robertson", 2015)
    with store.read() as unit:
        assert [concern.id for concern in unit.concerns.candidates(asked, exclude=ConcernId("none"))] == ["c1", "c2"]
        assert [concern.id for concern in unit.concerns.candidates(asked, exclude=C1)] == ["c2"]
        assert unit.concerns.candidates(NO_TOKENS, exclude=C1) == ()


def test_a_child_whose_name_is_learned_later_is_found_from_then_on(store: Store) -> None:
    _kept(store)
    tokens = child_tokens(store.lookup_key, "Invented", "Quince", None)
    with store.write() as unit:
        assert unit.concerns.candidates(tokens, exclude=C2) == ()
        unit.concerns.know_child(C1, tokens)
        unit.concerns.know_child(C1, tokens)
        assert [concern.id for concern in unit.concerns.candidates(tokens, exclude=C2)] == ["c1"]


def test_a_confirmed_link_shows_from_both_sides_and_can_be_taken_back(store: Store) -> None:
    _kept(store, "c1", "c2", "c3")
    with store.write() as unit:
        unit.concerns.link_child(C1, C2, BEN, NOON)
        unit.concerns.link_child(C1, C2, CAT, after(hours=1))
        assert [concern.id for concern in unit.concerns.linked_children(C1)] == ["c2"]
        assert [concern.id for concern in unit.concerns.linked_children(C2)] == ["c1"]
        unit.concerns.unlink_child(C2, C1)
        assert unit.concerns.linked_children(C1) == ()


def test_an_erased_concern_keeps_its_row_and_nothing_of_its_content(store: Store) -> None:
    tokens = child_tokens(store.lookup_key, "Invented", "Quince", 2015)
    _kept(store, tokens=tokens)
    with store.write() as unit:
        unit.audit.add("c1", "sent", ANA, "reporter", NOON)
        unit.concerns.erase(C1)
        unit.commit()
    with store.read() as unit:
        assert unit.concerns.read(C1) == (a_concern(), ())
        assert unit.concerns.candidates(tokens, exclude=C2) == ()
        assert unit.audit.verify("c1")
    with pytest.raises(SealBroken), store.write() as unit:
        unit.concerns.append(C1, "addition", ANA, "reporter", NOON, {})


@pytest.mark.parametrize(("id", "reference"), [("c1", "REF-new"), ("new", "REF-c1")])
def test_an_id_or_reference_is_given_once(store: Store, id: str, reference: str) -> None:  # noqa: A002
    _kept(store)
    with pytest.raises(AlreadyThere), store.write() as unit:
        unit.concerns.add(a_concern(id, reference=reference), RECORD, NO_TOKENS)


def test_an_unknown_concern_is_not_found(store: Store) -> None:
    with store.write() as unit:
        for ask in (unit.concerns.get, unit.concerns.read, unit.concerns.erase):
            with pytest.raises(NotFound):
                ask(C1)
        with pytest.raises(NotFound):
            unit.concerns.append(C1, "addition", ANA, "reporter", NOON, {})
        with pytest.raises(NotFound):
            unit.concerns.amend(C1, urgency=5)
        with pytest.raises(NotFound):
            unit.concerns.move(C1, 0, Life())
