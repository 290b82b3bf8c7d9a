"""How a command says that it can't do its job."""

from collections.abc import Iterable

CANNOT = 2


class Problem(Exception):  # noqa: N818 - what a person reads
    """One or more clear lines for stderr, and the exit code."""

    def __init__(self, lines: str | Iterable[str], code: int = CANNOT) -> None:
        self.lines = (lines,) if isinstance(lines, str) else tuple(lines)
        self.code = code
        super().__init__("; ".join(self.lines))
