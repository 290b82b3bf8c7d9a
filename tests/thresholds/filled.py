"""Fills in what the starter leaves open, with invented things, as an author would by hand."""

import re
from pathlib import Path

PHONE = "020 7946 0000"
_URL = re.compile(r"^(\s+url: ).*\[to fill in.*$", re.MULTILINE)
_PHONE = re.compile(r"^(\s+phone: ).*\[to fill in.*$", re.MULTILINE)
_LABEL = re.compile(r"^(\s+label: ).*\[to fill in: your name for level (\d).*$", re.MULTILINE)
_REST = re.compile(r"'?\[to fill in: ([^\]]*)\]'?")


def filled_in(folder: Path) -> None:
    """Every mark of the folder replaced; what the words say does not matter."""
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        text = _URL.sub(r"\1https://anyshire.example.invalid/thresholds", text)
        text = _PHONE.sub(rf"\g<1>{PHONE}", text)
        text = _LABEL.sub(r"\1Invented level \2", text)
        text = _REST.sub("Invented words", text)
        path.write_text(text, encoding="utf-8")
