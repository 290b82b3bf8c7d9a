"""What `swis check` learned of a platform by one question. Asks nobody."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """What one question brought: a line for the reader, a trouble that keeps the deploy from going on, or a warning."""

    said: str = ""
    trouble: str = ""
    warning: str = ""
