"""What judging an answer found, kept beside the answer, so that a replay never judges."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What the flow needs of the suggestion so far.

    `needs` are facts that the rules would still use, most raising first; `marks` are the vocabulary's words that open
    notices; `document` and `outcome` say which document spoke and what it said.
    """

    needs: tuple[str, ...] = ()
    section_47: bool = False
    emergency: bool = False
    danger_words: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    advice_now: bool = False
    document: str | None = None
    outcome: str | None = None
