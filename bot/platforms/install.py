"""What is said of a platform's settings that don't fit together: every problem at once, no value repeated."""


class InstallError(ValueError):
    """The settings of a platform don't fit together. One sentence a problem; no value is repeated."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))
