"""How fast the rules speak, against zen-engine's fastest compiled form of the same indicators, in one run.

`main()` prints and returns the figures. zen-engine is given only the matching of indicators; ours builds the whole
evaluation (levels, modifiers, accumulation, floor, reasons with citations, what is not known).
"""

import json
import random
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

import zen

from thresholds.conditions import All, AnyOf, AtLeast, Condition, Includes, Is, Not, OneOf
from thresholds.evaluate import Rules, evaluate, ready
from thresholds.facts import Facts, FactValue, Vocabulary
from thresholds.load import load_catalogue

INPUTS, ROUNDS, SEED = 1_000, 5, 20_260
NOBODY_KNOWS = "?"


def main() -> dict[str, float | str]:
    """Measure on Ealing's latest document; evaluations a second, the better of the rounds for both."""
    edition = load_catalogue().editions["ealing"][-1]
    rules = ready(edition.document, edition.vocabulary)
    inputs = some_facts(edition.vocabulary)
    ours = rate(lambda facts: evaluate(rules, facts), inputs)
    forms = {name: _zen_rate(rules, *form, inputs) for name, form in tables(rules).items()}
    fastest = max(forms, key=lambda name: forms[name])
    figures: dict[str, float | str] = {
        "indicators": len(edition.document.indicators),
        "inputs": len(inputs),
        "evaluate per second": round(ours),
        "evaluate microseconds": round(1e6 / ours, 2),
        **{f"zen-engine per second, {name}": round(found) for name, found in forms.items()},
        "zen-engine fastest form": fastest,
        "ratio": round(ours / forms[fastest], 2),
    }
    for name, figure in figures.items():
        print(f"{name}: {figure}")
    return figures


def some_facts(vocabulary: Vocabulary) -> list[Facts]:
    """Random facts of 3 to 10 signs and some context; the same on each run."""
    chance = random.Random(SEED)
    return [_some(vocabulary, chance) for _ in range(INPUTS)]


def _some(vocabulary: Vocabulary, chance: random.Random) -> Facts:
    facts: dict[str, FactValue] = dict.fromkeys(chance.sample(list(vocabulary.signs), chance.randint(3, 10)), True)
    for fact in vocabulary.facts.values():
        # Someone of 18 or over has no child level, so that nothing would be measured.
        values: list[str | None] = [choice.id for choice in fact.values if choice.id != "18_or_over"]
        if chance.random() < 0.3:
            value = chance.choice([*values, None])
            facts[fact.id] = (value,) if fact.kind == "many" and value is not None else value
    return facts


def rate(ask: Callable[[Any], object], inputs: Sequence[object]) -> float:
    """Calls a second in the best of the rounds, after one to warm up."""
    seconds = [_seconds(ask, inputs) for _ in range(ROUNDS + 1)][1:]
    return len(inputs) / min(seconds)


def _seconds(ask: Callable[[Any], object], inputs: Sequence[object]) -> float:
    start = perf_counter()
    for one in inputs:
        ask(one)
    return perf_counter() - start


def _zen_rate(rules: Rules, table: dict[str, Any], with_list: bool, inputs: Sequence[Facts]) -> float:
    content = zen.ZenDecisionContent(json.dumps(table))
    engine = zen.ZenEngine({"loader": lambda _key: content})
    asked = [zen_input(facts, with_list) for facts in inputs]
    _check_same(rules, engine, inputs, asked)
    return rate(lambda facts: engine.evaluate("indicators", facts), asked)


def _check_same(rules: Rules, engine: Any, inputs: Sequence[Facts], asked: Sequence[dict[str, Any]]) -> None:
    """Both find the same indicators on every input.

    Raises:
        AssertionError: naming the first input on which they differ.
    """
    known = {entry.id for entry in rules.document.indicators}
    for facts, one in zip(inputs, asked, strict=True):
        theirs = {row["id"] for row in engine.evaluate("indicators", one)["result"] or ()}
        ours = {reason.indicator for reason in evaluate(rules, facts).reasons} & known
        assert ours == theirs, f"on {facts}: ours alone {ours - theirs}, theirs alone {theirs - ours}"


def zen_input(facts: Facts, with_list: bool) -> dict[str, Any]:
    """The facts as zen-engine takes them: *not known* as a value of its own (absent is its null); signs also listed."""
    found = {fact: _zen_value(value) for fact, value in facts.items()}
    return {"signs": [fact for fact, value in facts.items() if value is True], **found} if with_list else found


def _zen_value(value: FactValue) -> object:
    if value is None:
        return NOBODY_KNOWS
    return list(value) if isinstance(value, tuple) else value


def tables(rules: Rules) -> dict[str, tuple[dict[str, Any], bool]]:
    """The same indicators in the forms that were worth trying, and whether the form reads a list of the signs.

    A column a sign is no such form: zen-engine looks at every cell of every row.
    """
    expressions = _table(rules, [("when", None)], lambda when: [expression(when)])
    unary = _table(rules, [("signs", "signs"), ("when", None)], _unary_cells)
    return {"one expression column": (expressions, False), "a unary column of signs and an expression": (unary, True)}


def _unary_cells(when: Condition) -> list[str]:
    if isinstance(when, Is) and when.value is True:
        return [f"some($, # == {json.dumps(when.fact)})", ""]
    return ["", expression(when)]


def _table(
    rules: Rules, columns: Sequence[tuple[str, str | None]], cells: Callable[[Condition], list[str]]
) -> dict[str, Any]:
    names = [name for name, _ in columns]
    inputs = [{"id": name, "name": name, **({"field": field} if field else {})} for name, field in columns]
    rows = [
        {"_id": f"row{index}", "id": json.dumps(entry.id), **dict(zip(names, cells(entry.when), strict=True))}
        for index, entry in enumerate(rules.document.indicators)
    ]
    content = {
        "hitPolicy": "collect",
        "inputs": inputs,
        "outputs": [{"id": "id", "name": "id", "field": "id"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "e1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "e2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return {"nodes": nodes, "edges": edges}


def expression(condition: Condition) -> str:  # noqa: PLR0911 - one closed table of seven kinds
    """The condition in zen-engine's language."""
    match condition:
        case Is(fact, True):
            return f"{fact} == true"
        case Is(fact, value):
            return f"{fact} in {json.dumps([value, NOBODY_KNOWS])}"
        case OneOf(fact, values):
            return f"{fact} in {json.dumps([*values, NOBODY_KNOWS])}"
        case Includes(fact, values):
            wanted = json.dumps(list(values))
            return f"({fact} == '{NOBODY_KNOWS}' or ({fact} != null and some({fact}, # in {wanted})))"
        case All(of):
            return "(" + " and ".join(map(expression, of)) + ")"
        case AnyOf(of):
            return "(" + " or ".join(map(expression, of)) + ")"
        case AtLeast(count, of):
            return f"(sum([{', '.join(f'({expression(part)}) ? 1 : 0' for part in of)}]) >= {count})"
        case Not(of):
            return f"not ({expression(of)})"


if __name__ == "__main__":
    main()
