"""`swis walk`: replays answers through a flow and says the next screen, or how it ended. Keeps nothing.

The same engine, rules and plan as the real conversation; the ids in a plan are those of this walk alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.judge import Judge, Judged, finding_of, judge_trail
from bot.levels import levels_of, suggested_of, with_levels
from bot.places import Places
from bot.plan import told
from bot.reading import Reading, Seat
from bot.receipts import Receipts
from bot.sending import Draft, Sending
from dialogs.engine import Rejected, Trail, danger, receive, replay, screen_at
from dialogs.flow import Flow, Page, UnknownPage
from dialogs.flows import latest
from dialogs.screens import Choice, Field, Listing, Notice, Paragraph, Picture, Quote, Rows, Screen
from dialogs.setting import Setting
from storage.shapes import PlannedStep
from thresholds.facts import FactsError, parse_facts


class WalkError(ValueError):
    """The answers are not of the form, or name a screen that the flow does not have. `problems` names each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """One walker: a seat, the rules, a flow, an instant."""

    seat: Seat
    judge: Judge
    places: Places
    sending: Sending
    receipts: Receipts
    flow: str
    now: datetime

    def walk(self, item: object) -> dict[str, object]:
        """The next screen, with `errors` if the last answer was refused, or the receipt or decision.

        Raises:
            WalkError: the item is not an object of screens and fields.
        """
        flow = latest(self.flow)
        answers, facts = _checked(flow, item)
        setting = self._setting(facts)
        trail: dict[str, Any] = {}
        while True:
            position = replay(flow, trail)
            if position.ended is not None:
                return self._ended(flow, trail, facts)
            given = answers.get(position.screen)
            if given is None:
                return self._shown(screen_at(flow, trail, position.screen, setting), flow, trail)
            raw = _still_asked(given, flow.page(position.screen), screen_at(flow, trail, position.screen, setting))
            action = str(given.get("action") or onward(flow.page(position.screen)))
            received = receive(flow, trail, position.screen, raw, action, setting)
            if isinstance(received, Rejected):
                kept, errors = received.kept, received.errors
                drawn = screen_at(flow, trail, position.screen, setting, kept=kept, errors=errors)
                return {**self._shown(drawn, flow, trail), "errors": dict(errors)}
            ahead = {**trail, received.answered.screen: received.answered}
            judged = self._judged(flow, ahead)
            finding = finding_of(judged, ahead, self.judge.vocabulary.danger_words)
            trail[received.answered.screen] = replace(received.answered, finding=finding)

    def _judged(self, flow: Flow, trail: Trail) -> Judged:
        return judge_trail(self.judge, flow, trail, self.seat.place.authority, self.seat.place.today(self.now))

    def _setting(self, facts: Mapping[str, object] | None) -> Setting:
        place = self.seat.place
        setting = self.places.setting(self.seat.unit, place, self.seat.person, self.now)
        if self.flow != "decision":
            return setting
        day = place.today(self.now)
        try:
            parsed = parse_facts(self.judge.vocabulary, facts or {})
        except FactsError as error:
            raise WalkError([f"facts: {problem}" for problem in error.problems]) from None
        said = self.judge.judge(place.authority, parsed, day)
        outcome = None if said.outcome is None else said.outcome.word
        level = None if said.level is None else said.level.id
        levels = levels_of(self.judge, setting.words, place.authority, day)
        return with_levels(setting, levels, suggested_of(outcome, level, said.urgency, levels))

    def _shown(self, screen: Screen, flow: Flow, trail: Trail) -> dict[str, object]:
        shown = {
            "id": screen.id,
            "title": screen.title,
            "text": "\n".join(_text(screen)),
            "fields": [_field(field, flow.page(screen.id)) for field in screen.fields],
            "actions": [action.id for action in screen.actions],
        }
        progress = screen.progress
        found: dict[str, object] = {"screen": shown}
        if progress is not None:
            found["progress"] = {"step": progress.step, "of": progress.of}
        if self.flow == "concern" and danger(trail) is not None:
            concern = self.sending.draft(self.seat.unit, self._draft(flow, trail), self._judged(flow, trail), self.now)
            found["alerted"] = _told(self.sending.steps(self.seat.unit, concern, self.now))
        return found

    def _draft(self, flow: Flow, trail: Trail) -> Draft:
        return Draft(flow=flow, trail=trail, person=self.seat.person, place=self.seat.place)

    def _ended(self, flow: Flow, trail: Trail, facts: Mapping[str, object] | None) -> dict[str, object]:
        if self.flow == "decision":
            return {"decision": _decision(trail, facts), "messages": list(self.receipts.decided_messages(trail))}
        judged, place = self._judged(flow, trail), self.seat.place
        concern = self.sending.draft(self.seat.unit, self._draft(flow, trail), judged, self.now)
        steps = self.sending.steps(self.seat.unit, concern, self.now)
        said = self.sending.said(self._draft(flow, trail), judged, self.now)
        view = self.receipts.view(place, concern, said, told(steps), self.now)
        receipt: dict[str, object] = {} if concern.kind != "child" else dict(said)
        receipt |= {"told": _told(steps), "messages": list(self.receipts.messages(view))}
        if found := said.get("branches"):
            receipt |= {"branch": found[0], "branches": found}
        receipt["screens"] = len(replay(flow, trail).path)
        return {"receipt": receipt}


