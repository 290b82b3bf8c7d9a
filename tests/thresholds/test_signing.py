"""A signature takes the place of the one before it, and nothing else in the text moves."""

from datetime import date

import pytest

from thresholds.document import SignOff
from thresholds.signing import UnsignableError, added_to, with_signature
from thresholds.sources import parse

SIGNED = SignOff(by='Ada "Invented"', role="Head of safeguarding", on=date(2026, 11, 25), checksum="sha256:1")
TEXT = "# a comment\ntitle: A\nsigned_off: null  # nobody yet\n\n# levels\nlevels: []\n"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("signed_off: null  # nobody yet\n", "signed_off:\n  by: B\n  role: C\n\n  checksum: D\n"),
        TEXT.replace("signed_off: null  # nobody yet\n", "signed_off: {by: B}\n"),
        "title: A\nlevels: []\nsigned_off: null",
    ],
)
def test_only_the_signature_changes(text: str) -> None:
    written = with_signature(text, SIGNED)
    before, after = (parse("a", one)[0].data for one in (text, written))
    assert after.pop("signed_off") == SIGNED.model_dump()
    before.pop("signed_off", None)
    assert after == before
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        line for line in written.splitlines() if line.startswith("#")
    ]


@pytest.mark.parametrize("text", ["title: A\n", "title: |\n  A\nx: {signed_off: null}\n"])
def test_a_text_without_a_place_for_it_is_refused(text: str) -> None:
    with pytest.raises(UnsignableError, match="write signed_off: null"):
        with_signature(text, SIGNED)


def test_the_record_keeps_every_signature_in_order() -> None:
    first = added_to("", SIGNED, "v1")
    both = added_to(first, SIGNED.model_copy(update={"checksum": "sha256:2"}), "v2")
    assert both.startswith(first)
    assert [(one["version"], one["checksum"]) for one in parse("a", both)[0].data] == [
        ("v1", "sha256:1"),
        ("v2", "sha256:2"),
    ]
