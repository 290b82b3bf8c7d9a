"""What can be made ready once for a vocabulary and its words: options, fields, buttons, and pages of signs."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dialogs.flow import FactValues, Fixed, Groups, Page, Press, Question, SecondPerson
from dialogs.offers import Offers, offers
from dialogs.screens import NONE, Action, Choice, Field, Line
from dialogs.words import Words
from thresholds.facts import Sign, Vocabulary

_MOST_KEPT = 8


@dataclass(frozen=True, slots=True)
class SignPage:
    """The signs of one page as options; `areas` are the headings met, each with what it means."""

    choices: tuple[Choice, ...]
    with_none: tuple[Choice, ...]
    areas: tuple[Line, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Parts of screens of one vocabulary and one set of words, made on first use and kept."""

    vocabulary: Vocabulary
    words: Words
    offers: Offers
    _pages: dict[tuple[tuple[str, ...], int], SignPage] = field(default_factory=dict)
    _choices: dict[tuple[str, str], tuple[Choice, ...]] = field(default_factory=dict)
    _fields: dict[tuple[str, str, bool], Field] = field(default_factory=dict)
    _actions: dict[tuple[str, str], Action] = field(default_factory=dict)

    def sign_page(self, groups: tuple[str, ...], number: int) -> SignPage:
        """Page 1 or 2 of the signs of these groups."""
        key = (groups, number)
        found = self._pages.get(key)
        if found is None:
            found = self._pages[key] = self._sign_page(self.offers.of(groups).signs[number - 1])
        return found

    def choices(self, page: Page, question: Question) -> tuple[Choice, ...]:
        """The options that depend on nothing but vocabulary and words, with those beside them."""
        key = (page.words, question.id)
        found = self._choices.get(key)
        if found is None:
            found = self._choices[key] = (*self._own(page, question), *self._also(page, question))
        return found

    def field(self, page: Page, question: Question, wanted: bool) -> Field:
        """The empty field of a question, `wanted` or not, with the options that `choices` gives."""
        key = (page.words, question.id, wanted)
        found = self._fields.get(key)
        if found is None:
            found = self._fields[key] = self._field(page, question, wanted)
        return found

    def action(self, page: Page, press: Press) -> Action:
        """The button as the page words it, or as all pages do."""
        key = (page.words, press.id)
        found = self._actions.get(key)
        if found is None:
            found = self._actions[key] = self._action(page, press)
        return found

    def _sign_page(self, signs: tuple[Sign, ...]) -> SignPage:
        areas = self.vocabulary.areas
        met = [areas[area] for area in dict.fromkeys(sign.area for sign in signs)]
        choices = tuple(
            Choice(id=sign.id, label=sign.text, hint=sign.meaning, group=areas[sign.area].label) for sign in signs
        )
        none = Choice(id=NONE, label=self.words("options.none"))
        return SignPage(choices, (*choices, none), tuple(Line(text=f"{area.label}: {area.meaning}") for area in met))

    def _own(self, page: Page, question: Question) -> Iterable[Choice]:
        match question.options:
            case Fixed(ids=ids):
                return [self._worded(page, question, option) for option in ids]
            case SecondPerson(line=line):
                return [self._worded(page, question, line)]
            case FactValues(fact=fact):
                return [Choice(id=value.id, label=value.label) for value in self.vocabulary.facts[fact].values]
            case Groups(sorter=True):
                return [self._worded(page, question, group.id) for group in self.vocabulary.groups]
            case Groups():
                return [Choice(id=group.id, label=group.label, hint=group.hint) for group in self.vocabulary.groups]
        return ()

    def _also(self, page: Page, question: Question) -> Iterable[Choice]:
        return (self._worded(page, question, option) for option in question.also)

    def _worded(self, page: Page, question: Question, option: str) -> Choice:
        prefix = f"{page.words}.{question.id}.options.{option}"
        label = self.words.maybe(f"{prefix}.label") or self.words.maybe(prefix) or self.words(f"options.{option}")
        return Choice(id=option, label=label, hint=self.words.maybe(f"{prefix}.hint"))

    def _field(self, page: Page, question: Question, wanted: bool) -> Field:
        prefix = f"{page.words}.{question.id}"
        fact = self.vocabulary.facts.get(question.fact or "")
        return Field(
            id=question.id,
            kind=question.kind,
            label=self.words.maybe(f"{prefix}.label") or (fact.question if fact else self.words(f"{prefix}.label")),
            required=wanted,
            hint=self.words.maybe(f"{prefix}.hint") or (fact.hint if fact else None),
            choices=self.choices(page, question),
            max_length=question.longest,
        )

    def _action(self, page: Page, press: Press) -> Action:
        label = self.words.maybe(f"{page.words}.actions.{press.id}") or self.words(f"actions.{press.id}")
        return Action(id=press.id, label=label, style="secondary" if press.skips else "primary")


_KEPT: dict[tuple[int, int], Prepared] = {}


def prepared(vocabulary: Vocabulary, words: Words) -> Prepared:
    """The same `Prepared` each time for the same two objects (they are held, so their identities stay their own)."""
    key = (id(vocabulary), id(words))
    found = _KEPT.get(key)
    if found is None:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        found = _KEPT[key] = Prepared(vocabulary, words, offers(vocabulary))
    return found
