"""The message that goes out without the database: best effort, from memory, to whom the plan would tell at once.

The same pointer with the same reference as the ordinary alert, which goes as well when the press is written down.
What arrived is noted with the press. Nothing here is awaited by whoever pressed.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from bot.access import may_report
from bot.judge import Judge, finding_of, judge_trail
from bot.logs import Log
from bot.memory import Known, Memory
from bot.recipients import recipients
from bot.seams import Clock, Courier, Parcel, Refused
from bot.sending import Draft, Sending
from bot.spool import Direct, NotKept, Press, Spool
from bot.ways import Way, ways
from dialogs.cards import Pointer, pointer
from dialogs.engine import Accepted, receive, road_of
from dialogs.flows import latest
from dialogs.screens import Screen
from dialogs.words import Words
from storage.shapes import Concern, Person, PlannedStep

AT_ONCE = 8
"""People who are told at the same time, so that a slow platform keeps nobody else waiting."""
SHIELDING = frozenset({"help_now_staff", "help_now_head"})
FOR_ALL = "duty_social_worker"
"""Whoever has this role serves every school of an authority."""
SHOWS_ROWS = frozenset({"web"})
"""Channels that only show what stands in the database: without it nothing of them can be seen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A card for one person, with the ways to them in their order."""

    press: Press
    person: Person
    card: Screen
    ways: tuple[Way, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DirectSend:
    """Tells people over the couriers, from what is remembered."""

    memory: Memory
    judge: Judge
    sending: Sending
    couriers: Mapping[str, Courier]
    words: Words
    clock: Clock
    log: Log
    spool: Spool
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE, "direct"))
    _going: dict[str, tuple["Future[None]", ...]] = field(default_factory=dict)

    def send(self, press: Press) -> int:
        """Begin to tell whoever is told at once; how many people there is a way to. Returns at once, never raises."""
        try:
            letters = self._letters(press)
            for over in [name for name, going in list(self._going.items()) if all(one.done() for one in going)]:
                self._going.pop(over, None)
            self._going[press.id] = tuple([self._pool.submit(self._tell, letter) for letter in letters])
        except Exception as error:  # noqa: BLE001 - best effort: whoever pressed needs the screen, whatever broke here
            self.log("direct_broke", concern=press.concern, error=type(error).__name__)
            return 0
        return len(letters)

    def going(self, press: Press) -> bool:
        """Whether somebody is still being told of a press."""
        return not all(one.done() for one in self._going.get(press.id, ()))

    def settle(self, seconds: float) -> None:
        """Wait for what is under way, at most so long."""
        wait([one for going in list(self._going.values()) for one in going], timeout=seconds)

    def close(self) -> None:
        """End without waiting; the ordinary alert comes anyway."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _letters(self, press: Press) -> list[Letter]:
        found: dict[str, Letter] = {}
        for known in self.memory.seats(press.person) if _all_known(press) else ():
            if may_report(known.person, known.place.school):
                for letter in self._letters_from(known, press):
                    found.setdefault(letter.person.id, letter)
        return [letter for letter in found.values() if letter.ways]

    def _letters_from(self, known: Known, press: Press) -> Iterator[Letter]:
        """From one place; where it is only one of the authority's, to those who serve all of them."""
        concern, steps = self._planned(known, press)
        for step in steps:
            if not known.sure and step.role != FOR_ALL:
                continue
            card = self._card(known, concern, step)
            for person in recipients(known.unit, self.memory.places, step, concern, press.at):
                yield Letter(press=press, person=person, card=card, ways=self._ways(person))

    def _planned(self, known: Known, press: Press) -> tuple[Concern, Sequence[PlannedStep]]:
        """The concern that will be written down, and the steps of its plan that are due at once."""
        flow, place, at = latest("concern"), known.place, press.at
        setting = self.memory.places.setting(known.unit, place, known.person, at)
        received = receive(flow, {}, flow.start, {"what": press.what}, "next", setting)
        assert isinstance(received, Accepted)
        trail = road_of(flow, {}).with_answer(received.answered)
        judged = judge_trail(self.judge, flow, trail, place.authority, place.today(at))
        finding = finding_of(judged, trail, self.judge.vocabulary.danger_words)
        trail = trail.with_answer(replace(received.answered, finding=finding))
        draft = Draft(flow=flow, trail=trail, person=known.person, place=place)
        concern = self.sending.drafted(known.unit, draft, judged, press)
        steps = self.sending.steps(known.unit, concern, at)
        return concern, [one for one in steps if one.due_at <= at and one.draw == "alert"]

    def _ways(self, person: Person) -> tuple[Way, ...]:
        couriers = [one for one in self.couriers.values() if one.channel not in SHOWS_ROWS]
        return ways(couriers, person, self.memory.identities(person.id))

    def _card(self, known: Known, concern: Concern, step: PlannedStep) -> Screen:
        place, at = known.place, concern.created_at
        until = None if step.respond_by is None else place.local_text(step.respond_by, at)
        about = Pointer(concern=concern.id, reference=concern.reference, kind=step.draw, respond_by=until)
        return pointer(about, place.numbers_at(at), self.words)

    def _tell(self, letter: Letter) -> None:
        """Try each way until one takes the card, and note it with the press."""
        press, person = letter.press, letter.person
        for way in letter.ways:
            receipt = self._tried(letter, way)
            if receipt is None:
                continue
            told = Direct(person=person.id, role=person.role, channel=way.channel, receipt=receipt, at=self.clock())
            self.log("sent_directly", concern=press.concern, person=person.id, channel=way.channel)
            self._note(press, told)
            return
        self.log("direct_reached_nobody", concern=press.concern, person=person.id)

    def _tried(self, letter: Letter, way: Way) -> str | None:
        press, person = letter.press, letter.person
        parcel = Parcel(to=person, address=way.address, card=letter.card, key=f"{press.id}:{person.id}")
        try:
            return way.courier.deliver(parcel)
        except Refused as refused:
            self.log("direct_failed", concern=press.concern, person=person.id, channel=way.channel, code=refused.code)
        except Exception as error:  # noqa: BLE001 - one channel's fault must not keep the next from being tried
            broke = type(error).__name__
            self.log("direct_failed", concern=press.concern, person=person.id, channel=way.channel, error=broke)
        return None

    def _note(self, press: Press, told: Direct) -> None:
        try:
            self.spool.change(press.id, lambda kept: replace(kept, told=(*kept.told, told)))
        except NotKept as refused:
            self.log("direct_not_noted", concern=press.concern, code=refused.code)


def _all_known(press: Press) -> bool:
    """Whether nothing was said before that might narrow who may hear of it; what shields is the narrowest there is."""
    return press.revision == 0 or press.what in SHIELDING
