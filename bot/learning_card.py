"""Learning points as people read them: a part of the team's digest, and a card for a school's own. Draws only."""

from collections.abc import Iterator

from bot.digest_card import days, span
from bot.errands import LEARNING
from bot.publishing import Content, read
from bot.teams import audience_of
from dialogs.cards import DIGEST as CARD
from dialogs.screens import Action, Notice, Paragraph, Screen
from dialogs.words import Words
from storage.unit import UnitOfWork

TEAM, SCHOOL = "points-", "school-"


def team_audience(authority: str, team: str) -> str:
    """Under which name a team's points are kept."""
    return audience_of(authority, f"{TEAM}{team}")


def school_audience(authority: str, school: str) -> str:
    """Under which name a school's points are kept."""
    return audience_of(authority, f"{SCHOOL}{school}")


def about_learning(audience: str, period: str) -> str:
    """The id of what a row about a school's points points at."""
    return f"{LEARNING}:{audience}:{period}"


def of_team(unit: UnitOfWork, authority: str, team: str, before: str) -> Content | None:
    """A team's newest points of a month that was over by a day."""
    every = (read(one.content) for one in unit.publications.every(team_audience(authority, team)))
    return max((one for one in every if one["last"] < before), key=lambda one: str(one["last"]), default=None)


def learning_notice(content: Content, words: Words) -> Notice:
    """The points of a period under their days."""
    title = words("figures.learning.title", days=days(content))
    return Notice(kind="info", title=title, lines=tuple(_lines(content, words)))


def _lines(content: Content, words: Words) -> Iterator[str]:
    for point in content["points"]:
        kind = "line" if point["place"] else "area"
        yield words(f"figures.learning.{point['step']}_{kind}", text=point["text"], place=point["place"])
    if content["points"]:
        yield words("figures.learning.talk")
    else:
        yield words("figures.learning.none")
    for name, took in content["times"].items():
        yield words(
            f"figures.learning.{name}", median=span(took["median"]), ninetieth=span(took["ninetieth"])
        )  # fmt: skip


def learning_screen(unit: UnitOfWork, about: str, words: Words) -> Screen | None:
    """The card of a school's own points; None if there are none."""
    _, audience, period = about.split(":", 2)
    found = unit.publications.of(audience, period)
    return None if found is None else learning_card(read(found.content), school_name(unit, audience), words)


def school_name(unit: UnitOfWork, audience: str) -> str:
    """The name of the school whose audience it is; empty if it is none's any more."""
    authority, _, whom = audience.partition("/")
    schools = {one.id: one.name for one in unit.people.schools(authority)}
    return next((name for school, name in schools.items() if whom == f"{SCHOOL}{school}"), "")


def learning_card(content: Content, school: str, words: Words) -> Screen:
    """A school's points as a card. Its title names no school: it is all that a notification or a mail shows."""
    late = [Notice(kind="info", title=words("figures.learning.late"))] if content["late"] else []
    return Screen(
        id=CARD,
        title=words("figures.here.learning"),
        blocks=(
            Paragraph(text=words("figures.learning.whose", school=school)),
            *late,
            learning_notice(content, words),
            Paragraph(text=words("figures.learning.read", threshold=str(content["threshold"]))),
        ),
        actions=(Action(id="home", label=words("figures.open"), style="primary", to="home"),),
        foot=words("foot"),
    )
