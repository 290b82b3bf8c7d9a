"""The shape of a conversation as frozen data: pages, questions, routes. No functions to call, and no words.

A route, and whether a question is asked, is a condition over a flat state: `<screen>.<field>` → answer (never typed
text), `<screen>.<field>.filled` → True, `<screen>.action`, `finding.<name>`, `<interrupt>.seen`, and `shown` (what an
answer brought along that only the vocabulary or the setting could tell).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from dialogs.screens import FieldKind
from thresholds.conditions import Condition, reads
from thresholds.facts import FactValue

TYPED: frozenset[FieldKind] = frozenset({"text", "long_text", "phone"})
LENGTHS: Mapping[FieldKind, int] = {"text": 200, "long_text": 6000, "phone": 30, "date": 10, "time": 5, "number": 9}
"""The most characters each kind takes, unless the question says less."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixed:
    """These options, labelled by the words."""

    ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FactValues:
    """The values of a fact, labelled by the vocabulary."""

    fact: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Groups:
    """The groups of signs, labelled by the vocabulary; with `sorter` by plain statements of the words."""

    sorter: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SignsOf:
    """The signs of the groups chosen so far; `page` 2 holds what page 1 has no room for."""

    fields: tuple[str, ...] = ("about.groups", "sorter.fits")
    page: Literal[1, 2] = 1
    unsure: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Councils:
    """The councils that the setting names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipients:
    """Who would receive the concern, as the setting names them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Levels:
    """The authority's levels, mildest first, as the setting names them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondPerson:
    """With whom a statutory suggestion may be lowered: a social worker by name; `line` where there is none."""

    line: str


TODAY = "today"
SENT = "sent"

Options: TypeAlias = Fixed | FactValues | Groups | SignsOf | Councils | Recipients | Levels | SecondPerson


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """An option that says a fact by itself."""

    option: str
    fact: str
    value: FactValue


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One field. `also` are options beside `options` (`none`, `not_known`, …); `fact` takes the answer as it is.

    A fact `when_needed` is sent only where the rules asked for it. `future` allows dates after today. `earliest` is the
    first day that a date may be: `TODAY`, `SENT` (the day the concern was sent) or another date of the page by its id.
    `someone_else` refuses the name of the person who answers.
    """

    id: str
    kind: FieldKind
    required: bool = False
    required_when: Condition | None = None
    options: Options | None = None
    also: tuple[str, ...] = ()
    max_length: int | None = None
    min_length: int = 0
    asked: Condition | None = None
    fact: str | None = None
    when_needed: bool = False
    gives: tuple[Given, ...] = ()
    future: bool = False
    earliest: str | None = None
    someone_else: bool = False

    @property
    def longest(self) -> int | None:
        """The most characters the answer may have, where it is typed."""
        return self.max_length or LENGTHS.get(self.kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Where to go next when the condition holds (or always)."""

    to: str
    when: Condition | None = None


ShowKind = Literal[
    "text", "info", "warning", "danger", "done", "answers", "recipients", "areas", "danger_words", "question"
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Show:
    """Something shown above the fields: words under `key`, or a list that the drawing knows how to make.

    `when` may also read `setting.social_worker` (True or False).
    """

    kind: ShowKind
    key: str
    when: Condition | None = None
    ring: Literal["nobody", "front_door", "designated_officer"] = "nobody"
    """Whose numbers stand among the lines."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """A button. One that `skips` does not ask for the fields left empty. It stands first when `first` holds."""

    id: str
    skips: bool = False
    first: Condition | None = None


NEXT = Press(id="next")
TELL = Press(id="tell")
"""Sends what stands on the page to those who were alerted already, and stays on the page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One screen. `words` is the prefix of its keys. At least one field of `any_of` must be filled.

    `at_most` fields are asked: those the rules need first, in the order of the need. A page with `end` is the last.
    """

    id: str
    words: str
    questions: tuple[Question, ...] = ()
    shows: tuple[Show, ...] = ()
    routes: tuple[Route, ...] = ()
    actions: tuple[Press, ...] = (NEXT,)
    any_of: tuple[str, ...] = ()
    at_most: int | None = None
    end: str | None = None
    signs: SignsOf | None = field(init=False, repr=False, compare=False)
    """Which signs the page offers, taken from its questions."""

    def __post_init__(self) -> None:
        found = (one.options for one in self.questions if isinstance(one.options, SignsOf))
        object.__setattr__(self, "signs", next(found, None))

    def press(self, action: str) -> Press | None:
        """The button of this id."""
        for press in self.actions:
            if press.id == action:
                return press
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Interrupt:
    """A page that breaks in once, after the answer by which `when` first holds; then the road goes on."""

    when: Condition
    to: str
    sources: frozenset[str] = field(init=False, repr=False, compare=False)
    """The pages whose answers the condition reads; the others can't bring it about, but their findings can."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", frozenset(name.partition(".")[0] for name in reads(self.when)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """A name for something that adds a duty or changes the road."""

    name: str
    when: Condition


class UnknownPage(KeyError):  # noqa: N818 - the name is part of the API
    """A flow has no page of this id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """A conversation of one version. Once released its meaning stays; a change is a new version."""

    name: str
    version: int
    start: str
    pages: tuple[Page, ...]
    interrupt: Interrupt | None = None
    branches: tuple[Branch, ...] = ()
    _by_id: Mapping[str, Page] = field(init=False, repr=False, compare=False)
    _rest: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id = {page.id: page for page in self.pages}
        object.__setattr__(self, "_by_id", by_id)
        object.__setattr__(self, "_rest", {page.id: _rest(by_id, page) for page in self.pages})

    def page(self, page_id: str) -> Page:
        """The page of this id.

        Raises:
            UnknownPage: there is none.
        """
        page = self._by_id.get(page_id)
        if page is None:
            raise UnknownPage(page_id)
        return page

    def rest(self, page_id: str) -> int:
        """How many screens follow on the ordinary road, the last one counted."""
        return self._rest[page_id]


def _rest(pages: Mapping[str, Page], page: Page) -> int:
    count = 0
    while page.routes:
        page = pages[page.routes[-1].to]
        count += 1
    return count
