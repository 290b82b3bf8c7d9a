"""A signature written into a document's text, with everything else in it left as it stands. Pure: text in, text out."""

import json
import re
from collections.abc import Mapping

from thresholds.document import SignOff
from thresholds.sources import parse

SIGNATURES_HEAD = "# Who signed which content of this folder, and when; `swis thresholds sign` adds to it.\n"
_BLOCK = re.compile(r"^signed_off:.*\n(?:[ \t]+.*\n|[ \t]*\n(?=[ \t]))*", re.MULTILINE)


class UnsignableError(ValueError):
    """The text has no place for a signature that could be written without touching anything else."""


def with_signature(text: str, signed: SignOff) -> str:
    """The text of `document.yaml` with this signature in the place of the one it has.

    Raises:
        UnsignableError: there is no `signed_off` at the beginning of a line, or more would change than that.
    """
    whole = text if text.endswith("\n") else f"{text}\n"
    found = _BLOCK.search(whole)
    if found is None:
        raise UnsignableError("there is no line signed_off: write signed_off: null into document.yaml")
    written = f"{whole[: found.start()]}{_block(signed)}{whole[found.end() :]}"
    if _without(written) != _without(text):
        raise UnsignableError("signed_off is written in a way that can't be replaced: write signed_off: null")
    return written


def added_to(record: str, signed: SignOff, version: str) -> str:
    """The record of signatures with one more; an empty record gets its head."""
    lines = ("version", version), ("by", signed.by), ("role", signed.role)
    entry = "".join(f"  {name}: {_quoted(value)}\n" for name, value in lines)
    entry += f'  "on": {signed.on.isoformat()}\n  checksum: {_quoted(signed.checksum)}\n'
    return f"{record or SIGNATURES_HEAD}- {entry.removeprefix('  ')}"


def _block(signed: SignOff) -> str:
    return (
        f"signed_off:\n  by: {_quoted(signed.by)}\n  role: {_quoted(signed.role)}\n"
        f'  "on": {signed.on.isoformat()}\n  checksum: {_quoted(signed.checksum)}\n'
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _without(text: str) -> object:
    data = parse("document.yaml", text)[0].data
    return {key: value for key, value in data.items() if key != "signed_off"} if isinstance(data, Mapping) else data