def onward(page: Page) -> str:
    """The button that goes on where an answer names none: the first that leaves no question out."""
    return next(press.id for press in page.actions if not press.skips)


def walker_of(rules: Reading, seat: Seat, flow: str, now: datetime) -> Walk:
    """A walker in a seat. Its concern has the same id and reference each time: nothing is kept."""
    places, words = rules.places(), rules.words
    sending = Sending(
        judge=rules.judge, places=places, new_id=lambda: "walk", new_reference=lambda: "WLK-WLK", lookup_key=bytes(32)
    )
    receipts = Receipts(words=words, judge=rules.judge)
    return Walk(seat=seat, judge=rules.judge, places=places, sending=sending, receipts=receipts, flow=flow, now=now)


def _still_asked(given: Mapping[str, Any], page: Page, screen: Screen) -> dict[str, Any]:
    """The answer without the questions of its page that an earlier answer, changed since, has taken away."""
    asked = {field.id for field in screen.fields}
    gone = {question.id for question in page.questions} - asked
    return {key: value for key, value in given.items() if key != "action" and key not in gone}


def _checked(flow: Flow, item: object) -> tuple[Mapping[str, Any], Mapping[str, object] | None]:
    if not isinstance(item, dict):
        raise WalkError([f"must be an object of screens, not {type(item).__name__}"])
    answers = dict(item)
    facts = answers.pop("facts", None) if flow.name == "decision" else None
    problems = []
    for screen, fields in answers.items():
        try:
            flow.page(screen)
        except UnknownPage:
            problems.append(f"{screen}: the flow {flow.name} has no such screen")
        else:
            if not isinstance(fields, dict):
                problems.append(f"{screen}: must be an object of fields, not {type(fields).__name__}")
    if facts is not None and not isinstance(facts, dict):
        problems.append("facts: must be an object of fact ids and values")
    if problems:
        raise WalkError(problems)
    return answers, facts


def _told(steps: Iterable[PlannedStep]) -> list[dict[str, str]]:
    return [{"role": role, "due": due.isoformat()} for role, due in told(steps)]


def _decision(trail: Trail, facts: Mapping[str, object] | None) -> dict[str, object]:
    answers = {
        screen: {key: list(value) if isinstance(value, tuple) else value for key, value in answered.values.items()}
        for screen, answered in trail.items()
    }
    return {"facts": dict(facts or {}), "answers": answers, "level": trail["level"].values.get("level")}


def _field(field: Field, page: Page) -> dict[str, object]:
    """A field for a program. Where one of several must be filled, `one_of` names them and the first stands required."""
    found: dict[str, object] = {
        "id": field.id,
        "kind": field.kind,
        "label": field.label,
        "required": field.required or field.id in page.any_of[:1],
        "options": [_option(choice) for choice in field.choices],
    }
    if field.hint:
        found["hint"] = field.hint
    if field.id in page.any_of:
        found["one_of"] = list(page.any_of)
    return found


def _option(choice: Choice) -> dict[str, str]:
    """An option with what it means and the heading it stands under, where it has them."""
    said = {"id": choice.id, "label": choice.label, "hint": choice.hint, "group": choice.group}
    return {key: value for key, value in said.items() if value is not None}


def _text(screen: Screen) -> list[str]:
    lines: list[str] = []
    for block in screen.blocks:
        match block:
            case Paragraph(text=text):
                lines.append(text)
            case Notice(title=title, lines=more):
                lines += [title, *more]
            case Rows(title=title, rows=rows):
                lines += [title, *(f"{row.label}: {row.value}" for row in rows)]
            case Quote(title=title, text=text):
                lines += [title, text]
            case Listing(title=title, items=items):
                lines += [title, *(item.text for item in items)]
            case Picture(text=text):
                lines.append(text)
    return lines if not screen.foot else [*lines, screen.foot]
