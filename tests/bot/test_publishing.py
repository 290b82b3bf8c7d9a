"""What is published of counts: what is small is hidden, and what was said before is taken into account."""

from collections.abc import Mapping
from datetime import date
from itertools import product
from statistics import quantiles
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from bot.figures import OUTCOMES, Counts, agreement, kappa, quantile
from bot.publishing import About, Before, Content, cell_of, cells_of, may_say_least, published, read, rounded, written
from bot.small_numbers import Cell, Span, bounds
from bot.weeks import Stretch, a_week, week_of
from storage.periods import Took

PARTS = ("same", "raised", "lowered")
STEPS = ("raised", "lowered")
Steps: TypeAlias = tuple[str, ...]
WEEK = a_week(week_of(date(2026, 11, 16)))


def counts(**changes: object) -> Counts:
    plain: dict[str, object] = {
        "sent": dict.fromkeys(OUTCOMES, 0),
        "decided": dict.fromkeys(OUTCOMES, 0),
        "pairs": {},
        "seen": (),
        "decided_after": (),
        "work": {"consultation": 0},
        "abandoned": {},
    }
    return Counts(**{**plain, **changes})  # type: ignore[arg-type]


def sent(**some: int) -> dict[str, int]:
    return {**dict.fromkeys(OUTCOMES, 0), **some}


def of(week: int = 0, before: Before | None = None, **changes: object) -> Content:
    first = week_of(date(2026, 11, 16)).number + week
    stretch = a_week(type(WEEK.first)(first))
    return published(About(audience="ealing/swis", stretch=stretch), counts(**changes), before or Before())


def test_small_counts_are_ranges_and_true_zeros_show() -> None:
    found = of(sent=sent(early_help=3, statutory_referral=7))
    assert found["counts"]["sent"]["early_help"] == [1, 4]
    assert found["counts"]["sent"]["statutory_referral"] == [7, 7]
    assert found["counts"]["sent"]["emergency"] == [0, 0]
    assert not found["empty"]


def test_nothing_at_all_is_empty() -> None:
    assert of()["empty"]


def test_shares_and_times_of_few_are_not_said() -> None:
    took = (Took(minutes=4, in_time=True, count=9), Took(minutes=40, in_time=False, count=3))
    found = of(sent=sent(early_help=12), seen=took)
    assert (found["shares"]["seen"], found["times"]) == ({}, {})


def test_shares_and_times_of_many_are_said() -> None:
    took = (Took(minutes=4, in_time=True, count=24), Took(minutes=42, in_time=False, count=3))
    found = of(sent=sent(early_help=27), seen=took)
    assert found["shares"]["seen"] == {"in_time": "most", "late": "few"}
    assert found["times"]["seen"] == {"median": 5, "ninetieth": 40}


def test_kappa_is_not_said_where_a_few_disagreed() -> None:
    same, other = ("early_help", "early_help"), ("preventative_advice", "early_help")
    third = ("preventative_advice", "preventative_advice")
    many = {same: 40, third: 30}
    assert of(decided=sent(early_help=74), pairs={**many, other: 4})["kappa"] is None
    assert of(decided=sent(early_help=80), pairs={**many, other: 10})["kappa"] == {
        "raw_percent": 90, "kappa": 0.8, "low": 0.6, "high": 0.9,
    }  # fmt: skip


def test_full_agreement_has_a_kappa_of_one_and_one_level_has_none() -> None:
    same, third = ("early_help", "early_help"), ("preventative_advice", "preventative_advice")
    whole = kappa({same: 4, third: 3})
    assert whole is not None
    assert (whole.value, whole.low, whole.high) == (1, 1, 1)
    assert kappa({same: 4}) is None
    assert kappa({}) is None


def test_a_decision_is_raised_lowered_or_the_same_and_an_emergency_is_statutory() -> None:
    pairs = {
        ("early_help", "statutory_referral"): 1,
        ("emergency", "statutory_referral"): 2,
        ("early_help", "preventative_advice"): 3,
        ("none", "early_help"): 4,
    }
    assert agreement(pairs) == {"same": 2, "raised": 1, "lowered": 3}


def test_a_month_is_held_against_its_weeks() -> None:
    weeks = [of(number, sent=sent(early_help=count)) for number, count in enumerate((7, 3, 9))]
    stretch = Stretch(name="m", first=WEEK.first, end=type(WEEK.first)(WEEK.first.number + 3))
    month = published(
        About(audience="ealing/intervention", stretch=stretch), counts(sent=sent(early_help=19)), Before(teams=(weeks,))
    )
    assert cell_of(month, "sent", "early_help") == Cell(low=17, high=20)


