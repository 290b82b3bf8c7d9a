"""Drafts: a revision is taken once, an answer comes back as it went in, what ends is erased."""

from typing import Any

import pytest

from storage.errors import AlreadyThere, NotFound, StaleRevision
from storage.shapes import ConcernId, ConversationId
from storage.unit import Store
from tests.storage.rows import ANA, BEN, BY_ANA, NOON, a_conversation, after, an_entry

V1 = ConversationId("v1")


def _with_answers(store: Store, id: str = "v1", answers: int = 2, **changes: Any) -> None:  # noqa: A002
    worry, at = changes.pop("worry", "none"), changes.pop("at", NOON)
    with store.write() as unit:
        unit.conversations.start(a_conversation(id, touched_at=at, **changes))
        for revision in range(1, answers + 1):
            entry = an_entry(revision, screen=f"screen_{revision}", at=at, saw=f"answer {revision}")
            unit.conversations.append(ConversationId(id), revision - 1, entry, worry, BY_ANA)
        unit.commit()


def test_answers_come_back_in_the_order_of_their_revisions(store: Store) -> None:
    _with_answers(store, answers=3)
    with store.read() as unit:
        conversation, entries = unit.conversations.load(V1)
    assert conversation.revision == 3
    assert [entry.revision for entry in entries] == [1, 2, 3]
    assert [entry.content["saw"] for entry in entries] == ["answer 1", "answer 2", "answer 3"]


def test_a_conversation_comes_back_as_it_was_started(store: Store) -> None:
    started = a_conversation(touched_at=after(microseconds=7))
    with store.write() as unit:
        unit.conversations.start(started)
        unit.commit()
    with store.read() as unit:
        assert unit.conversations.get(V1) == started
        assert unit.conversations.load(V1) == (started, ())


def test_appending_moves_revision_worry_and_time(store: Store) -> None:
    _with_answers(store, answers=0)
    with store.write() as unit:
        unit.conversations.append(V1, 0, an_entry(1, at=after(minutes=5)), "grave", BY_ANA)
        unit.commit()
    with store.read() as unit:
        moved = unit.conversations.get(V1)
    assert (moved.revision, moved.worry, moved.touched_at) == (1, "grave", after(minutes=5))


def test_an_answer_stands_in_the_log_by_screen_and_revision_and_whoever_gave_it(store: Store) -> None:
    _with_answers(store, answers=2)
    with store.read() as unit:
        lines = unit.audit.entries(V1)
        assert [(line.kind, line.by, line.role) for line in lines] == [("answered", ANA, "reporter")] * 2
        assert [dict(line.about) for line in lines] == [
            {"screen": f"screen_{revision}", "revision": revision} for revision in (1, 2)
        ]
        assert unit.audit.verify(V1)


def test_an_answer_joins_a_chain_that_somebody_added_to_behind_the_units_back(store: Store) -> None:
    _with_answers(store, answers=1)
    with store.write() as unit:
        unit.conversations.load(V1)
        unit.audit.know(V1, (0, ""))
        unit.conversations.append(V1, 1, an_entry(2), "none", BY_ANA)
        unit.commit()
    with store.read() as unit:
        assert [line.number for line in unit.audit.entries(V1)] == [1, 2]
        assert unit.audit.verify(V1)
        assert len(unit.conversations.load(V1)[1]) == 2


def test_an_answer_that_comes_too_late_leaves_no_line_in_the_log(store: Store) -> None:
    _with_answers(store, answers=1)
    with store.write() as unit:
        with pytest.raises(StaleRevision):
            unit.conversations.append(V1, 0, an_entry(1), "none", BY_ANA)
        unit.commit()
    with store.read() as unit:
        assert len(unit.audit.entries(V1)) == 1


def test_loading_says_which_directory_stands(store: Store) -> None:
    _with_answers(store, answers=2)
    numbers = []
    for _ in range(2):
        with store.write() as unit:
            unit.conversations.load(V1)
            numbers.append(unit.people.version())
            unit.people.replace("ealing", (), (), ())
            assert unit.people.version() == numbers[-1] + 1
            unit.commit()
    assert numbers == [0, 1]


def test_the_same_revision_is_taken_only_once(store: Store) -> None:
    _with_answers(store, answers=1)
    with pytest.raises(StaleRevision), store.write() as unit:
        unit.conversations.append(V1, 0, an_entry(1, saw="a double click"), "none", BY_ANA)
    with store.read() as unit:
        _, entries = unit.conversations.load(V1)
    assert [entry.content["saw"] for entry in entries] == ["answer 1"]


def test_an_entry_with_a_gap_before_it_is_refused(store: Store) -> None:
    _with_answers(store, answers=1)
    with pytest.raises(ValueError, match="can't follow"), store.write() as unit:
        unit.conversations.append(V1, 1, an_entry(3), "none", BY_ANA)


