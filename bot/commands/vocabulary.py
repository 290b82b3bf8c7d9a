"""`swis facts`: the vocabulary. Loads no document, no database and no web server, so that it answers at once."""

import typer

from bot.commands.exits import Problem
from bot.commands.options import Authority, print_json
from thresholds.facts import Vocabulary
from thresholds.load import PACKAGED, load_vocabulary
from thresholds.sources import ProblemsError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("facts")(facts)


def facts(authority: Authority) -> None:
    """Print the vocabulary: every area, sign and fact id, its question, its allowed values."""
    installed = sorted(one.name for one in (PACKAGED / "authorities").iterdir() if one.is_dir())
    if authority not in installed:
        raise Problem(f"--authority: {authority!r} is not installed; there are {', '.join(installed)}")
    try:
        print_json(vocabulary_json(load_vocabulary()))
    except ProblemsError as error:
        raise Problem(map(str, error.problems)) from None


def vocabulary_json(vocabulary: Vocabulary) -> dict[str, object]:
    """The vocabulary as the JSON of `swis facts`."""
    return {
        "areas": [{"id": area.id, "label": area.label} for area in vocabulary.areas.values()],
        "signs": [{"id": sign.id, "area": sign.area, "text": sign.text} for sign in vocabulary.signs.values()],
        "facts": [
            {
                "id": fact.id,
                "kind": fact.kind,
                "question": fact.question,
                "values": [choice.id for choice in fact.values],
            }
            for fact in vocabulary.facts.values()
        ],
    }
