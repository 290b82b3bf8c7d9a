"""*Danger now*, whatever the database does: the ordinary way for a moment, else kept, sent directly, and replayed.

Every channel presses here. Whoever presses gets a screen within two seconds: the conversation's next one, or the
emergency screen from memory, which says what was really done.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeAlias

from bot.access import Denied, may_report
from bot.direct import DirectSend
from bot.intake import EMERGENCY, SAME_PRESS, Intake, Turn
from bot.logs import Log
from bot.memory import Memory
from bot.remembered import Remembered
from bot.seams import Clock, NewId, NewReference
from bot.spool import NotKept, Press, Spool, account_in, stand_in
from dialogs.kept import KeptView, State, kept_screen
from dialogs.screens import Screen
from dialogs.words import Words
from storage.errors import AlreadyThere, NotFound, StoreBusy
from storage.shapes import ConcernId, ConversationId, PersonId, SchoolId

WAIT_SECONDS = 1.5
"""How long the ordinary way may take before the press is kept instead."""
LOOK_SECONDS = 0.4
"""How long the database may take to say whose account it is."""
TRIES_AT_ONCE = 8
REMEMBERED = timedelta(hours=2)
"""How long the emergency screen takes a place and a number."""
MOST_REMEMBERED = 2000
Ask: TypeAlias = Callable[[str, str], object]
"""Ask a platform whose an account is: its key, and what the channel needs besides. What it says is kept by it."""
DIRECT_TIME = timedelta(seconds=10)
"""So long a replay waits for those who are being told directly, so that the log can say that they were."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What stands in place of a turn. `press` takes a place and a number; empty if nothing could be kept."""

    press: str
    screen: Screen


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A press that was answered from memory, and whether anybody is told of it directly."""

    press: Press
    reached: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Danger:
    """The press of danger, for every channel. `wait_seconds` bounds the ordinary way.

    `asks`: by channel, how its platform is asked later whose an account is.
    """

    intake: Intake
    memory: Memory
    spool: Spool
    direct: DirectSend
    words: Words
    clock: Clock
    new_id: NewId
    new_reference: NewReference
    log: Log
    wait_seconds: float = WAIT_SECONDS
    asks: dict[str, Ask] = field(default_factory=dict)
    _tries: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(TRIES_AT_ONCE, "danger"))
    _shown: dict[str, Shown] = field(default_factory=dict)
    _ways: Remembered[str, str] = field(default_factory=lambda: Remembered(MOST_REMEMBERED))

    def who(self, channel: str, key: str, way: str = "") -> str:
        """Whose account it is as far as it is known here, within half a second; else what stands in a person's place.

        A press of that is kept, sent directly, and written down once its platform says whose it is. `way`: what the
        channel needs to ask then.
        """
        known = self.memory.at(channel, key) or self._looked_up(channel, key)
        if known is not None:
            return known
        person = stand_in(channel, key)
        self._ways.put(person, way)
        return person

    def refuse(self, channel: str, key: str, code: str) -> None:
        """An account is no member of staff's, its platform says: what it pressed is put aside, and shouted about."""
        for press in self.spool.kept():
            if press.person == stand_in(channel, key):
                self.spool.put_aside(press.id, code)

    def press(self, person: str, what: str = "help_now", channel: str = "web") -> Turn | Kept:
        """*Danger now*. The alert is out, or kept, when this returns.

        Raises:
            Denied: the person may not report.
            NotFound: nobody has this id.
        """
        press = self._again(person, what) or self._fresh(person, what, channel)
        return self._either(lambda: self.intake.press(press), press)

    def answer(self, person: str, conversation: str, revision: int, what: str, channel: str = "web") -> Turn | Kept:
        """The first screen of an open conversation, answered with one of the dangers.

        Raises:
            Denied: it is somebody else's conversation.
            NotFound: it was discarded, or has expired.
        """
        fresh = self._again(person, what) or self._fresh(person, what, channel)
        press = replace(fresh, conversation=ConversationId(conversation), revision=revision)
        return self._either(lambda: self.intake.press_in(press), press)

    def add(self, person: str, press: str, raw: Mapping[str, object]) -> Turn | Kept:
        """Where the child is and the number to ring back, for a press that was kept: kept with it, or answered.

        Raises:
            Denied: it is somebody else's press, or too long ago.
        """
        shown = self._shown.get(press)
        if shown is None or not self._same(shown.press.person, person):
            raise Denied("no_such_press")
        place, callback = (str(raw.get(name, "")) for name in ("place", "callback"))
        given = shown.press.with_place(place, callback)
        try:
            if self.spool.change(press, lambda kept: kept.with_place(place, callback)):
                return self._screen(given, _state(reached=shown.reached), added=True)
        except NotKept:
            return self._screen(given, _state(reached=shown.reached), refused=True)
        return self._either(lambda: self._placed(given), given)

    def replay(self) -> int:
        """Write down what is kept, oldest first; how many. What still can't be waits for the next time.

        What a process that died left half done is kept first.
        """
        self.spool.recover()
        done = 0
        for press in self.spool.kept():
            young = self.clock() - press.at < DIRECT_TIME
            if not (young and self.direct.going(press)):
                done += self._replayed(press)
        return done

    def start(self) -> None:
        """What was kept before this process began."""
        self.replay()

    def refresh(self) -> None:
        """Look at the directory, for the time when it can't be looked at."""
        self.memory.refresh()

    def close(self) -> None:
        """End; what is kept waits for the next start."""
        self._tries.shutdown(wait=True, cancel_futures=True)
        self.direct.close()

    def _looked_up(self, channel: str, key: str) -> PersonId | None:
        try:
            return self._tries.submit(self.memory.ask, channel, key).result(timeout=LOOK_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever broke, the press is kept all the same
            self.log("account_not_asked", channel=channel, error=type(error).__name__)
            return None

    def _same(self, pressed: str, person: str) -> bool:
        """Whether somebody is who pressed, whose account nobody knew then."""
        account = account_in(pressed)
        return pressed == person or (account is not None and self._looked_up(*account) == person)

    def _fresh(self, person: str, what: str, channel: str) -> Press:
        known, own = self.memory.known(person), ConversationId(self.new_id())
        allowed = known is not None and bool(may_report(known.person, known.place.school))
        return Press(
            id=own,
            conversation=own,
            revision=0,
            concern=ConcernId(self.new_id()),
            reference=self.new_reference(),
            person=PersonId(person),
            role=known.person.role if known else "reporter",
            school=known.place.school.id if known and allowed else SchoolId(""),
            authority=known.person.authority if known else "",
            what=what,
            at=self.clock(),
            channel=channel,
            way=self._ways.get(person) or "",
        )

    def _again(self, person: str, what: str) -> Press | None:
        """A press that was kept within the last minute is the same press."""
        since = self.clock() - SAME_PRESS
        shown = (one.press for one in self._shown.copy().values())
        return next((one for one in shown if (one.person, one.what) == (person, what) and one.at >= since), None)

    def _either(self, ordinary: Callable[[], Turn], press: Press) -> Turn | Kept:
        if account_in(press.person) is not None:
            self.log("danger_kept", concern=press.concern, code="unknown_account")
            return self._kept(press)
        try:
            return self._in_time(ordinary, press)
        except (Denied, NotFound):
            raise
        except Exception as error:  # noqa: BLE001 - whatever broke, the press must not be lost with it
            self.log("danger_kept", concern=press.concern, error=type(error).__name__)
        return self._kept(press)

    def _in_time(self, ordinary: Callable[[], Turn], press: Press) -> Turn:
        """The ordinary way, for as long as somebody in danger may wait. One that comes through late harms nothing.

        Raises:
            StoreBusy: it took longer.
        """
        trying = self._tries.submit(ordinary)
        try:
            return trying.result(timeout=self.wait_seconds)
        except TimeoutError:
            if not trying.cancel():
                trying.add_done_callback(lambda late: self._late(press, late))
            raise StoreBusy("the ordinary way took too long") from None

    def _late(self, press: Press, late: "Future[Turn]") -> None:
        error = late.exception()
        self.log("danger_late", concern=press.concern, error=None if error is None else type(error).__name__)

    def _kept(self, press: Press) -> Kept:
        """Keep it, tell people directly, and say so."""
        known = self.memory.known(press.person)
        if known is not None and not may_report(known.person, known.place.school):
            raise Denied("may_not_report")
        reached = self._reached(press)
        try:
            if not self.spool.change(press.id, lambda kept: kept.with_place(press.place, press.callback)):
                self.spool.keep(press)
        except NotKept as refused:
            self.log("danger_not_kept", concern=press.concern, code=refused.code)
            return self._screen(press, "lost", tried=reached or self._sent(press))
        return self._screen(press, _state(reached=reached or self._sent(press)))

    def _reached(self, press: Press) -> bool:
        shown = self._shown.get(press.id)
        return shown is not None and shown.reached

    def _sent(self, press: Press) -> bool:
        """Tell people directly, once a press; whether there is a way to anybody."""
        if press.id in self._shown:
            return False
        reached = self.direct.send(press) > 0
        old = press.at - REMEMBERED
        for name in [name for name, one in self._shown.copy().items() if one.press.at < old]:
            self._shown.pop(name, None)
        if len(self._shown) < MOST_REMEMBERED:
            self._shown[press.id] = Shown(press=press, reached=reached)
        return reached

    def _screen(self, press: Press, state: State, **became: bool) -> Kept:
        known = self.memory.known(press.person)
        view = KeptView(
            state=state,
            what=press.what,
            # A draft that has answers may have a concern already, with a reference of its own.
            reference=press.reference if press.revision == 0 else "",
            numbers=known.place.numbers_at(press.at) if known else (),
            place=press.place,
            callback=press.callback,
            **became,
        )
        return Kept(press="" if state == "lost" else press.id, screen=kept_screen(view, self.words))

    def _placed(self, press: Press) -> Turn:
        """The press is written down already: answer its emergency screen, unless something was entered since."""
        for conversation in dict.fromkeys((press.conversation, press.id)):
            try:
                turn = self.intake.show(press.person, conversation)
            except (Denied, NotFound):
                continue
            raw = {"place": press.place, "callback": press.callback}
            return self.intake.answer(press.person, turn.conversation, press.revision + 1, EMERGENCY, raw, "next")
        raise StoreBusy("the press is not written down yet")

    def _replayed(self, press: Press) -> bool:
        try:
            self._written(self._named(press))
        except Denied as denied:
            self.spool.put_aside(press.id, denied.code)
        except Exception as error:  # noqa: BLE001 - what can't be written now waits, and keeps none of the others
            self.log("replay_waits", concern=press.concern, error=type(error).__name__)
        else:
            self.log("replayed", concern=press.concern, conversation=press.id)
            return self.spool.done(press)
        return False

    def _named(self, press: Press) -> Press:
        """The press with the person whose account it came from.

        Raises:
            NotFound: nobody has said yet whose it is; its platform is asked.
        """
        account = account_in(press.person)
        if account is None:
            return press
        person = self.memory.ask(*account, confirmed=False)
        if person is None:
            self.asks.get(account[0], _nobody)(account[1], press.way)
            raise NotFound("nobody has said yet whose account this is")
        return replace(press, person=person)

    def _written(self, press: Press) -> None:
        try:
            self.intake.replay(press)
        except AlreadyThere:
            # Another process, or the late ordinary way, was faster; or somebody else has the reference.
            self.intake.replay(replace(press, reference=self.new_reference()))


def _nobody(_key: str, _way: str) -> None:
    """The channel is not set up any more."""


def _state(*, reached: bool) -> State:
    return "sending" if reached else "waiting"
