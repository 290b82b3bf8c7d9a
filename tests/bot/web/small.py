"""Small whole implementations of the page's ports, in memory: a walk through the sample screens, one concern."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.channels.web.ports import AuthorityView, Front, Ports
from bot.danger import Kept
from bot.intake import Turn
from dialogs.kept import KeptView, kept_screen
from dialogs.screens import Action, Field, Screen
from dialogs.words import Words
from tests.bot.web import samples

NOON = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)
ROAD = ("start", "happened", "child", "signs", "when", "check")
SCREENS = {screen.id: screen for screen in samples.CONVERSATION}
TEACHER, LEAD = "teacher", "lead"


class NotAllowedError(Exception):
    """The gate says no."""


class NotThereError(Exception):
    """Nothing has this id."""


class BrokenError(Exception):
    """The database is away. Says what to do."""

    advice = "The records could not be reached. Wait a minute, and press again."


@dataclass(frozen=True, kw_only=True)
class SmallSeat:
    person: str
    role: str
    name: str
    school: str | None


@dataclass
class Conversation:
    person: str
    flow: str
    answers: dict[str, Mapping[str, object]] = field(default_factory=dict)
    revision: int = 0
    concern: str | None = None
    ended: str | None = None


@dataclass
class SmallIntake:
    """Walks ROAD; an answer to a required field that is empty is refused."""

    conversations: dict[str, Conversation] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    broken: bool = False
    broken_at_answer: bool = False
    closed: bool = False

    def begin(self, person: str, flow: str, concern: str | None = None) -> Turn:
        self._alive()
        if self.closed:
            raise NotAllowedError
        conversation = f"talk-{len(self.conversations) + 1}"
        self.conversations[conversation] = Conversation(person=person, flow=flow, concern=concern)
        return self.show(person, conversation)

    def show(self, person: str, conversation: str, screen: str | None = None) -> Turn:
        self._alive()
        found = self._of(person, conversation)
        path = self._path(found)
        shown = screen if screen in path else path[-1]
        return self._turn(conversation, found, self._with_answers(found, shown), path)

    def answer(
        self, person: str, conversation: str, revision: int, screen: str, raw: Mapping[str, object], action: str
    ) -> Turn:
        self._alive()
        if self.broken_at_answer:
            raise BrokenError
        found = self._of(person, conversation)
        if revision != found.revision:
            return self.show(person, conversation)
        asked = SCREENS[screen]
        errors = {one.id: "Choose or write an answer" for one in asked.fields if one.required and not raw.get(one.id)}
        if errors and raw.get("what") != "help_now":
            return self._turn(conversation, found, _refused(asked, raw, errors), self._path(found))
        self.actions.append(action)
        found.answers[screen] = raw
        found.revision += 1
        found.ended = "receipt" if action == "send" else None
        if raw.get("what") == "help_now" or found.ended:
            found.concern = "c1"
        return self.show(person, conversation)

    def discard(self, person: str, conversation: str) -> None:
        self._of(person, conversation)
        del self.conversations[conversation]

    def keep(self, person: str, conversation: str, screen: str, raw: Mapping[str, object]) -> None:
        """A draft of this house keeps nothing that was not sent."""

    def about(self, person: str, conversation: str) -> str | None:
        return self._of(person, conversation).concern

    def end(self, conversation: str, end: str) -> None:
        self.conversations[conversation].ended = end

    def _alive(self) -> None:
        if self.broken:
            raise BrokenError

    def _of(self, person: str, conversation: str) -> Conversation:
        found = self.conversations.get(conversation)
        if found is None:
            raise NotThereError
        if found.person != person:
            raise NotAllowedError
        return found

    def _path(self, found: Conversation) -> tuple[str, ...]:
        road = ROAD if found.answers.get("start", {}).get("what") != "help_now" else ("start", "emergency", *ROAD[1:])
        waiting = next((place for place, screen in enumerate(road) if screen not in found.answers), len(road) - 1)
        return road[: waiting + 1]

    def _with_answers(self, found: Conversation, screen: str) -> Screen:
        drawn, given = SCREENS[screen], found.answers.get(screen, {})
        return replace(drawn, fields=tuple(_filled(one, given.get(one.id)) for one in drawn.fields))

    def _turn(self, conversation: str, found: Conversation, screen: Screen, path: tuple[str, ...]) -> Turn:
        return Turn(
            conversation=conversation,
            revision=found.revision,
            screen=screen,
            path=path,
            ended=found.ended,
            concern=found.concern,
        )


def _filled(one: Field, value: object, error: str | None = None) -> Field:
    return replace(one, value=value, error=error) if isinstance(value, str | tuple) else replace(one, error=error)


def _refused(screen: Screen, raw: Mapping[str, object], errors: Mapping[str, str]) -> Screen:
    return replace(screen, fields=tuple(_filled(one, raw.get(one.id), errors.get(one.id)) for one in screen.fields))


@dataclass
class SmallDanger:
    """Presses through the small intake; when that is broken, the screen of `state` stands in its place."""

    intake: SmallIntake
    state: Literal["sending", "waiting", "lost"] = "waiting"
    whats: list[str] = field(default_factory=list)
    places: list[Mapping[str, object]] = field(default_factory=list)
    gone: bool = False

    def press(self, person: str, what: str = "help_now", channel: str = "web") -> Turn | Kept:  # noqa: ARG002
        if self.gone:
            raise BrokenError
        try:
            turn = self.intake.begin(person, "concern")
        except BrokenError:
            return self._kept(what)
        return self.answer(person, turn.conversation, 0, what)

    def answer(
        self,
        person: str,
        conversation: str,
        revision: int,
        what: str,
        channel: str = "web",  # noqa: ARG002
    ) -> Turn | Kept:
        self.whats.append(what)
        try:
            return self.intake.answer(person, conversation, revision, "start", {"what": what}, "next")
        except BrokenError:
            return self._kept(what)

    def add(self, person: str, press: str, raw: Mapping[str, object]) -> Turn | Kept:  # noqa: ARG002
        self.places.append(raw)
        return self._kept("help_now", added=True)

    def _kept(self, what: str, *, added: bool = False) -> Kept:
        view = KeptView(state=self.state, what=what, reference="K4M-7QX", numbers=samples.NUMBERS, added=added)
        return Kept(press="" if self.state == "lost" else "p1", screen=kept_screen(view, Words.load()))


@dataclass
class SmallDesk:
    acts: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)

    def home(self, person: str) -> Screen:
        if person not in (TEACHER, LEAD):
            raise NotAllowedError
        return replace(samples.HOME, actions=(*samples.HOME.actions, _resume()))

    def act(self, person: str, action: str, raw: Mapping[str, object]) -> Screen:
        self.acts.append((action, raw))
        if person not in (TEACHER, LEAD):
            raise NotAllowedError
        return samples.IN_LESSON

    def seats(self, authority: str) -> tuple[SmallSeat, ...]:
        if authority != "gateshead":
            return ()
        return (
            SmallSeat(person=TEACHER, role="Teacher", name="Asha Rowe", school="Hillside School (invented)"),
            SmallSeat(
                person=LEAD,
                role="Designated safeguarding lead",
                name="Mel Ashdown",
                school="Hillside School (invented)",
            ),
            SmallSeat(person="duty", role="Duty social worker", name="Jo Okell", school=None),
            SmallSeat(person="stranger", role="Teacher", name="Lee Marsh", school="Brook School (invented)"),
        )

    def receipt(self, person: str, concern: str) -> Screen:
        if (person, concern) != (TEACHER, "c1"):
            raise NotAllowedError
        return samples.RECEIPT

    def unknown(self) -> Screen:
        return samples.UNKNOWN


def _resume() -> Action:
    return Action(id="resume", label="Go on with a draft of today, 10:02", to="resume:talk-1")


@dataclass
class SmallResponding:
    opened: list[str] = field(default_factory=list)
    had: list[str] = field(default_factory=list)
    acts: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)

    def privacy(self, person: str, concern: str) -> Screen:
        return self._may(person, concern, samples.PRIVACY)

    def open(self, person: str, concern: str) -> Screen:
        self.opened.append(person)
        return self._may(person, concern, samples.OPENED)

    def suggestion(self, person: str, concern: str) -> Screen:
        return self._may(person, concern, samples.SUGGESTION)

    def have(self, person: str, concern: str) -> Screen:
        self.had.append(person)
        return self._may(person, concern, samples.OPENED)

    def log(self, person: str, concern: str) -> Screen:
        return self._may(person, concern, samples.SUGGESTION)

    def act(self, person: str, concern: str, action: str, raw: Mapping[str, object]) -> Screen:
        self.acts.append((action, raw))
        return self._may(person, concern, samples.ASK)

    def refused(self, person: str, concern: str, code: str) -> Screen:
        self.acts.append(("refused", {"code": code}))
        return self._may(person, concern, samples.NOT_DONE)

    def _may(self, person: str, concern: str, screen: Screen) -> Screen:
        if (person, concern) != (LEAD, "c1"):
            raise NotAllowedError
        return screen


@dataclass
class Ticking:
    """A clock that a test moves."""

    instant: datetime = NOON

    def __call__(self) -> datetime:
        return self.instant

    def now(self) -> datetime:
        return self.instant

    def move(self, seconds: int) -> datetime:
        self.instant += timedelta(seconds=seconds)
        return self.instant


@dataclass
class Small:
    """Everything behind one page, for a test to look into."""

    intake: SmallIntake = field(default_factory=SmallIntake)
    danger: SmallDanger = field(init=False)
    desk: SmallDesk = field(default_factory=SmallDesk)
    responding: SmallResponding = field(default_factory=SmallResponding)
    demo: Ticking = field(default_factory=Ticking)
    real: Ticking = field(default_factory=Ticking)
    faults: list[tuple[str, str]] = field(default_factory=list)
    drawn: list[int] = field(default_factory=list)
    clocked: bool = True

    def __post_init__(self) -> None:
        self.danger = SmallDanger(self.intake)

    def ports(self) -> Ports:
        clock = self.demo if self.clocked else None
        return Ports(intake=self.intake, danger=self.danger, desk=self.desk, responding=self.responding, clock=clock)

    def front(self, port: int) -> Front:
        return Front(
            port=port,
            authorities=(
                AuthorityView(id="gateshead", name="Gateshead", numbers=samples.NUMBERS),
                AuthorityView(id="ealing", name="Ealing", numbers=()),
            ),
            key=b"k" * 32,
            random_bytes=self._counted,
            clock=self.real,
            next_school_morning=lambda now: now + timedelta(hours=20, minutes=15),
            refused=(NotAllowedError,),
            missing=(NotThereError,),
            failed=lambda place, error: self.faults.append((place, error)),
        )

    def _counted(self, count: int) -> bytes:
        self.drawn.append(count)
        return len(self.drawn).to_bytes(count, "big")
