"""What somebody finds on coming in: start, drafts, own concerns, pointers. Content stays behind *Open*."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.access import Denied, may_open, may_see_receipt, require
from bot.corners import Corner
from bot.duty import social_worker_of
from bot.errands import DIGEST, errand_numbers, errand_sentence, errand_serves
from bot.opened import linkable, police_due, record_of, states
from bot.own_concern import unanswered, unheld, unreached
from bot.places import Place, Places, numbers_everywhere
from bot.plan import told
from bot.receipts import Receipts
from bot.roles import SCHOOL_STAFF
from bot.seams import Clock
from bot.standing import schools_of, standing, standings
from dialogs.cards import LivingView, living_receipt, receipt, unknown_person
from dialogs.concern import State, had
from dialogs.drawing import number_lines
from dialogs.screens import Action, Block, Line, Listing, Notice, Paragraph, Screen
from dialogs.words import Words
from storage.shapes import Concern, ConcernId, Delivered, Person, PersonId, School
from storage.unit import Store, UnitOfWork

MOST_POINTERS = 200
ERRANDS_SHOWN = timedelta(days=7)
ARMS = {
    "intervention": ("reporter", "designated_safeguarding_lead", "deputy_safeguarding_lead", "head", "chair"),
    "feeder": ("reporter", "designated_safeguarding_lead", "head"),
    "comparison": ("reporter", "designated_safeguarding_lead", "head"),
}
"""Which seats of schools the demonstration offers, by arm. Of the council's staff all who have to do with them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatView:
    """Somebody whom the demonstration lets you be."""

    person: str
    role: str
    name: str
    school: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointed:
    """A concern that somebody was told of, newest pointer first."""

    concern: Concern
    latest: Delivered
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """Home pages and receipts."""

    store: Store
    places: Places
    words: Words
    clock: Clock
    receipts: Receipts
    corners: Sequence[Corner] = ()

    def seats(self, authority: str) -> tuple[SeatView, ...]:
        """A few seats of each arm, the first school of each with its people, and the council's staff."""
        with self.store.read() as unit:
            people = unit.people.all(authority)
            schools = unit.people.schools(authority)
        first = {arm: next((one for one in schools if one.arm == arm), None) for arm in ARMS}
        found = [
            (self._holder(people, school, role), self.words(f"home.arms.{arm}", school=school.name))
            for arm, roles in ARMS.items()
            for role in roles
            if (school := first[arm]) is not None
        ]
        council = [one for one in people if one.school is None and self._of_first(one, first.values())]
        seats = [*found, *((one, None) for one in council)]
        return tuple(self._seat(one, name) for one, name in seats if one is not None)

    def _holder(self, people: Iterable[Person], school: School, role: str) -> Person | None:
        """Whoever holds the role there; of reporters a teacher first."""
        here = [one for one in people if one.school == school.id and one.role == role]
        return min(here, key=lambda one: not one.teacher, default=None)

    def _of_first(self, person: Person, schools: Iterable[School | None]) -> bool:
        served = {school.id for school in schools if school is not None}
        return person.role in ("duty_social_worker", "team_manager", "report_reader") or bool(
            served & set(person.serves)
        )

    def _seat(self, person: Person, school: str | None) -> SeatView:
        role = self.words(f"roles.{person.role}")
        if person.role == "reporter" and person.teacher:
            role = self.words("home.teacher")
        return SeatView(person=person.id, role=role, name=person.name, school=school)

    def home(self, person: str) -> Screen:
        """The start page of somebody in the directory.

        Raises:
            NotFound: nobody there has this id.
        """
        with self.store.read() as unit:
            who = unit.people.today(PersonId(person))
            blocks, actions = self._reporting(unit, who) if who.role in SCHOOL_STAFF else ([], [])
            # After what was sent and nobody has: an unsent draft never reads as if nobody knew of that.
            first = 1 if blocks and isinstance(blocks[0], Notice) and blocks[0].kind == "warning" else 0
            blocks = [*blocks[:first], *self._errands(unit, who), *blocks[first:]]
            if who.role not in ("reporter", "report_reader"):
                pointed_blocks, pointed_actions = self._pointed(unit, who)
                blocks, actions = [*pointed_blocks, *blocks], [*pointed_actions, *actions]
            place = self._place(unit, who)
            shown = [corner.shown(unit, who) for corner in self.corners]
        return Screen(
            id="home",
            title=self.words("home.title"),
            blocks=(Paragraph(text=self._greeting(who)), *blocks, *(one for found, _ in shown for one in found)),
            actions=(*actions, *(one for _, found in shown for one in found)),
            numbers=() if place is None else place.numbers_at(self.clock()),
            foot=self.words("foot"),
        )

    def act(self, person: str, action: str, raw: Mapping[str, object]) -> Screen:
        """Anything that may be pressed on somebody's own page. What is refused is logged, and the page shown as it is.

        Raises:
            NotFound: nobody in the directory has this id.
        """
        presses = {name: press for corner in self.corners for name, press in corner.presses().items()}
        try:
            if action not in presses:
                raise Denied("no_such_press")
            return presses[action](person, raw)
        except Denied as denied:
            return self._refused(person, denied.code)

    def _refused(self, person: str, code: str) -> Screen:
        with self.store.write() as unit:
            who = unit.people.today(PersonId(person))
            unit.audit.add(None, "access_refused", who.id, who.role, self.clock(), {"code": code})
            unit.commit()
        home = self.home(person)
        line = self.words("refused.no_such_press" if code == "no_such_press" else "refused.own_page")
        notice = Notice(kind="warning", title=self.words("refused.title"), lines=(line,))
        return replace(home, blocks=(notice, *home.blocks))

    def _errands(self, unit: UnitOfWork, who: Person) -> Iterator[Block]:
        """Pointers of no concern that are still true. How much work there is, and the figures, stand there anyway."""
        now = self.clock()
        found = {(one.draw, one.about): one for one in unit.worklist.errands_of(who.id, now - ERRANDS_SHOWN)}
        for step in found.values():
            if step.draw not in ("work", DIGEST) and errand_serves(unit, self.places, step, now):
                own = step.draw not in ("midway", "no_lead")
                lines = number_lines(errand_numbers(unit, self.places, step, now)) if own else ()
                yield Notice(kind="warning", title=errand_sentence(step, self.words), lines=lines)

    def _greeting(self, who: Person) -> str:
        kind = {"reporter": "reporter", "team_manager": "manager", "report_reader": "reader"}.get(who.role, "responder")
        return self.words(f"home.{kind}")

    def _place(self, unit: UnitOfWork, who: Person) -> Place | None:
        if who.school is not None:
            return self.places.of(unit, who.school)
        schools = unit.people.schools(who.authority)
        return self.places.of(unit, schools[0].id) if schools else None

    def _reporting(self, unit: UnitOfWork, who: Person) -> tuple[list[Block], list[Action]]:
        assert who.school is not None
        place, now = self.places.of(unit, who.school), self.clock()
        actions = [
            Action(id="danger", label=self.words("home.danger"), style="danger", to="danger"),
            Action(id="begin", label=self.words("home.report"), style="primary", to="begin"),
        ]
        for draft in unit.conversations.open_of(who.id):
            if draft.flow == "concern" and draft.revision:
                label = self.words("home.resume", when=place.local_text(draft.touched_at, now))
                actions.append(Action(id="resume", label=label, to=f"resume:{draft.id}"))
        own = unit.concerns.of_reporter(who.id)
        actions += [self._link("look", one) for one in own]
        blocks: list[Block] = list(self._asks(unit, who, place))
        blocks.append(self._worker(unit, place))
        if own:
            blocks.append(self._listing("home.mine", (self._line(one, place) for one in own)))
        return blocks, actions

    def _asks(self, unit: UnitOfWork, who: Person, place: Place) -> Iterator[Block]:
        """What waits for a reporter: a concern that nobody has, and a question to answer."""
        mine = [one for one in unit.outbox.delivered_to(who.id, MOST_POINTERS) if one.concern.reporter == who.id]
        latest = {one.concern.id: one for one in reversed(mine) if one.row.step.draw in ("nobody_yet", "question")}
        now = self.clock()
        waiting = (one.concern for one in latest.values() if one.row.step.draw == "nobody_yet")
        alone = [one for one in waiting if unheld(one, now)]
        if alone:
            title = self.words("home.nobody_yet", reference=", ".join(one.reference for one in alone))
            yield Notice(kind="warning", title=title, lines=number_lines(place.numbers_at(now)))
        for one in latest.values():
            if one.row.step.draw == "question" and unanswered(unit, one.concern):
                yield Notice(kind="info", title=self.words("home.question", reference=one.concern.reference))

    def _worker(self, unit: UnitOfWork, place: Place) -> Notice:
        """The school's social worker, and who covers, without a word of why."""
        now, words = self.clock(), self.words
        found = social_worker_of(self.places.rolls.of(unit, place.authority), place.school, now)
        if self.places.over(place.authority, now) or place.school.arm == "comparison":
            return Notice(kind="info", title=words("home.no_worker"))
        if found.own is None:
            key = "home.nobody_covers" if found.now is None else "home.post_covered"
            return Notice(kind="info", title=words(key, cover="" if found.now is None else found.now.name))
        title = words("home.your_worker", name=found.own.name)
        if found.now is None:
            return Notice(kind="info", title=title, lines=(words("home.away_uncovered", name=found.own.name),))
        if not found.covered:
            return Notice(kind="info", title=title)
        line = words("home.covers", cover=found.now.name, name=found.own.name)
        return Notice(kind="info", title=title, lines=(line,))

    def _link(self, key: str, concern: Concern) -> Action:
        label = self.words(f"home.{key}", reference=concern.reference)
        return Action(id="concern", label=label, to=f"concern:{concern.id}")

    def _line(self, concern: Concern, place: Place) -> str:
        when = place.local_text(concern.created_at, self.clock())
        return self.words("home.sent_line", reference=concern.reference, state=self._state(concern), when=when)

    def _state(self, concern: Concern) -> str:
        if concern.sent_at is None:
            return self.words("unsent")
        if concern.life.state is State.SENT and concern.life.seen_at is not None:
            return self.words("cards.states.seen")
        if concern.life.state is State.HAD and not had(concern.life, self.clock()):
            return self.words("cards.states.seen")
        return self.words(f"cards.states.{concern.life.state}")

    def _listing(self, key: str, lines: Iterable[str]) -> Block:
        return Listing(title=self.words(key), items=tuple(Line(text=line) for line in lines))

    def _pointed(self, unit: UnitOfWork, who: Person) -> tuple[list[Block], list[Action]]:
        """What this person was told of and may open still: what waits first, by when it is due."""
        found = self._opened_still(unit, who)
        waiting = [one for one in found if self._waits(one.concern, who)]
        waiting.sort(key=lambda one: one.latest.row.step.respond_by or one.latest.at)
        others = [one for one in found if one not in waiting]
        blocks: list[Block] = []
        if waiting:
            blocks.append(self._listing("home.waiting", (self._pointer(one) for one in waiting)))
        else:
            blocks.append(Notice(kind="info", title=self.words("home.none_waiting")))
        if others:
            blocks.append(self._listing("home.others", (self._line(one.concern, one.place) for one in others)))
        return blocks, [self._link("open", one.concern) for one in (*waiting, *others)]

    def _opened_still(self, unit: UnitOfWork, who: Person) -> list[Pointed]:
        """The concerns that the person was told of and may open, in one statement a question."""
        latest: dict[ConcernId, Delivered] = {}
        for one in unit.outbox.delivered_to(who.id, MOST_POINTERS):
            if one.concern.reporter != who.id:
                latest.setdefault(one.concern.id, one)
        concerns, now = [one.concern for one in latest.values()], self.clock()
        schools = schools_of(unit, self.places.rolls.of(unit, who.authority), concerns)
        known = standings(unit, who, concerns, now, self.places)
        return [
            Pointed(concern=one, latest=latest[one.id], place=self.places.at(schools[one.school]))
            for one in concerns
            if may_open(who, one, schools[one.school], now, known[one.id])
        ]

    def _may_open(self, unit: UnitOfWork, who: Person, concern: Concern) -> bool:
        school, now = unit.people.school(concern.school), self.clock()
        return bool(may_open(who, concern, school, now, standing(unit, who, concern, now, self.places)))

    def _waits(self, concern: Concern, who: Person) -> bool:
        if concern.life.state is State.SENT:
            return True
        if concern.life.state is State.HAD:
            lead = concern.life.lead
            return not had(concern.life, self.clock()) or (lead is not None and lead.person == who.id)
        return False

    def _pointer(self, pointed: Pointed) -> str:
        place, step = pointed.place, pointed.latest.row.step
        by = None if step.respond_by is None else place.local_text(step.respond_by, self.clock())
        title = self.words("cards.pointer.alert.by", by=by) if by else self.words("cards.pointer.alert.now")
        line = self.words("cards.pointer.line", title=title, reference=pointed.concern.reference)
        return f"{line} · {self._state(pointed.concern)}"

    def receipt(self, person: str, concern: str) -> Screen:
        """The state of the person's own concern, with what was suggested.

        Raises:
            Denied: somebody else reported it.
            NotFound: there is none.
        """
        with self.store.read() as unit:
            found = unit.concerns.get(ConcernId(concern))
            who = unit.people.today(PersonId(person))
            require(may_see_receipt(who, found))
            place = self.places.of(unit, found.school)
            living = living_receipt(self._living(unit, found, place), self.words)
            if found.kind == "child" and not found.restricted:
                living = replace(living, blocks=(*living.blocks[:-1], self._worker(unit, place), living.blocks[-1]))
            first = self._first(unit, found, place)
            mine = [self._own(found)] if self._may_open(unit, who, found) else []
        if first is None:
            return replace(living, actions=(*living.actions, *mine))
        sent = 1 + [isinstance(one, Notice) and one.kind == "done" for one in first.blocks].index(True)
        blocks = (*first.blocks[:sent], *living.blocks[1:-1], *first.blocks[sent:], living.blocks[-1])
        actions = (*living.actions, *mine, *first.actions)
        numbers = place.numbers_at(self.clock())
        return replace(first, title=living.title, blocks=blocks, actions=actions, numbers=numbers)

    def _own(self, concern: Concern) -> Action:
        """A lead who reported it responds to it too."""
        label = self.words("home.open", reference=concern.reference)
        return Action(id="privacy", label=label, to=f"privacy:{concern.id}")

    def _first(self, unit: UnitOfWork, concern: Concern, place: Place) -> Screen | None:
        if concern.sent_at is None:
            return None
        record = record_of(unit, concern)
        rows = unit.outbox.of_concern(concern.id)
        first = min((row.step.round for row in rows if row.step.chain == "until_had"), default=0)
        steps = [row.step for row in rows if row.step.chain != "until_decided" and row.step.round in (0, first)]
        tells = [step for step in steps if step.draw in ("alert", "inform", "nobody_yet")]
        view = self.receipts.view(place, concern, record.suggestion, told(tells), self.clock())
        return receipt(replace(view, told=()) if concern.life.state is not State.SENT else view, self.words)

    def _living(self, unit: UnitOfWork, concern: Concern, place: Place) -> LivingView:
        now = self.clock()
        notes = unit.concerns.read(concern.id)[1]
        decided = next((note.content for note in reversed(notes) if note.kind == "decision"), None)
        return LivingView(
            concern=concern.id,
            reference=concern.reference,
            states=tuple(states(unit, concern, place, now)),
            told=() if concern.sent_at else self.receipts.told(place, self._alerted(unit, concern, now), concern, now),
            numbers=place.numbers_at(now),
            feedback=None if decided is None else self.receipts.feedback(str(decided.get("feedback", ""))),
            question=unanswered(unit, concern),
            unreached=unreached(unit, concern, now),
            police_by=self._police_by(unit, concern, place),
            linkable=bool(linkable(unit, concern, now)),
        )

    def _police_by(self, unit: UnitOfWork, concern: Concern, place: Place) -> str | None:
        """By when the reporter rings the police in person, until the reference or a reason is written down."""
        due = police_due(unit, concern, concern.reporter)
        return None if due is None else place.local_text(due, self.clock())

    def _alerted(self, unit: UnitOfWork, concern: Concern, now: datetime) -> tuple[tuple[str, datetime], ...]:
        """Whom the alert of a record still being written has reached."""
        rows = unit.outbox.of_concern(concern.id)
        return tuple(told(row.step for row in rows if row.step.draw == "alert" and row.step.due_at <= now))

    def unknown(self) -> Screen:
        """For somebody who is not in the directory: numbers and nothing else."""
        numbers = numbers_everywhere(self.places.lands.values(), self.words, self.clock())
        return unknown_person(numbers, self.words)
