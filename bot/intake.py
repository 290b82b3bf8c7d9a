"""The reporter's road: begin, answer, submit. Knows no channel.

One answer is one transaction: the entry, the finding it caused, at danger the concern with its alert rows, at the end
the concern with its plan. Rating may fail; alerting may not.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import unsent
from bot.access import Denied, may_report, require
from bot.judge import Judge, Judged, finding_of, judge_trail
from bot.places import Place, Places
from bot.seams import UNMEASURED, Clock, Measures, NewId, Nudge, Ticks, system_ticks
from bot.sending import Sending, Talk
from bot.spool import Press
from bot.steps import Ending, Gate, SettingFor
from dialogs.engine import (
    Accepted,
    Answered,
    NotOnPath,
    Position,
    Rejected,
    danger,
    from_json,
    present,
    receive,
    replay,
    road_of,
    screen_at,
    to_json,
    trail_of,
)
from dialogs.flow import NEXT, TELL
from dialogs.flows import CATALOGUE, latest
from dialogs.screens import Screen
from dialogs.setting import Setting
from storage.conversations import Worry
from storage.errors import NotFound
from storage.shapes import Actor, ConcernId, Conversation, ConversationId, Entry, Person, PersonId, School
from storage.unit import Store, UnitOfWork

SAME_PRESS = timedelta(minutes=1)
EMERGENCY = "emergency"
GONE = frozenset({"discarded", "expired"})
"""States of a conversation whose answers are erased."""


class Unanswered(ValueError):  # noqa: N818 - what the screen is, not what broke
    """A screen does not take an answer that nobody is there to mend. Names the screen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """Where a conversation stands: its revision, the screen to show, the screens on the path, how it ended.

    `unsaved`: the page that was sent was overtaken, and its words stand on the screen or wait where it says.
    """

    conversation: str
    revision: int
    screen: Screen
    path: tuple[str, ...]
    ended: str | None
    concern: str | None
    unsaved: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Intake:
    """The use cases of a conversation, whichever flow it follows. `endings` takes what other flows end in."""

    store: Store
    judge: Judge
    places: Places
    sending: Sending
    clock: Clock
    new_id: NewId
    nudge: Nudge
    gates: Mapping[str, Gate]
    settings_for: Mapping[str, SettingFor]
    endings: Mapping[str, Ending]
    measures: Measures = UNMEASURED
    ticks: Ticks = system_ticks

    def begin(self, person: str, flow: str = "concern", concern: str | None = None) -> Turn:
        """Start a conversation.

        Raises:
            Denied: the person may not report, or not about this concern.
        """
        with self.store.write() as unit:
            talk = self._begun(unit, PersonId(person), flow, None if concern is None else ConcernId(concern))
            turn = self._turn(unit, talk)
            unit.commit()
        return turn

    def press(self, press: Press) -> Turn:
        """*Danger now*: begin and answer the first screen in one transaction; the alert is out with it.

        A second press within a minute, before anything else was entered, is the same press. So is one with ids that
        stand already, however late it comes through.

        Raises:
            Denied: the person may not report.
        """
        with self._measured():
            return self._press(press)

    def _press(self, press: Press) -> Turn:
        with self.store.write() as unit:
            talk = self._of_press(unit, press) or self._pressed(unit, press) or self._started(unit, press)
            if talk.conversation.revision:
                return self._turn(unit, talk)
            turn = self._turn(unit, self._raised(unit, talk, press, press.at))
            unit.commit()
        self.nudge()
        return turn

    @contextmanager
    def _measured(self) -> Iterator[None]:
        """How long a turn took, if it ended well."""
        start = self.ticks()
        yield
        self.measures.turn(self.ticks() - start)

    def press_in(self, press: Press) -> Turn:
        """Danger as the answer of the first screen of a conversation that is open already.

        Raises:
            Denied: it is somebody else's conversation.
            NotFound: it was discarded, or has expired.
        """
        with self._measured():
            return self._press_in(press)

    def _press_in(self, press: Press) -> Turn:
        with self.store.write() as unit:
            talk = self._load(unit, press.person, press.conversation)
            if press.revision != talk.conversation.revision or talk.conversation.state != "open":
                return self._turn(unit, talk)
            turn = self._turn(unit, self._raised(unit, talk, press, press.at))
            unit.commit()
        self.nudge()
        return turn

    def replay(self, press: Press) -> None:
        """Write down a press that was kept while the database was away, once, however often this is called.

        The concern has the reference that was shown and the instant of the press; its plan begins now. Who may have
        left the directory since then has reported all the same.

        Raises:
            Denied: nobody knew the person at the press, and they may not report, or nobody does now.
            StoreError: the database is still away; nothing was written.
        """
        with self.store.write() as unit:
            talk = self._to_replay(unit, press)
            stands = self._stands(unit, talk, press)
            if not stands:
                talk = self._raised(unit, talk, press, self.clock())
            if (press.place or press.callback) and (not stands or _waits_for_place(talk, press)):
                self._placed(unit, talk, press)
            unit.commit()
        self.nudge()

    def _of_press(self, unit: UnitOfWork, press: Press) -> Talk | None:
        """The conversation that this very press has begun already."""
        try:
            return self._talk(unit, *self._own(unit, press.person, press.id))
        except Denied:
            return None

    def _pressed(self, unit: UnitOfWork, press: Press) -> Talk | None:
        """The conversation of the same press a moment ago, if that is all that was entered."""
        since = press.at - SAME_PRESS
        for one in unit.conversations.open_of(press.person):
            fresh = one.flow == "concern" and one.worry == "danger" and one.revision == 1 and one.touched_at >= since
            if fresh:
                return self._talk(unit, *unit.conversations.load(one.id))
        return None

    def _started(self, unit: UnitOfWork, press: Press) -> Talk:
        who = unit.people.today(press.person)
        self._permit(unit, who, "concern", None, press.at)
        return self._talk(unit, self._start(unit, who, "concern", (press.id, None), press.at), ())

    def _to_replay(self, unit: UnitOfWork, press: Press) -> Talk:
        """The conversation that the press was made in, if a concern can still come of it; else one of its own."""
        person, school = self._seat_of(unit, press)
        for one in dict.fromkeys((press.conversation, press.id)):
            with suppress(NotFound):
                found, entries = unit.conversations.load(one)
                if found.person == press.person and (found.state == "open" or found.concern is not None):
                    return self._talk_of(found, entries, person, self.places.at(school))
        begun = self._start(unit, person, "concern", (press.id, None), press.at)
        return self._talk_of(begun, (), person, self.places.at(school))

    def _seat_of(self, unit: UnitOfWork, press: Press) -> tuple[Person, School]:
        """Who pressed and where, as it was known at the press; unknown people are looked up, and the gate is asked."""
        if press.school:
            return self._once_known(unit, press), unit.people.school(press.school)
        try:
            who = unit.people.today(press.person)
        except NotFound:
            raise Denied("nobody_here") from None
        self._permit(unit, who, "concern", None, press.at)
        assert who.school is not None
        return who, unit.people.school(who.school)

    def _once_known(self, unit: UnitOfWork, press: Press) -> Person:
        try:
            return replace(unit.people.person(press.person), role=press.role)
        except NotFound:
            return Person(
                id=press.person, authority=press.authority, name="", email="", role=press.role, school=press.school
            )

    def _stands(self, unit: UnitOfWork, talk: Talk, press: Press) -> bool:
        """Whether the press is written down. One that only repeated an earlier danger has no concern of its own."""
        if unit.concerns.some([press.concern]):
            return True
        found = talk.conversation
        return found.concern is not None and (found.state != "open" or found.revision != press.revision)

    def _raised(self, unit: UnitOfWork, talk: Talk, press: Press, now: datetime) -> Talk:
        """Answer the first screen as pressed, at the press's instant; the concern's plan begins `now`."""
        talk, judged = self._answered(unit, talk, (talk.flow.start, {"what": press.what}), press.at)
        if talk.conversation.concern is not None:
            self.sending.keep_up(unit, talk, judged, talk.flow.start, now)
            return talk
        concern = self.sending.alert_of(unit, talk, judged, press, now)
        unit.conversations.set_concern(talk.conversation.id, concern)
        return replace(talk, conversation=replace(talk.conversation, concern=concern))

    def _placed(self, unit: UnitOfWork, talk: Talk, press: Press) -> None:
        """Answer the emergency screen too; a number that is none stands beside the place, so that it isn't lost."""
        whole = {"place": press.place, "callback": press.callback}
        together = {"place": f"{press.place} {press.callback}".strip()}
        for raw in (whole, together):
            try:
                talk, judged = self._answered(unit, talk, (EMERGENCY, raw), self.clock())
            except Unanswered:
                continue
            self.sending.keep_up(unit, talk, judged, EMERGENCY, self.clock())
            return

    def _answered(
        self, unit: UnitOfWork, talk: Talk, given: tuple[str, Mapping[str, object]], at: datetime
    ) -> tuple[Talk, Judged]:
        """Keep an answer of a screen that nobody has to see.

        Raises:
            Unanswered: the screen does not take it.
        """
        screen, raw = given
        received = receive(talk.flow, talk.trail, screen, raw, "next", self._setting(unit, talk))
        if isinstance(received, Rejected):
            raise Unanswered(screen)
        talk, judged, answered = self._judged(talk, received, at)
        return self._save(unit, talk, answered, at), judged

    def _begun(self, unit: UnitOfWork, person: PersonId, flow: str, concern: ConcernId | None) -> Talk:
        now = self.clock()
        who = unit.people.today(person)
        self._permit(unit, who, flow, concern, now)
        left = None if concern is None else self._left_midway(unit, who, flow, concern)
        if left is not None:
            return self._talk(unit, *unit.conversations.load(left))
        return self._talk(unit, self._start(unit, who, flow, (ConversationId(self.new_id()), concern), now), ())

    def _left_midway(self, unit: UnitOfWork, who: Person, flow: str, concern: ConcernId) -> ConversationId | None:
        """What this person began of the same about the concern and did not end, unless that has moved on since."""
        life = unit.concerns.get(concern).life
        ends = [one for one in (life.decided_at, life.closed_at) if one is not None]
        for one in unit.conversations.open_of(who.id):
            same = one.flow == flow and one.concern == concern
            if (
                same
                and (one.revision or unit.conversations.typed(one.id))
                and one.started_at >= max(ends, default=one.started_at)
            ):
                return one.id
        return None

    def _start(
        self, unit: UnitOfWork, who: Person, flow: str, ids: tuple[ConversationId, ConcernId | None], now: datetime
    ) -> Conversation:
        """A fresh conversation with its id, about a concern or none."""
        chosen, (own, concern) = latest(flow), ids
        conversation = Conversation(
            id=own, person=who.id, flow=chosen.name, flow_version=chosen.version,
            revision=0, state="open", worry="none", concern=concern, started_at=now, touched_at=now,
        )  # fmt: skip
        unit.conversations.start(conversation)
        unit.audit.add(conversation.id, "conversation_started", who.id, who.role, now, {"flow": flow})
        return conversation

    def _permit(self, unit: UnitOfWork, who: Person, flow: str, concern: ConcernId | None, now: datetime) -> None:
        gate = self.gates.get(flow)
        if gate is not None:
            gate(unit, who, concern, now)
        elif flow != "concern" or concern is not None:
            # A named concern would be written over, and would keep a danger alert from being made.
            raise Denied("no_such_beginning")
        elif who.school is None:
            raise Denied("no_school")
        else:
            require(may_report(who, unit.people.school(who.school)))

    def show(self, person: str, conversation: str, screen: str | None = None) -> Turn:
        """The present screen, or an earlier one of the path in order to change it.

        Raises:
            Denied: it is somebody else's conversation.
            NotFound: it was discarded, or has expired.
        """
        with self.store.read() as unit:
            return self._turn(unit, self._load(unit, person, conversation), screen)

    def answer(
        self, person: str, conversation: str, revision: int, screen: str, raw: Mapping[str, object], action: str
    ) -> Turn:
        """Take the answers of one screen.

        A stale, repeated or forged step changes nothing and gives the present screen; a refused answer gives the same
        screen with its errors and everything that was typed.

        Raises:
            Denied: it is somebody else's conversation.
            NotFound: it was discarded, or has expired.
        """
        with self._measured():
            return self._answer(person, conversation, revision, screen, raw, action)

    def _answer(
        self, person: str, conversation: str, revision: int, screen: str, raw: Mapping[str, object], action: str
    ) -> Turn:
        with self.store.write() as unit:
            talk = self._load(unit, person, conversation)
            if revision != talk.conversation.revision or talk.conversation.state != "open":
                return self._overtaken(unit, talk, screen, raw)
            setting = self._setting(unit, talk)
            try:
                received = receive(talk.flow, talk.trail, screen, raw, action, setting)
            except NotOnPath:
                return self._turn(unit, talk)
            if isinstance(received, Rejected):
                self._keep_if_it_fits(unit, talk, screen, raw)
                turn = self._refused(talk, setting, screen, received)
                unit.commit()
                return turn
            if received.answered.action == TELL.id:
                self._tell_where(unit, talk, received)
                unsent.keep(unit, talk, screen, raw, self.clock())
                turn = self._turn(unit, talk, screen)
                turn = replace(turn, screen=unsent.added_to_alert(turn.screen, self.places.words))
            else:
                turn = self._accept(unit, talk, setting, received)
            unit.commit()
        self.nudge()
        return turn

    def _overtaken(self, unit: UnitOfWork, talk: Talk, screen: str, raw: Mapping[str, object]) -> Turn:
        """The present screen. What the page held and nobody has yet is kept and shown back, or handed back at least."""
        if unsent.is_taken(talk, screen, raw):
            return self._turn(unit, talk)
        words = self.places.words
        if talk.conversation.state == "open" and screen in replay(talk.flow, talk.trail).path:
            self._keep_if_it_fits(unit, talk, screen, raw)
            unit.commit()
            turn = self._turn(unit, talk)
            return replace(turn, screen=unsent.told_of(turn.screen, screen, words), unsaved=True)
        turn = self._turn(unit, talk)
        return replace(turn, screen=unsent.handed_back(turn.screen, raw, words), unsaved=True)

    def _keep_if_it_fits(self, unit: UnitOfWork, talk: Talk, screen: str, raw: Mapping[str, object]) -> None:
        """More than a draft may hold is shown back all the same, this once."""
        with suppress(ValueError):
            unsent.keep(unit, talk, screen, raw, self.clock())

    def keep(self, person: str, conversation: str, screen: str, raw: Mapping[str, object]) -> None:
        """Keep, sealed, what stands in a page that is left without being sent; a draft that has ended keeps nothing.

        Raises:
            Denied: it is somebody else's conversation.
            NotFound: it was discarded, or has expired.
            ValueError: more than a draft may hold.
        """
        with self.store.write() as unit:
            talk = self._load(unit, person, conversation)
            if talk.conversation.state == "open" and screen in replay(talk.flow, talk.trail).path:
                # What the answer holds already is not kept a second time.
                unsent.keep(unit, talk, screen, {} if unsent.is_taken(talk, screen, raw) else raw, self.clock())
                if screen == EMERGENCY and talk.conversation.concern is not None:
                    self._left_where(unit, talk, raw)
                unit.commit()

    def _left_where(self, unit: UnitOfWork, talk: Talk, raw: Mapping[str, object]) -> None:
        """Who runs to the child needs the place, though whoever wrote it went away without pressing anything."""
        whole = {"place": raw.get("place"), "callback": raw.get("callback")}
        together = {"place": " ".join(str(one) for one in whole.values() if one)}
        for entered in (whole, together) if together["place"] else ():
            received = receive(talk.flow, talk.trail, EMERGENCY, entered, NEXT.id, self._setting(unit, talk))
            if isinstance(received, Accepted):
                self._tell_where(unit, talk, received)
                return

    def _tell_where(self, unit: UnitOfWork, talk: Talk, received: Accepted) -> None:
        """Where the child is and how to ring back stands in the concern; the conversation stays where it is."""
        now = self.clock()
        talk, judged, answered = self._judged(talk, received, now)
        self.sending.keep_up(unit, talk, judged, answered.screen, now)

    def about(self, person: str, conversation: str) -> str | None:
        """The concern that a conversation is about, or wrote; None if there is none yet.

        Raises:
            Denied: it is somebody else's conversation.
        """
        with self.store.read() as unit:
            return self._own(unit, person, conversation)[0].concern

    def discard(self, person: str, conversation: str) -> None:
        """Delete a draft; what was alerted already stays, and a second press changes nothing."""
        with self.store.write() as unit:
            found, _ = self._own(unit, person, conversation)
            if found.state != "open":
                return
            who = unit.people.today(found.person)
            unit.conversations.discard(found.id)
            unit.audit.add(found.id, "discarded", who.id, who.role, self.clock(), {})
            unit.commit()

    def _load(self, unit: UnitOfWork, person: str, conversation: str) -> Talk:
        found, entries = self._own(unit, person, conversation)
        if found.state in GONE:
            # Its answers are erased: the first screen would stand there again, and take nothing.
            raise NotFound(f"conversation {found.id} is {found.state}")
        return self._talk(unit, found, entries)

    def _own(self, unit: UnitOfWork, person: str, conversation: str) -> tuple[Conversation, tuple[Entry, ...]]:
        try:
            found, entries = unit.conversations.load(ConversationId(conversation))
        except NotFound:
            raise Denied("no_such_conversation") from None
        if found.person != person:
            raise Denied("somebody_elses")
        if (found.flow, found.flow_version) not in CATALOGUE:
            raise Denied("no_such_conversation")
        return found, entries

    def _talk(self, unit: UnitOfWork, conversation: Conversation, entries: tuple[Entry, ...]) -> Talk:
        person, school = self.places.rolls.seat(unit.people, conversation.person)
        return self._talk_of(conversation, entries, person, self._place(unit, school, conversation))

    def _talk_of(self, conversation: Conversation, entries: tuple[Entry, ...], person: Person, place: Place) -> Talk:
        flow = CATALOGUE[(conversation.flow, conversation.flow_version)]
        return Talk(
            conversation=conversation,
            flow=flow,
            trail=road_of(flow, trail_of([from_json(entry.content) for entry in entries])),
            person=person,
            place=place,
        )

    def _place(self, unit: UnitOfWork, school: School | None, conversation: Conversation) -> Place:
        if school is not None:
            return self.places.at(school)
        if conversation.concern is None:
            raise Denied("no_school")
        return self.places.of(unit, unit.concerns.get(conversation.concern).school)

    def _setting(self, unit: UnitOfWork, talk: Talk) -> Setting:
        special = self.settings_for.get(talk.flow.name)
        if special is not None:
            return special(unit, talk)
        return self.places.setting(unit, talk.place, talk.person, self.clock())

    def _turn(self, unit: UnitOfWork, talk: Talk, screen: str | None = None) -> Turn:
        setting = self._setting(unit, talk)
        position, drawn = present(talk.flow, talk.trail, setting)
        if screen in position.path:
            drawn = screen_at(talk.flow, talk.trail, screen, setting)
        return _turn(talk.conversation, position, unsent.shown(unit, talk.conversation.id, drawn))

    def _refused(self, talk: Talk, setting: Setting, screen: str, received: Rejected) -> Turn:
        drawn = screen_at(talk.flow, talk.trail, screen, setting, kept=received.kept, errors=received.errors)
        return _turn(talk.conversation, replay(talk.flow, talk.trail), drawn)

    def _accept(self, unit: UnitOfWork, talk: Talk, setting: Setting, received: Accepted) -> Turn:
        now = self.clock()
        talk, judged, answered = self._judged(talk, received, now)
        talk = self._save(unit, talk, answered, now)
        talk = self._alert_at_danger(unit, talk, judged, answered.screen, now)
        return self._end_or_turn(unit, talk, setting, judged, now)

    def _judged(self, talk: Talk, received: Accepted, now: datetime) -> tuple[Talk, Judged, Answered]:
        """The talk with the answer and what was found by it."""
        ahead = road_of(talk.flow, talk.trail).with_answer(received.answered)
        judged = judge_trail(self.judge, talk.flow, ahead, talk.place.authority, talk.place.today(now))
        answered = replace(received.answered, finding=finding_of(judged, ahead, self.judge.vocabulary.danger_words))
        return replace(talk, trail=ahead.with_answer(answered)), judged, answered

    def _save(self, unit: UnitOfWork, talk: Talk, answered: Answered, now: datetime) -> Talk:
        before = talk.conversation
        entry = Entry(revision=before.revision + 1, screen=answered.screen, at=now, content=to_json(answered))
        worry = _worry(talk, answered)
        unit.conversations.append(before.id, before.revision, entry, worry, Actor(talk.person.id, talk.person.role))
        unsent.drop(unit, before.id, answered.screen)
        return replace(talk, conversation=replace(before, revision=entry.revision, worry=worry, touched_at=now))

    def _alert_at_danger(self, unit: UnitOfWork, talk: Talk, judged: Judged, screen: str, now: datetime) -> Talk:
        if talk.flow.name != "concern":
            return talk
        if talk.conversation.concern is not None:
            self.sending.keep_up(unit, talk, judged, screen, now)
            return talk
        if danger(talk.trail) is None:
            return talk
        concern = self.sending.alert(unit, talk, judged, now)
        unit.conversations.set_concern(talk.conversation.id, concern)
        return replace(talk, conversation=replace(talk.conversation, concern=concern))

    def _end_or_turn(self, unit: UnitOfWork, talk: Talk, setting: Setting, judged: Judged, now: datetime) -> Turn:
        position = replay(talk.flow, talk.trail)
        if position.ended is None:
            drawn = unsent.shown(unit, talk.conversation.id, present(talk.flow, talk.trail, setting)[1])
            return _turn(talk.conversation, position, drawn)
        if talk.flow.name == "concern":
            concern: ConcernId | None = self.sending.send(unit, talk, judged, now)
        else:
            self.endings[talk.flow.name](unit, talk, now)
            concern = talk.conversation.concern
        conversation = replace(talk.conversation, concern=concern, state="sent")
        unit.conversations.finish(conversation.id, conversation.revision, "sent", concern)
        drawn = screen_at(talk.flow, talk.trail, position.screen, self._setting(unit, talk))
        return _turn(conversation, position, drawn)


def _turn(conversation: Conversation, position: Position, screen: Screen) -> Turn:
    return Turn(
        conversation=conversation.id,
        revision=conversation.revision,
        screen=screen,
        path=position.path,
        ended=position.ended,
        concern=conversation.concern,
    )


def _waits_for_place(talk: Talk, press: Press) -> bool:
    """Whether nothing was entered after the press, so that its emergency screen still stands open."""
    found = talk.conversation
    return found.state == "open" and found.revision == press.revision + 1


def _worry(talk: Talk, answered: Answered) -> Worry:
    if danger(talk.trail) is not None:
        return "danger"
    if answered.finding.section_47:
        return "grave"
    return "danger_word" if answered.finding.danger_words else talk.conversation.worry
