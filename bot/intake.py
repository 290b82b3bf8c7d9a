"""The reporter's road: begin, answer, submit. Knows no channel.

One answer is one transaction: the entry, the finding it caused, at danger the concern with its alert rows, at the end
the concern with its plan. Rating may fail; alerting may not.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.access import Denied, may_report, require
from bot.judge import Judge, Judged, finding_of, judge_trail
from bot.places import Place, Places
from bot.seams import UNMEASURED, Clock, Measures, NewId, Nudge, Ticks, system_ticks
from bot.sending import Sending, Talk
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
from dialogs.flows import CATALOGUE, latest
from dialogs.screens import Screen
from dialogs.setting import Setting
from storage.conversations import Worry
from storage.errors import NotFound
from storage.shapes import ConcernId, Conversation, ConversationId, Entry, Person, PersonId, School
from storage.unit import Store, UnitOfWork

DANGER_PRESS = {"what": "help_now"}
SAME_PRESS = timedelta(minutes=1)
GONE = frozenset({"discarded", "expired"})
"""States of a conversation whose answers are erased."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """Where a conversation stands: its revision, the screen to show, the screens on the path, how it ended."""

    conversation: str
    revision: int
    screen: Screen
    path: tuple[str, ...]
    ended: str | None
    concern: str | None


@dataclass(kw_only=True, slots=True)
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

    def danger(self, person: str) -> Turn:
        """*Danger now*: begin and answer *a child needs help right now* in one transaction; the alert is out with it.

        A second press within a minute, before anything else was entered, is the same press.

        Raises:
            Denied: the person may not report.
        """
        with self._measured():
            return self._danger(person)

    def _danger(self, person: str) -> Turn:
        with self.store.write() as unit:
            talk = self._pressed(unit, PersonId(person)) or self._begun(unit, PersonId(person), "concern", None)
            if talk.conversation.revision:
                return self._turn(unit, talk)
            setting = self._setting(unit, talk)
            received = receive(talk.flow, talk.trail, talk.flow.start, DANGER_PRESS, "next", setting)
            assert isinstance(received, Accepted)
            turn = self._accept(unit, talk, setting, received)
            unit.commit()
        self.nudge()
        return turn

    @contextmanager
    def _measured(self) -> Iterator[None]:
        """How long a turn took, if it ended well."""
        start = self.ticks()
        yield
        self.measures.turn(self.ticks() - start)

    def _pressed(self, unit: UnitOfWork, person: PersonId) -> Talk | None:
        """The conversation of a press a moment ago, if that is all that was entered."""
        since = self.clock() - SAME_PRESS
        for one in unit.conversations.open_of(person):
            fresh = one.flow == "concern" and one.worry == "danger" and one.revision == 1 and one.touched_at >= since
            if fresh:
                return self._talk(unit, *unit.conversations.load(one.id))
        return None

    def _begun(self, unit: UnitOfWork, person: PersonId, flow: str, concern: ConcernId | None) -> Talk:
        now = self.clock()
        who = unit.people.today(person)
        self._permit(unit, who, flow, concern, now)
        chosen = latest(flow)
        conversation = Conversation(
            id=ConversationId(self.new_id()), person=who.id, flow=chosen.name, flow_version=chosen.version,
            revision=0, state="open", worry="none", concern=concern, started_at=now, touched_at=now,
        )  # fmt: skip
        unit.conversations.start(conversation)
        unit.audit.add(conversation.id, "conversation_started", who.id, who.role, now, {"flow": flow})
        return self._talk(unit, conversation, ())

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
                return self._turn(unit, talk)
            setting = self._setting(unit, talk)
            try:
                received = receive(talk.flow, talk.trail, screen, raw, action, setting)
            except NotOnPath:
                return self._turn(unit, talk)
            if isinstance(received, Rejected):
                return self._refused(talk, setting, screen, received)
            turn = self._accept(unit, talk, setting, received)
            unit.commit()
        self.nudge()
        return turn

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
        return found, entries

    def _talk(self, unit: UnitOfWork, conversation: Conversation, entries: tuple[Entry, ...]) -> Talk:
        person, school = unit.people.seat(conversation.person)
        flow = CATALOGUE[(conversation.flow, conversation.flow_version)]
        return Talk(
            conversation=conversation,
            flow=flow,
            trail=road_of(flow, trail_of([from_json(entry.content) for entry in entries])),
            person=person,
            place=self._place(unit, school, conversation),
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
        return _turn(talk.conversation, position, drawn)

    def _refused(self, talk: Talk, setting: Setting, screen: str, received: Rejected) -> Turn:
        drawn = screen_at(talk.flow, talk.trail, screen, setting, kept=received.kept, errors=received.errors)
        return _turn(talk.conversation, replay(talk.flow, talk.trail), drawn)

    def _accept(self, unit: UnitOfWork, talk: Talk, setting: Setting, received: Accepted) -> Turn:
        now = self.clock()
        ahead = road_of(talk.flow, talk.trail).with_answer(received.answered)
        judged = judge_trail(self.judge, talk.flow, ahead, talk.place.authority, talk.place.today(now))
        answered = replace(received.answered, finding=finding_of(judged, ahead, self.judge.vocabulary.danger_words))
        talk = replace(talk, trail=ahead.with_answer(answered))
        talk = self._save(unit, talk, answered, now)
        talk = self._alert_at_danger(unit, talk, judged, answered.screen, now)
        return self._end_or_turn(unit, talk, setting, judged, now)

    def _save(self, unit: UnitOfWork, talk: Talk, answered: Answered, now: datetime) -> Talk:
        before = talk.conversation
        entry = Entry(revision=before.revision + 1, screen=answered.screen, at=now, content=to_json(answered))
        worry = _worry(talk, answered)
        unit.conversations.append(before.id, before.revision, entry, worry)
        about: dict[str, str | int | None] = {"screen": answered.screen, "revision": entry.revision}
        unit.audit.add(before.id, "answered", talk.person.id, talk.person.role, now, about)
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
            return _turn(talk.conversation, *present(talk.flow, talk.trail, setting))
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


def _worry(talk: Talk, answered: Answered) -> Worry:
    if danger(talk.trail) is not None:
        return "danger"
    if answered.finding.section_47:
        return "grave"
    return "danger_word" if answered.finding.danger_words else talk.conversation.worry
