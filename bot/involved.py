"""Who must not be told of what somebody is saying: named, possibly involved, or left out. Pure over the answers."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from dialogs.answers import Answered
from dialogs.engine import Trail, danger
from storage.shapes import Person, PersonId

_OF_THE_CHILD = ("child_hurt", "child_name")


def involved(trail: Trail, reporter: Person, people: Sequence[Person]) -> tuple[PersonId, ...]:
    """Everybody among the people who must not be told, each once."""
    found = [*_left_out(trail, people), *_named_adult(trail, reporter, people), *_heads_in_danger(trail, people)]
    return tuple(dict.fromkeys(found))


def kind_of(trail: Trail) -> Literal["adult", "consultation", "child"]:
    """What kind of concern the answers make."""
    what = said_in(trail, "start", "what")
    if what == "adult":
        return "adult"
    informal = what == "talk" and said_in(trail, "talk", "hurt") == "no"
    return "consultation" if informal else "child"


def said_in(trail: Trail, screen: str, field: str) -> str:
    """What was chosen or typed in one field; empty where nothing was."""
    answered = trail.get(screen)
    value = answered.values.get(field) if answered else None
    return value if isinstance(value, str) else ""


def of_the_child(trail: Trail) -> Trail:
    """Of a conversation about an adult only what concerns the child who may be hurt: no word of the adult."""
    harm = trail.get("adult_harm")
    if harm is None:
        return {}
    kept = {name: value for name, value in harm.values.items() if name in _OF_THE_CHILD}
    return {harm.screen: Answered(screen=harm.screen, values=kept)}


def _left_out(trail: Trail, people: Iterable[Person]) -> list[PersonId]:
    check = trail.get("check") or trail.get("adult_check")
    chosen = check.values.get("leave_out", ()) if check else ()
    return [one.id for one in people if one.id in chosen]


_ROLES_OF: Mapping[str, tuple[str, ...]] = {
    "head": ("head",),
    "designated_safeguarding_lead": ("designated_safeguarding_lead", "deputy_safeguarding_lead"),
    "social_worker": ("social_worker", "student_social_worker"),
}
_NOBODY_SAFE = ("head", "senior_leader", "chair", "designated_safeguarding_lead", "deputy_safeguarding_lead")


def _heads_in_danger(trail: Trail, people: Iterable[Person]) -> list[PersonId]:
    """The head may be the danger: nobody who leads the school beside the chair."""
    head = danger(trail) == "danger_head"
    return [one.id for one in people if head and one.role in ("head", "senior_leader")]


def _named_adult(trail: Trail, reporter: Person, people: Sequence[Person]) -> list[PersonId]:
    """Everybody whom the answers name or may mean: by role, by name, or all of school if nobody there is safe.

    The reporter too, in any role beside: whoever it is about is never the one to respond.
    """
    if said_in(trail, "start", "what") != "adult":
        return []
    who = said_in(trail, "adult_who", "who")
    roles = _ROLES_OF.get(who, ())
    if said_in(trail, "adult_who", "someone_safe") == "no":
        roles = (*roles, *_NOBODY_SAFE)
    named = names_in(said_in(trail, "adult_who", "name"))
    itself = [reporter.id] if who == "myself" else []
    return [*itself, *(one.id for one in people if one.role in roles or _is_named(one, named))]


_NAME = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_APOSTROPHES = str.maketrans("\u2019\u2018`", "'''")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "sir", "madam", "the", "and", "of"})


def _is_named(person: Person, named: frozenset[str]) -> bool:
    """Any shared name counts: leaving one person too many out is safe, telling the person it is about is not."""
    return bool(names_in(person.name) & named)


def names_in(text: str) -> frozenset[str]:
    """The names in a text, in plain letters, whatever stands around them; titles are none."""
    letters = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    names = _NAME.findall(letters.translate(_APOSTROPHES).casefold())
    return frozenset(name.removesuffix("'s").replace("'", "") for name in names) - _TITLES - {""}
