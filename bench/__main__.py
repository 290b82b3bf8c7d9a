"""`python -m bench`: every comparison on one core, printed and written to docs/measured.md. Exit 1 below a bar."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    backlog,
    digests,
    evaluate,
    idle,
    machine,
    slack_fuzz,
    slack_turn,
    soak,
    storage_turn,
    teams_fuzz,
    teams_turn,
    thresholds_tools,
    turn,
)
from bench.figures import Figure, Section, kept_sections, page, write

ROOT = Path(__file__).parents[1]
VAR = ROOT / "var"
MEASURED = ROOT / "docs" / "measured.md"
BARS = {"ratio": 4.0}


def main() -> int:
    """Measure, print, write; 1 if a bar is missed, else 0. Words (`soak`, `digests`): those alone, beside the rest."""
    VAR.mkdir(exist_ok=True)
    alone = {
        "soak": soak.main, "alerts": backlog.main, "authors": thresholds_tools.main, "digests": digests.main,
        "teams": teams_turn.main, "slack": slack_turn.main, "slack-fuzz": slack_fuzz.main,
        "teams-fuzz": teams_fuzz.main,
        "idle": _idle,
    }  # fmt: skip
    sections = tuple(alone[name](VAR) for name in sys.argv[1:]) or _figures()
    at = datetime.now(UTC)
    kept = kept_sections(MEASURED, {section.title for section in sections})
    text = page(sections, kept, at=at, machine=machine.description())
    write(MEASURED, text)
    print(text)
    missed = [figure for section in sections for figure in section.figures if not figure.reached]
    for figure in missed:
        print(f"below its bar: {figure.what}", file=sys.stderr)
    return 1 if missed else 0


def _idle(var: Path) -> Section:  # noqa: ARG001 - it keeps its files in a folder of its own
    return idle.main()


def _figures() -> tuple[Section, ...]:
    # Before this process is held to one core: these use both.
    alerts, slack, teams = backlog.main(VAR), slack_turn.main(VAR), teams_turn.main(VAR)
    machine.hold_to_one_core()
    figures, tools = digests.main(VAR), thresholds_tools.main(VAR)
    return (_rules(), turn.main(VAR), _storage(), slack, teams, alerts, figures, tools, idle.main(), _disk())


def _rows(measured: Mapping[str, float | str]) -> tuple[Figure, ...]:
    return tuple(
        Figure(what=what.replace("_", " "), value=value, at_least=BARS.get(what)) for what, value in measured.items()
    )


def _rules() -> Section:
    return Section(
        title="One evaluation of a full document",
        how="1,000 random inputs of 3 to 10 signs; ours with reasons, citations and what is not known, zen-engine\n"
        "with the indicators alone, in its fastest compiled form. Both find the same indicators on every input.",
        figures=_rows(evaluate.main()),
    )


def _storage() -> Section:
    return Section(
        title="What storage takes of a turn",
        how="Load six sealed answers, append one, one line in the log, commit; beside it a bare insert and commit\n"
        "with the same settings.",
        figures=_rows(storage_turn.main()),
    )


def _disk() -> Section:
    seconds = machine.seconds_to_keep_a_write(VAR)
    return Section(
        title="The disk under it",
        how="Appending 4 KB to a file and waiting until the disk has it: what nothing durable can go below.",
        figures=(Figure(what="middle of 200 writes", value=1000 * seconds, unit="ms"),),
    )


if __name__ == "__main__":
    sys.exit(main())