@pytest.mark.parametrize("state", ["sent", "discarded", "expired"])
def test_nothing_is_appended_to_a_conversation_that_ended(store: Store, state: Any) -> None:
    _with_answers(store, answers=1)
    with store.write() as unit:
        unit.conversations.finish(V1, 1, state, None)
        unit.commit()
    with pytest.raises(StaleRevision), store.write() as unit:
        unit.conversations.append(V1, 1, an_entry(2), "none", BY_ANA)


def test_a_sent_conversation_keeps_its_answers_and_names_its_concern(store: Store) -> None:
    _with_answers(store, answers=2)
    with store.write() as unit:
        unit.conversations.finish(V1, 2, "sent", ConcernId("c1"))
        unit.commit()
    with store.read() as unit:
        conversation, entries = unit.conversations.load(V1)
    assert (conversation.state, conversation.concern, len(entries)) == ("sent", "c1", 2)


def test_a_conversation_is_finished_only_at_the_revision_that_was_seen(store: Store) -> None:
    _with_answers(store, answers=2)
    with pytest.raises(StaleRevision), store.write() as unit:
        unit.conversations.finish(V1, 1, "sent", None)


def test_a_concern_set_early_survives_a_finish_without_one(store: Store) -> None:
    _with_answers(store, answers=1)
    with store.write() as unit:
        unit.conversations.set_concern(V1, ConcernId("c9"))
        unit.conversations.finish(V1, 1, "sent", None)
        unit.commit()
    with store.read() as unit:
        assert unit.conversations.get(V1).concern == "c9"


def test_a_discarded_conversation_loses_its_answers(store: Store) -> None:
    _with_answers(store, answers=2)
    with store.write() as unit:
        unit.conversations.discard(V1)
        unit.commit()
    with store.read() as unit:
        conversation, entries = unit.conversations.load(V1)
    assert (conversation.state, entries) == ("discarded", ())


def test_only_what_was_left_alone_since_then_expires(store: Store) -> None:
    _with_answers(store, "old", at=NOON)
    _with_answers(store, "young", at=after(days=7))
    with store.write() as unit:
        assert unit.conversations.expire(after(days=1)) == ("old",)
        unit.commit()
    with store.read() as unit:
        assert unit.conversations.load(ConversationId("old"))[1] == ()
        assert unit.conversations.get(ConversationId("old")).state == "expired"
        assert len(unit.conversations.load(ConversationId("young"))[1]) == 2


def test_idle_drafts_are_named_only_if_an_answer_worries(store: Store) -> None:
    _with_answers(store, "calm")
    _with_answers(store, "grave", worry="grave")
    _with_answers(store, "fresh", worry="danger", at=after(hours=1))
    with store.read() as unit:
        idle = unit.conversations.idle_worried(after(minutes=15))
    assert [conversation.id for conversation in idle] == ["grave"]


def test_a_person_takes_up_only_their_own_open_drafts_latest_first(store: Store) -> None:
    _with_answers(store, "first")
    _with_answers(store, "second", at=after(hours=1))
    _with_answers(store, "other", person=BEN)
    _with_answers(store, "gone")
    with store.write() as unit:
        unit.conversations.discard(ConversationId("gone"))
        unit.commit()
    with store.read() as unit:
        assert [conversation.id for conversation in unit.conversations.open_of(ANA)] == ["second", "first"]


def test_an_unknown_conversation_is_not_found(store: Store) -> None:
    with store.write() as unit:
        for ask in (unit.conversations.get, unit.conversations.load, unit.conversations.discard):
            with pytest.raises(NotFound):
                ask(V1)
        with pytest.raises(NotFound):
            unit.conversations.append(V1, 0, an_entry(1), "none", BY_ANA)
        with pytest.raises(NotFound):
            unit.conversations.set_concern(V1, ConcernId("c1"))


def test_a_taken_id_is_refused(store: Store) -> None:
    _with_answers(store, answers=0)
    with pytest.raises(AlreadyThere), store.write() as unit:
        unit.conversations.start(a_conversation())


def test_answers_can_be_added_right_after_the_start_in_one_unit(store: Store) -> None:
    _with_answers(store, answers=1)
    with store.read() as unit:
        assert unit.conversations.load(V1)[1][0].content == {"saw": "answer 1"}


def test_what_was_typed_and_not_taken_is_kept_page_by_page_and_bounded(store: Store) -> None:
    _with_answers(store)
    with store.write() as unit:
        unit.conversations.load(V1)
        unit.conversations.keep_typed(V1, {f"page{number}": {"saw": "half"} for number in range(25)})
        unit.commit()
    with store.read() as unit:
        kept = unit.conversations.typed(V1)
    assert list(kept) == [f"page{number}" for number in range(5, 25)]
    with store.write() as unit:
        with pytest.raises(ValueError, match="bytes typed"):
            unit.conversations.keep_typed(V1, {"page1": {"saw": "x" * 250_000}})
        unit.conversations.keep_typed(V1, {})
        unit.commit()
    with store.read() as unit:
        assert unit.conversations.typed(V1) == {}
