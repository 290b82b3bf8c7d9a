"""Published practice cases, entered as a teacher would: the answers of each, the route they lead to, its transcript.

The transcripts are written by `python -m tests.walks.practising`, and a test says when one is out of date.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.reading import reading
from bot.walk import Walk, walker_of
from tests.fakes import MONDAY

FOLDER = Path(__file__).parent / "practice"
_SKIPPED = ("more", "when")
_DUTIES = {"prevent": "prevent", "private_fostering_notification": "private_fostering", "nude_images": "police_image"}
_GRAVEST_LAST = ("none", "advice", "early_help", "section17", "section47", "urgent")


@dataclass(frozen=True, kw_only=True)
class Practice:
    """One case: what was published, and what a teacher answers, screen by screen."""

    case: str
    source: str
    story: str
    route: str
    accepted: tuple[str, ...]
    answers: Mapping[str, Mapping[str, Any]]
    apart: str = ""


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A case that was walked: each screen with its answer, and the receipt."""

    practice: Practice
    screens: tuple[tuple[Mapping[str, Any], Mapping[str, Any]], ...]
    receipt: Mapping[str, Any]

    @property
    def routes(self) -> frozenset[str]:
        """Every name of the register that this suggestion answers to."""
        return frozenset((_level_route(self.receipt), *_unnumbered(self.receipt), *_duty_routes(self.receipt)))

    @property
    def level_route(self) -> str:
        """The route by level alone."""
        return _level_route(self.receipt)

    @property
    def agrees(self) -> bool:
        """Whether the suggestion is among the accepted routes."""
        return bool(self.routes & set(self.practice.accepted))

    @property
    def under_rated(self) -> bool:
        """Whether it stands below everything that counts as agreement. A duty without a level is never below."""
        wanted = [_GRAVEST_LAST.index(one) for one in self.practice.accepted if one in _GRAVEST_LAST]
        return not self.agrees and bool(wanted) and _GRAVEST_LAST.index(self.level_route) < min(wanted)


@cache
def practices() -> tuple[Practice, ...]:
    """All cases of the file, each with the usual answers where it says nothing else."""
    read = yaml.safe_load((FOLDER / "cases.yaml").read_text(encoding="utf-8"))
    return tuple(
        Practice(**{**one, "accepted": tuple(one["accepted"]), "answers": _filled(read["usual"], one["answers"])})
        for one in read["cases"]
    )


def _filled(usual: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    if "adult_who" in given:
        return given
    order = ("start", "emergency", "happened", "child", "about", "signs", "signs_more", "more", "when", "check")
    sent_now = given["signs"].get("action") == "send_now"
    screens = [one for one in order if one in given or (one in usual and not (sent_now and one in _SKIPPED))]
    return {one: {**usual.get(one, {}), **given.get(one, {})} for one in screens}


@cache
def walker() -> Walk:
    """A teacher of the example school in Ealing, on a Monday at ten."""
    rules = reading()
    return walker_of(rules, rules.seat("ealing", None, None, MONDAY), "concern", MONDAY)


@cache
def entered(case: str) -> Entered:
    """A case walked to its receipt; an answer that is refused or left out fails here, with the screen."""
    practice = next(one for one in practices() if one.case == case)
    shown: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = []
    given: dict[str, Any] = {}
    for screen, answer in practice.answers.items():
        found: Any = walker().walk(given)
        assert found.get("screen", {}).get("id") == screen, (case, screen, found.get("errors"), found.get("screen"))
        shown.append((found["screen"], answer))
        given[screen] = answer
    last: Any = walker().walk(given)
    assert "receipt" in last, (case, last.get("errors"), last["screen"]["id"])
    return Entered(practice=practice, screens=tuple(shown), receipt=last["receipt"])


def _level_route(receipt: Mapping[str, Any]) -> str:
    match receipt.get("outcome"), (receipt.get("level") or {}).get("basis"):
        case "emergency", _:
            return "urgent"
        case "statutory_referral", "S47":
            return "section47"
        case "statutory_referral", _:
            return "section17"
        case "early_help", _:
            return "early_help"
        case "preventative_advice", _:
            return "advice"
    return "none"


def _unnumbered(receipt: Mapping[str, Any]) -> Iterator[str]:
    if receipt.get("outcome") in ("statutory_referral", "emergency"):
        yield "statutory_unspecified"


def _duty_routes(receipt: Mapping[str, Any]) -> Iterator[str]:
    yield from (_DUTIES[duty] for duty in receipt.get("duties", ()) if duty in _DUTIES)
    if any("local authority designated officer" in line for line in receipt["messages"]):
        yield "lado"


def transcript(found: Entered) -> str:
    """The case as people read it: each screen with what was answered, then the receipt."""
    case = found.practice
    lines = [f"# {case.case}", "", case.story, "", f"Published by: {case.source}. What they did: {case.route}.", ""]
    for number, (screen, answer) in enumerate(found.screens, start=1):
        lines += [f"## {number}. {screen['title']}", "", *_answered(screen, answer), ""]
    lines += [f"## {len(found.screens) + 1}. Receipt", "", *_receipt(found.receipt), "", *_verdict(found)]
    return "\n".join(lines).rstrip() + "\n"


def _answered(screen: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[str]:
    fields = {field["id"]: field for field in screen["fields"]}
    for key, value in answer.items():
        if key == "action":
            yield "- pressed: Send now, add the rest later"
        else:
            yield f"- {fields[key]['label']}: **{_said(fields[key], value)}**"
    if not answer:
        yield "- nothing more was answered"


def _said(field: Mapping[str, Any], value: object) -> str:
    labels = {option["id"]: option["label"] for option in field["options"]}
    many = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return "; ".join(str(labels.get(str(one), one)) for one in many)


def _receipt(receipt: Mapping[str, Any]) -> Iterator[str]:
    if "outcome" in receipt:
        level = (receipt["level"] or {}).get("label", "no level")
        yield f"- Suggestion: **{receipt['outcome'] or 'no outcome'}**, {level}"
        for reason in receipt["reasons"]:
            yield f"- because: {reason['text']} ({reason['citation']['document']}, {reason['citation']['place']})"
        for duty in receipt["duties"]:
            yield f"- beside the level: {duty}"
    for told in receipt["told"]:
        yield f"- told: {told['role']}, {told['due']}"


def _verdict(found: Entered) -> Iterator[str]:
    yield "Agrees with the published route." if found.agrees else "Stands apart from the published route."
    if found.practice.apart:
        yield found.practice.apart


def main() -> None:
    """Write every transcript anew."""
    for practice in practices():
        found = entered(practice.case)
        (FOLDER / f"{practice.case}.md").write_text(transcript(found), encoding="utf-8")


if __name__ == "__main__":
    main()
