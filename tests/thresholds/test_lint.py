"""The severe checks: a small document is clean, and each way to spoil it is found at its file and line."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import A_HARM, a_citation, a_document, a_level, a_line, a_raising, a_vocabulary, document_data
from tests.thresholds.folders import write_edition
from thresholds.conditions import All, AnyOf, Condition, Includes, Is, Not, OneOf
from thresholds.document import ExampleEntry
from thresholds.evaluate import ready
from thresholds.lint import check_examples, lint, main, reach_problems
from thresholds.sources import Problem

VOCABULARY = a_vocabulary()


def found(folder: Path) -> list[Problem]:
    """What lint says about one folder."""
    return list(lint([folder], VOCABULARY).problems)


def line_of(problem: Problem) -> str:
    """The text of the line that the problem points at."""
    return Path(problem.file).read_text(encoding="utf-8").splitlines()[problem.line - 1]


def test_a_good_document_is_clean(tmp_path: Path) -> None:
    assert found(write_edition(tmp_path)) == []


SPOILT: list[tuple[str, dict[str, Any], str, str]] = [
    ("a sign nobody rates", {"unrated": []}, "odd_feeling is neither rated", "indicators:"),
    (
        "a sign both rated and unrated",
        {"unrated": [{"sign": name, "says": "no"} for name in ("odd_feeling", "hungry")]},
        "hungry is rated",
        "sign: hungry",
    ),
    ("a review before it begins", {"review_by": "2019-01-01"}, "review_by lies before", "review_by:"),
    ("an end before it begins", {"in_force_to": "2019-01-01"}, "in_force_to lies before", "in_force_to:"),
    ("another vocabulary", {"vocabulary": "7"}, "written for vocabulary 7", "vocabulary:"),
    ("a route missing", {"routes": {"none": {"name": "A", "how": "B"}}}, "routes.S47 is missing", "routes:"),
    (
        "an agreement rule missing",
        {"consent": {"none": {"rule": "agreement_needed", "text": "B"}}},
        "consent.S17 is missing",
        "consent:",
    ),
    ("a floor level that is not Section 47", {"s47_level": "need"}, "with basis S47", "s47_level:"),
    ("a floor level that is not there", {"s47_level": "seven"}, "unknown level 'seven'", "s47_level:"),
    (
        "a modifier that lowers",
        {"modifiers": [a_raising("down", "need", "early", when="hungry")]},
        "down: becomes must be graver",
        "becomes:",
    ),
    (
        "accumulation that stays",
        {"accumulation": [a_raising("same", "early", "early", count=2, areas=1)]},
        "same: becomes must be graver",
        "becomes:",
    ),
    (
        "a modifier of an unknown area",
        {"modifiers": [a_raising("odd", "early", "need", when="hungry", areas=["garden"])]},
        "unknown area 'garden'",
        "areas:",
    ),
    (
        "a modifier of an unknown level",
        {"modifiers": [a_raising("odd", "early", "seven", when="hungry")]},
        "unknown level 'seven'",
        "- ",
    ),
    (
        "a modifier of an unknown fact",
        {"modifiers": [a_raising("odd", "early", "need", when="unheard_of")]},
        "unknown sign or fact 'unheard_of'",
        "when:",
    ),
    (
        "a duty of an unknown sign",
        {
            "duties": [
                {
                    "id": "duty",
                    "signs": ["unheard_of"],
                    "text": "A",
                    "role": "r",
                    "clock": "c",
                    "citation": a_citation(),
                }
            ]
        },
        "unknown sign 'unheard_of'",
        "signs:",
    ),
    (
        "an unrated sign that is not there",
        {"unrated": [{"sign": name, "says": "no"} for name in ("odd_feeling", "unheard_of")]},
        "unknown sign 'unheard_of'",
        "sign: unheard_of",
    ),
    (
        "a contact out of date before it was checked",
        {
            "contacts": [
                {
                    "id": "door",
                    "label": "Door",
                    "owner": "A",
                    "checked_on": "2026-01-01",
                    "review_by": "2025-01-01",
                    "confirmed": False,
                }
            ]
        },
        "door: review_by lies before",
        "review_by:",
    ),
    (
        "levels out of order",
        {
            "levels": [
                a_level("need", 4, "statutory_referral", "S17"),
                a_level("universal", 1, "preventative_advice"),
                a_level("early", 2, "early_help"),
                a_level("intensive", 3, "early_help"),
                a_level("protection", 5, "statutory_referral", "S47"),
            ]
        },
        "universal is milder than need",
        "- ",
    ),
    (
        "a statutory level without a basis",
        {
            "levels": [
                a_level("universal", 1, "preventative_advice"),
                a_level("early", 2, "early_help"),
                a_level("intensive", 3, "early_help"),
                a_level("need", 4, "statutory_referral"),
                a_level("protection", 5, "statutory_referral", "S47"),
            ]
        },
        "need: a statutory_referral has basis",
        "basis:",
    ),
]


@pytest.mark.parametrize(("changes", "message", "line"), [pytest.param(*row[1:], id=row[0]) for row in SPOILT])
def test_a_spoilt_document_is_found_out_at_its_line(
    tmp_path: Path, changes: dict[str, Any], message: str, line: str
) -> None:
    problems = [problem for problem in found(write_edition(tmp_path, **changes)) if message in problem.message]
    assert problems
    assert line in line_of(problems[0])


BAD_LINES: list[tuple[str, object, str]] = [
    ("an unknown sign", "unheard_of", "unknown sign or fact 'unheard_of'"),
    ("a context fact written as a sign", {"all": ["hungry", "disabled"]}, "unknown value True"),
    (
        "an unknown value",
        {"all": ["hungry", {"is": {"fact": "disabled", "value": "maybe"}}]},
        "disabled: unknown value 'maybe'",
    ),
    (
        "no value at all",
        {"all": ["hungry", {"one_of": {"fact": "disabled", "values": []}}]},
        "disabled: no value stands here",
    ),
    (
        "a list fact taken for a single one",
        {"all": ["hungry", {"is": {"fact": "mark_where", "value": "ear"}}]},
        "write includes",
    ),
    (
        "a single fact taken for a list",
        {"all": ["hungry", {"includes": {"fact": "disabled", "values": ["yes"]}}]},
        "write is or one_of",
    ),
    ("a sign taken negatively", {"all": ["hungry", {"is": {"fact": "dirty", "value": False}}]}, "dirty is a sign"),
    ("not over a sign", {"all": ["hungry", {"not": "dirty"}]}, "not over the sign dirty"),
    ("a cluster that asks for too many", {"at_least": {"count": 3, "of": ["hungry", "dirty"]}}, "at_least 3 of 2"),
    ("a cluster that asks for none", {"at_least": {"count": 0, "of": ["hungry", "dirty"]}}, "at_least 0 of 2"),
    ("no sign at all", {"is": {"fact": "disabled", "value": "yes"}}, "met without any sign"),
    ("a way round the sign", {"any": ["hungry", {"is": {"fact": "disabled", "value": "yes"}}]}, "met without any sign"),
    (
        "two answers at once",
        {
            "all": [
                "hungry",
                {"is": {"fact": "disabled", "value": "yes"}},
                {"is": {"fact": "disabled", "value": "no"}},
            ]
        },
        "unreachable",
    ),
]


@pytest.mark.parametrize(("when", "message"), [pytest.param(*row[1:], id=row[0]) for row in BAD_LINES])
def test_a_bad_condition_is_found_out_at_its_line(tmp_path: Path, when: object, message: str) -> None:
    lines = [*document_data()["indicators"], a_line("spoilt", when, "need")]
    problems = [one for one in found(write_edition(tmp_path, indicators=lines)) if message in one.message]
    assert problems
    assert all("spoilt: " in problem.message and "when:" in line_of(problem) for problem in problems)


def test_rule_ids_are_unique_and_the_floors_keep_theirs(tmp_path: Path) -> None:
    lines = document_data()["indicators"]
    lines += [a_line("hungry", "hungry", "need"), a_line("significant_harm.hungry", "hungry", "need")]
    messages = [problem.message for problem in found(write_edition(tmp_path, indicators=lines))]
    assert any("the id hungry stands twice" in message for message in messages)
    assert any("are taken: rename it" in message for message in messages)


def test_an_indicator_of_a_level_that_is_not_there_is_found_out(tmp_path: Path) -> None:
    lines = [*document_data()["indicators"], a_line("odd", {"all": ["hungry", "low_mood"]}, "seven")]
    [problem] = found(write_edition(tmp_path, indicators=lines))
    assert "odd: unknown level 'seven'" in problem.message
    assert "level: seven" in line_of(problem)


@pytest.mark.parametrize(("key", "text"), [("place", "  "), ("url", "page 4")])
def test_a_line_without_a_place_or_a_link_is_uncited(tmp_path: Path, key: str, text: str) -> None:
    lines = document_data()["indicators"]
    lines[0]["citation"][key] = text
    [problem] = found(write_edition(tmp_path, indicators=lines))
    assert "hungry: uncited" in problem.message
    assert "citation:" in line_of(problem)


def test_documents_of_one_authority_may_not_overlap(tmp_path: Path) -> None:
    first = write_edition(tmp_path, in_force_to="2021-12-31")
    second = write_edition(tmp_path, in_force_from="2021-06-01")
    [problem] = lint([second, first], VOCABULARY).problems
    assert "overlaps with the document in force from 2020-09-01" in problem.message
    assert "in_force_from" in line_of(problem)
    third = write_edition(tmp_path, in_force_from="2022-01-01")
    assert lint([first, third], VOCABULARY).problems == ()


def example(**changes: Any) -> ExampleEntry:
    """A worked case that agrees with the invented document, unless changed."""
    data = {"id": "case", "story": "A", "because": "B", "facts": {"hungry": True}, "outcome": "early_help"}
    return ExampleEntry.model_validate({**data, "level": "early", **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcome": "statutory_referral"}, "the rules say early_help at early (hungry spoke)"),
        ({"level": "need"}, "expects early_help at need"),
        ({"facts": {}, "outcome": None}, "the rules say None at None (nothing spoke)"),
        ({"facts": {"unheard_of": True}}, "unheard_of: not in the vocabulary"),
    ],
)
def test_an_example_that_disagrees_with_the_rules_is_found_out(changes: dict[str, Any], message: str) -> None:
    document = a_document()
    rules = ready(document, VOCABULARY)
    [problem] = check_examples(document, rules, [example(), example(**changes)])
    assert message in problem.message
    assert problem.file == "anyshire/2020-09-01/examples.yaml"


def test_lint_points_at_the_example_that_disagrees(tmp_path: Path) -> None:
    wrong = example(outcome="emergency").model_dump()
    [problem] = found(write_edition(tmp_path, examples=[wrong]))
    assert problem.file.endswith("examples.yaml")
    assert line_of(problem).startswith("- ")


def test_a_document_without_examples_or_with_one_twice_is_found_out(tmp_path: Path) -> None:
    [none] = found(write_edition(tmp_path, examples=[]))
    assert "no example stands here" in none.message
    [twice] = found(write_edition(tmp_path, examples=[example().model_dump()] * 2))
    assert "case stands here twice" in twice.message


@pytest.mark.parametrize(
    ("condition", "problems"),
    [
        (All((Is("bruise", True), Includes("mark_where", ("ear",)), Includes("mark_where", ("knee",)))), 0),
        (All((Is("bruise", True), Not(Is("disabled", "yes")))), 0),
        (AnyOf((Is("bruise", True), Not(Is("disabled", "yes")))), 1),
        (All((OneOf("age_band", ("under_1",)), Is("age_band", "7_to_9"), Is("bruise", True))), 1),
    ],
)
def test_a_condition_must_be_reachable_and_only_by_a_sign(condition: Condition, problems: int) -> None:
    assert len(list(reach_problems(condition, VOCABULARY))) == problems


def test_the_command_prints_one_line_a_document_when_all_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 3
    assert all(" indicators, " in line and " examples, " in line for line in lines)


def test_the_command_prints_every_problem_with_file_and_line_and_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_edition(tmp_path)
    (folder / "document.yaml").write_text(yaml.safe_dump({"authority": "anyshire"}), encoding="utf-8")
    assert main([str(folder)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert f"{folder}/document.yaml:1: levels is missing: add it" in lines
    assert lines[-1] == f"{len(lines) - 1} problems"


def test_harm_needs_a_source() -> None:
    assert A_HARM.document
    assert all(sign.harm.url for sign in VOCABULARY.signs.values() if sign.harm)
