"""What is remembered of pages that were left: bounded for each person, so that nobody pushes out what others wrote."""

from bot.platforms.pages import LONGEST_PAGE, MOST_PAGES, Shown, Typed
from bot.platforms.stand import Stand
from dialogs.screens import Field, Screen
from tests.fakes import SetClock

PAGE = Screen(id="page", title="Page", fields=(Field(id="saw", kind="text", label="Saw", required=False),))


def stand(name: str) -> Stand:
    """One of several pages."""
    return Stand(kind="own", id=name)


def shown(typed: Typed, person: str, name: str) -> object:
    """What stands in the field of a page."""
    return typed.over(person, Shown(PAGE, stand(name))).screen.fields[0].value


def test_somebody_who_leaves_many_pages_pushes_out_their_own_only() -> None:
    typed = Typed(SetClock())
    typed.keep("ana", stand("x"), {"saw": "a torn coat"})
    for number in range(2000):
        typed.keep("ben", stand(f"p{number}"), {"saw": "much"})
    assert shown(typed, "ana", "x") == "a torn coat"
    kept = [number for number in range(2000) if shown(typed, "ben", f"p{number}")]
    assert kept == list(range(2000 - MOST_PAGES, 2000))


def test_a_page_that_is_longer_than_any_of_ours_is_not_remembered() -> None:
    typed = Typed(SetClock())
    typed.keep("ben", stand("x"), {"saw": "z" * (LONGEST_PAGE + 1)})
    assert shown(typed, "ben", "x") is None
    typed.keep("ben", stand("x"), {"saw": "z" * LONGEST_PAGE})
    assert shown(typed, "ben", "x") == "z" * LONGEST_PAGE
