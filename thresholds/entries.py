"""The shape of the vocabulary files, as people write them: pydantic models, frozen, unknown keys forbidden."""

from typing import Annotated, Literal

from pydantic import Field

from thresholds.document import NonEmpty, Strict

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Mark = Literal[
    "injury",
    "child_sexual_abuse",
    "family_silence",
    "fgm_known",
    "fgm_suspected",
    "nude_images",
    "private_fostering",
    "radicalisation",
    "missing_now",
    "suicide",
    "child_on_child",
    "adult_may_be_staff",
]


class GroupEntry(Strict):
    """One choice of the screen *What is it about*."""

    id: Id
    label: NonEmpty
    hint: NonEmpty


class AreaEntry(Strict):
    """A kind of worry, and the group whose page lists its signs (null: set by a screen)."""

    id: Id
    label: NonEmpty
    meaning: NonEmpty
    group: str | None


class AreasFile(Strict):
    """`areas.yaml`."""

    version: NonEmpty
    groups: tuple[GroupEntry, ...]
    areas: tuple[AreaEntry, ...]


class HarmEntry(Strict):
    """The published line by which a sign is significant harm on its own."""

    document: NonEmpty
    place: NonEmpty
    url: NonEmpty


class SignEntry(Strict):
    """A fact that a teacher can tick."""

    id: Id
    text: NonEmpty
    meaning: NonEmpty | None = None
    gravity: int = Field(ge=1, le=4)
    harm: HarmEntry | None = None
    emergency: bool = False
    marks: tuple[Mark, ...] = ()
    published: tuple[str, ...] = ()


class SignsFile(Strict):
    """`signs/<area>.yaml`."""

    area: Id
    signs: tuple[SignEntry, ...] = Field(min_length=1)


class ChoiceEntry(Strict):
    """One allowed value."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]
    label: NonEmpty


class FactEntry(Strict):
    """A context fact."""

    id: Id
    kind: Literal["one", "many"]
    question: NonEmpty
    hint: NonEmpty | None = None
    values: tuple[ChoiceEntry, ...] = Field(min_length=1)
    graver: tuple[str, ...] = ()


class FactsFile(Strict):
    """`facts.yaml`."""

    facts: tuple[FactEntry, ...]


class WordsFile(Strict):
    """`danger_words.yaml`."""

    words: tuple[NonEmpty, ...]
