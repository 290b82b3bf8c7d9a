"""What was entered on a screen → an answer to keep, or what to do about each field. Nothing typed is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from dialogs import flow
from dialogs.answers import EMPTY, Answered, Wrong, parse
from dialogs.drawing import Drawing, offered
from dialogs.flow import Councils, Groups, Levels, Press, Question, SignsOf
from dialogs.position import Stop, chosen_groups, demanded, with_values
from dialogs.screens import NOT_KNOWN, Value
from dialogs.setting import Setting

Fields: TypeAlias = tuple[dict[str, Value], dict[str, str]]
"""Values and error sentences, by field id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """The answer, to be kept; its finding is still empty."""

    answered: Answered


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """What to do about each field (`""`: the form), and everything that was entered."""

    errors: Mapping[str, str]
    kept: Mapping[str, object]


Received: TypeAlias = Accepted | Rejected


@dataclass(frozen=True, slots=True)
class Receiving:
    """One entry on one stop of the road."""

    drawing: Drawing
    stop: Stop
    raw: Mapping[str, object]

    def receive(self, action: str) -> Received:
        """Take the entry with the button that was pressed."""
        press = self.stop.page.press(action)
        if press is None:
            return self._rejected({"": self._sentence(Wrong("action"))})
        values, errors = self._parsed()
        errors |= self._stray()
        if not errors:
            values, errors = self._skipped(values) if press.skips else self._whole(values)
        return self._rejected(errors) if errors else self._accepted(values, press)

    def _accepted(self, values: Mapping[str, Value], press: Press) -> Accepted:
        shown = _brought_along(self.drawing, self.stop, values)
        return Accepted(answered=Answered(screen=self.stop.page.id, values=values, action=press.id, shown=shown))

    def _rejected(self, errors: Mapping[str, str]) -> Rejected:
        return Rejected(errors=errors, kept=dict(self.raw))

    def _parsed(self) -> Fields:
        values: dict[str, Value] = {}
        errors: dict[str, str] = {}
        for question in self.stop.asked:
            found = self._one(question, self.raw.get(question.id))
            if isinstance(found, Wrong):
                errors[question.id] = self._sentence(found)
            elif found is not None and (early := self._too_early(question, found, values)) is not None:
                errors[question.id] = self._sentence(early)
            elif found is not None:
                values[question.id] = found
        return values, errors

    def _one(self, question: Question, raw: object) -> Value | Wrong | None:
        if raw is None:
            return None
        ids = offered(self.drawing, self.stop, question) if question.options else frozenset[str]()
        found = parse(question, raw, ids, self.drawing.setting.today)
        return Wrong("own_name") if question.someone_else and self._is_own(found) else found

    def _too_early(self, question: Question, found: Value, values: Mapping[str, Value]) -> Wrong | None:
        """A day before the first one that makes sense. Days are kept year first, and so sort as they come."""
        match question.earliest:
            case None:
                return None
            case flow.TODAY:
                first, code = self.drawing.setting.today.isoformat(), "in_the_past"
            case flow.SENT:
                sent = self.drawing.setting.sent_on
                first, code = "" if sent is None else sent.isoformat(), "before_sent"
            case other:
                before = values.get(other)
                first, code = before if isinstance(before, str) and before != NOT_KNOWN else "", "before_other"
        return Wrong(code) if isinstance(found, str) and found != NOT_KNOWN and found < first else None

    def _is_own(self, found: Value | Wrong | None) -> bool:
        own = _words(self.drawing.setting.own_name)
        return isinstance(found, str) and bool(own) and _words(found) == own

    def _stray(self) -> dict[str, str]:
        asked = {question.id for question in self.stop.asked}
        stray = any(key not in asked and value is not None and value not in EMPTY for key, value in self.raw.items())
        return {"": self._sentence(Wrong("not_asked"))} if stray else {}

    def _wanted(self, values: Mapping[str, Value]) -> list[Question]:
        state = with_values(self.stop.state, self.stop.page, self.stop.asked, values)
        return [one for one in self.stop.asked if one.id not in values and demanded(one, state)]

    def _skipped(self, values: dict[str, Value]) -> Fields:
        """What *send now* leaves out counts as asked and not known, which never lowers anything."""
        return values | {one.id: NOT_KNOWN for one in self._wanted(values) if NOT_KNOWN in one.also}, {}

    def _whole(self, values: dict[str, Value]) -> Fields:
        page = self.stop.page
        errors = {one.id: self._sentence(Wrong(f"empty_{one.kind}")) for one in self._wanted(values)}
        if page.any_of and not any(one in values for one in page.any_of):
            errors[page.any_of[0]] = self.drawing.setting.words(f"{page.words}.empty")
        return values, errors

    def _sentence(self, wrong: Wrong) -> str:
        return self.drawing.setting.words(f"errors.{wrong.code}", number=str(wrong.number))


def _words(name: str) -> tuple[str, ...]:
    return tuple(name.casefold().split())


def _brought_along(drawing: Drawing, stop: Stop, values: Mapping[str, Value]) -> tuple[str, ...]:
    """What later screens must know and only the vocabulary or the setting can tell."""
    state = with_values(stop.state, stop.page, stop.asked, values)
    for question in stop.page.questions:
        match question.options:
            case SignsOf() as options:
                return chosen_groups(options, state)
            case Groups():
                return drawing.ready.offers.of(chosen_groups(SignsOf(), state)).flags()
            case Levels():
                return _lowers(drawing.setting, values.get(question.id))
            case Councils():
                return _elsewhere(drawing.setting, values.get(question.id))
    return ()


def _elsewhere(setting: Setting, council: Value | None) -> tuple[str, ...]:
    return ("elsewhere",) if council not in (None, NOT_KNOWN, setting.authority) else ()


def _lowers(setting: Setting, level: Value | None) -> tuple[str, ...]:
    suggestion = setting.suggestion
    return ("lowers",) if isinstance(level, str) and suggestion and suggestion.lowered_by(level) else ()