def test_what_is_kept_comes_back_as_it_was() -> None:
    found = of(sent=sent(early_help=3))
    assert read(written(found)) == found


@given(st.lists(st.integers(0, 5000), min_size=2, max_size=40))
def test_quantiles_agree_with_sorting_by_hand(minutes: list[int]) -> None:
    tooks = [Took(minutes=one, in_time=None, count=1) for one in minutes]
    ranked = sorted(minutes)
    assert quantile(tooks, 0.5) == ranked[(len(ranked) + 1) // 2 - 1]
    assert min(ranked) <= quantile(tooks, 0.9) <= max(ranked)
    assert quantiles(ranked, n=2)[0] >= quantile(tooks, 0.5)


def test_lengths_of_time_are_rounded_so_that_no_single_one_shows() -> None:
    assert [rounded(one) for one in (2, 58, 200, 1600)] == [0, 60, 210, 1440]


def test_an_authority_may_hide_more() -> None:
    stretch = a_week(WEEK.first)
    found = published(About(audience="a/b", stretch=stretch, threshold=10), counts(sent=sent(early_help=7)), Before())
    assert found["counts"]["sent"]["early_help"] == [1, 9]
    assert found["threshold"] == 10


def solutions(said: Mapping[str, str], whole: int, least: Mapping[str, int]) -> list[tuple[int, ...]]:
    """Every way in which a whole may be the same, raised and lowered, by what was published."""
    cells = [bounds(said[part], whole) if part in said else Cell(low=0, high=whole) for part in PARTS]
    lows = [max(cell.low, least.get(part, 0)) for part, cell in zip(PARTS, cells, strict=True)]
    spans = [range(low, (cell.high or 0) + 1) for low, cell in zip(lows, cells, strict=True)]
    return [one for one in product(*spans) if sum(one) == whole]


@given(st.integers(0, 40), st.integers(0, 12), st.integers(0, 12), st.sampled_from([("raised",), ("lowered",), STEPS]))
def test_no_learning_point_gives_a_small_count_away(same: int, raised: int, lowered: int, steps: Steps) -> None:
    actual = {"same": same, "raised": raised, "lowered": lowered}
    least = {step: 5 for step in steps if actual[step] >= 5}
    pairs = {
        ("early_help", "early_help"): same, ("early_help", "statutory_referral"): raised,
        ("early_help", "preventative_advice"): lowered,
    }  # fmt: skip
    content = of(decided=sent(early_help=same + raised + lowered), pairs=pairs)
    if not may_say_least([content], WEEK, least, {}, 5):
        return
    found = solutions(content["shares"]["agreement"], sum(actual.values()), least)
    assert tuple(actual.values()) in found
    for part in range(len(PARTS)):
        values = {one[part] for one in found}
        assert len(values) > 1 or not 0 < min(values) < 5


def test_a_point_that_leaves_one_value_for_a_small_count_is_not_said() -> None:
    pairs = {
        ("early_help", "early_help"): 18, ("early_help", "statutory_referral"): 5,
        ("early_help", "preventative_advice"): 1,
    }  # fmt: skip
    content = of(decided=sent(early_help=24), pairs=pairs)
    assert content["shares"]["agreement"] == {"same": "most", "raised": "few", "lowered": "few"}
    assert not may_say_least([content], WEEK, {"raised": 5}, {}, 5)
    assert may_say_least([content], WEEK, {}, {}, 5)


def test_words_that_a_learning_point_has_made_tell_tale_are_not_said_later() -> None:
    pairs = {
        ("early_help", "early_help"): 18, ("early_help", "statutory_referral"): 5,
        ("early_help", "preventative_advice"): 1,
    }  # fmt: skip
    span = Span(first=WEEK.first.number, end=WEEK.end.number, said=Cell(low=5, high=None))
    found = of(before=Before(least={"raised": (span,)}), decided=sent(early_help=24), pairs=pairs)
    assert found["shares"]["agreement"] == {}


def test_what_was_kept_is_read_from_the_gravest_outcome_on() -> None:
    kept = read(written(of(sent=sent(early_help=7))))
    assert list(kept["counts"]["sent"]) == sorted(OUTCOMES)
    assert tuple(cells_of(kept, "sent")) == OUTCOMES
