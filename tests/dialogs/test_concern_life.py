"""The life of a concern: every state with every event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialogs.concern import (
    ALLOWED,
    Event,
    Had,
    Happening,
    Life,
    NotAllowed,
    State,
    advance,
    had,
    held,
    holding,
    worker_has,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
S, E = State, Event

TABLE: dict[tuple[State, Event], State | None] = {
    (S.SENT, E.OPENED): S.SENT,
    (S.HAD, E.OPENED): S.HAD,
    (S.DECIDED, E.OPENED): S.DECIDED,
    (S.CLOSED, E.OPENED): S.CLOSED,
    (S.SENT, E.HAD_BY_LEAD): S.HAD,
    (S.HAD, E.HAD_BY_LEAD): S.HAD,
    (S.DECIDED, E.HAD_BY_LEAD): None,
    (S.CLOSED, E.HAD_BY_LEAD): None,
    (S.SENT, E.HAD_BY_SOCIAL_WORKER): S.SENT,
    (S.HAD, E.HAD_BY_SOCIAL_WORKER): S.HAD,
    (S.DECIDED, E.HAD_BY_SOCIAL_WORKER): None,
    (S.CLOSED, E.HAD_BY_SOCIAL_WORKER): None,
    (S.SENT, E.HANDED_OVER): None,
    (S.HAD, E.HANDED_OVER): S.HAD,
    (S.DECIDED, E.HANDED_OVER): None,
    (S.CLOSED, E.HANDED_OVER): None,
    (S.SENT, E.HANDED_OVER_BY_SOCIAL_WORKER): S.SENT,
    (S.HAD, E.HANDED_OVER_BY_SOCIAL_WORKER): S.HAD,
    (S.DECIDED, E.HANDED_OVER_BY_SOCIAL_WORKER): None,
    (S.CLOSED, E.HANDED_OVER_BY_SOCIAL_WORKER): None,
    (S.SENT, E.GIVEN_BACK): None,
    (S.HAD, E.GIVEN_BACK): S.SENT,
    (S.DECIDED, E.GIVEN_BACK): None,
    (S.CLOSED, E.GIVEN_BACK): None,
    (S.SENT, E.GIVEN_BACK_BY_SOCIAL_WORKER): S.SENT,
    (S.HAD, E.GIVEN_BACK_BY_SOCIAL_WORKER): S.HAD,
    (S.DECIDED, E.GIVEN_BACK_BY_SOCIAL_WORKER): None,
    (S.CLOSED, E.GIVEN_BACK_BY_SOCIAL_WORKER): None,
    (S.SENT, E.EXPIRED): None,
    (S.HAD, E.EXPIRED): S.SENT,
    (S.DECIDED, E.EXPIRED): None,
    (S.CLOSED, E.EXPIRED): None,
    (S.SENT, E.RAISED): S.SENT,
    (S.HAD, E.RAISED): S.SENT,
    (S.DECIDED, E.RAISED): None,
    (S.CLOSED, E.RAISED): None,
    (S.SENT, E.DECIDED): S.DECIDED,
    (S.HAD, E.DECIDED): S.DECIDED,
    (S.DECIDED, E.DECIDED): None,
    (S.CLOSED, E.DECIDED): None,
    (S.SENT, E.CLOSED): None,
    (S.HAD, E.CLOSED): None,
    (S.DECIDED, E.CLOSED): S.CLOSED,
    (S.CLOSED, E.CLOSED): None,
    (S.SENT, E.REOPENED): None,
    (S.HAD, E.REOPENED): None,
    (S.DECIDED, E.REOPENED): S.SENT,
    (S.CLOSED, E.REOPENED): S.SENT,
    (S.SENT, E.PROGRAMME_ENDED): S.SENT,
    (S.HAD, E.PROGRAMME_ENDED): S.HAD,
    (S.DECIDED, E.PROGRAMME_ENDED): S.DECIDED,
    (S.CLOSED, E.PROGRAMME_ENDED): None,
}


def happening(event: Event, until: datetime | None = LATER) -> Happening:
    """The event, now, by an invented person."""
    return Happening(event=event, at=NOW, person="p1", until=until)


def test_the_table_covers_every_state_with_every_event() -> None:
    assert set(TABLE) == {(state, event) for state in State for event in Event}
    assert set(ALLOWED) == set(Event)


@pytest.mark.parametrize(("state", "event", "after"), [(*key, after) for key, after in TABLE.items()])
def test_an_event_leads_from_its_state_to_the_next_or_is_refused(
    state: State, event: Event, after: State | None
) -> None:
    life = Life(state=state, version=4)
    if after is None:
        with pytest.raises(NotAllowed):
            advance(life, happening(event))
        return
    moved = advance(life, happening(event))
    assert (moved.state, moved.version) == (after, 5)


def test_opening_holds_and_never_shortens_an_earlier_hold() -> None:
    long = advance(Life(), happening(E.OPENED, NOW + timedelta(hours=1)))
    short = advance(long, happening(E.OPENED))
    assert short.held_until == NOW + timedelta(hours=1)
    assert held(short, NOW)
    assert not held(short, NOW + timedelta(hours=1))


def test_the_first_opening_stays_the_moment_it_was_seen() -> None:
    first = advance(Life(), happening(E.OPENED))
    again = advance(first, Happening(event=E.OPENED, at=LATER, person="p2"))
    assert again.seen_at == NOW


def test_a_social_workers_press_stands_nobody_down() -> None:
    life = advance(Life(), happening(E.HAD_BY_SOCIAL_WORKER))
    assert life.social_worker == Had(person="p1", until=LATER)
    assert not had(life, NOW)


def test_a_leads_press_counts_until_it_expires() -> None:
    life = advance(Life(), happening(E.HAD_BY_LEAD))
    assert had(life, NOW)
    assert not had(life, LATER)
    assert not held(Life(), NOW)


def test_expiry_sends_the_chain_on_but_keeps_what_was_seen() -> None:
    life = replace(advance(Life(), happening(E.HAD_BY_LEAD)), seen_at=NOW)
    after = advance(life, happening(E.EXPIRED))
    assert (after.lead, after.held_until, after.seen_at) == (None, None, NOW)


def test_what_was_raised_is_neither_held_nor_had() -> None:
    life = advance(advance(Life(), happening(E.OPENED)), happening(E.HAD_BY_LEAD))
    raised = advance(life, happening(E.RAISED))
    assert (raised.state, raised.lead, raised.held_until, raised.seen_at) == (S.SENT, None, None, NOW)


def test_reopening_starts_afresh() -> None:
    closed = Life(state=S.CLOSED, lead=Had(person="p1", until=NOW), closed_at=NOW, held_until=LATER)
    again = advance(closed, happening(E.REOPENED))
    assert (again.lead, again.social_worker, again.closed_at, again.held_until) == (None, None, None, None)


def test_deciding_and_closing_remember_when() -> None:
    decided = advance(Life(), happening(E.DECIDED))
    assert decided.decided_at == NOW
    assert advance(decided, happening(E.CLOSED)).closed_at == NOW


def test_handing_over_leaves_no_gap_and_the_next_holder_has_an_own_time() -> None:
    life = advance(Life(), happening(E.HAD_BY_LEAD))
    later = LATER + timedelta(minutes=5)
    over = advance(life, Happening(event=E.HANDED_OVER, at=NOW, person="p2", until=later))
    assert (over.state, over.lead) == (S.HAD, Had(person="p2", until=later))


def test_what_a_lead_gives_back_is_neither_held_nor_had() -> None:
    life = advance(advance(Life(), happening(E.OPENED)), happening(E.HAD_BY_LEAD))
    back = advance(life, happening(E.GIVEN_BACK))
    assert (back.state, back.lead, back.held_until, back.seen_at) == (S.SENT, None, None, NOW)


def test_a_social_worker_hands_over_and_gives_back_beside_the_lead() -> None:
    life = advance(advance(Life(), happening(E.HAD_BY_LEAD)), happening(E.HAD_BY_SOCIAL_WORKER))
    over = advance(life, Happening(event=E.HANDED_OVER_BY_SOCIAL_WORKER, at=NOW, person="p2", until=LATER))
    back = advance(over, happening(E.GIVEN_BACK_BY_SOCIAL_WORKER))
    assert (over.social_worker, back.social_worker) == (Had(person="p2", until=LATER), None)
    assert had(back, NOW)


def test_who_has_it_is_known_in_which_seat_and_until_when() -> None:
    life = advance(Life(), happening(E.HAD_BY_LEAD))
    both = advance(life, Happening(event=E.HAD_BY_SOCIAL_WORKER, at=NOW, person="p2", until=LATER))
    assert holding(both, "p1", NOW) == ("lead", Had(person="p1", until=LATER))
    assert holding(both, "p2", NOW) == ("social_worker", Had(person="p2", until=LATER))
    assert [holding(both, one, LATER) for one in ("p1", "p2")] == [None, None]
    assert holding(both, "p3", NOW) is None
    assert worker_has(both, NOW)
    assert not worker_has(advance(both, happening(E.DECIDED)), NOW)


def test_the_programmes_end_takes_the_social_workers_press_and_leaves_the_leads() -> None:
    both = advance(advance(Life(), happening(E.HAD_BY_LEAD)), happening(E.HAD_BY_SOCIAL_WORKER))
    ended = advance(both, happening(E.PROGRAMME_ENDED))
    assert (ended.social_worker, ended.lead) == (None, both.lead)
