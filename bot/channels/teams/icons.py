"""The two pictures of the Teams app, drawn by code: a speech bubble that holds a shield. Knows no file."""

import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int, int]
"""Red, green, blue and how much it covers, each 0 to 255."""

COLOUR_SIZE = 192
OUTLINE_SIZE = 32
PAPER: Colour = (0x1D, 0x35, 0x57, 255)
INK: Colour = (255, 255, 255, 255)
CLEAR: Colour = (255, 255, 255, 0)
FINE = 4
"""A pixel is looked at in so many places each way, so that edges are smooth."""


@cache
def colour() -> bytes:
    """The full picture, 192 by 192 pixels, as PNG."""
    return _png(COLOUR_SIZE, lambda x, y: INK if _bubble(x, y, 0) and not _shield(x, y, 1.0) else PAPER)


@cache
def outline() -> bytes:
    """White lines on nothing, 32 by 32 pixels, as PNG."""
    return _png(OUTLINE_SIZE, lambda x, y: INK if _line(x, y) or _shield(x, y, 0.72) else CLEAR)


def _line(x: float, y: float) -> bool:
    """The bubble's edge."""
    return _bubble(x, y, 0.07) and not _bubble(x, y, -0.02)


def _bubble(x: float, y: float, more: float) -> bool:
    """A rounded box with a tail; x and y from -1 to 1, downwards. `more` makes it larger."""
    across, down = 0.66 + more, 0.52 + more
    dx, dy = abs(x) - (across - 0.2), abs(y + 0.12) - (down - 0.2)
    box = (max(dx, 0.0) ** 2 + max(dy, 0.0) ** 2) ** 0.5 + min(max(dx, dy), 0.0) <= 0.2
    tail = 0.3 <= y <= 0.72 + more and -0.42 - more <= x <= 0.06 + more - (y - 0.3) * 1.1
    return box or tail


def _shield(x: float, y: float, part: float) -> bool:
    """A shield inside the bubble, `part` of its full size."""
    across, top, bottom = 0.3 * part, -0.12 - 0.36 * part, -0.12 + 0.38 * part
    if not top <= y <= bottom:
        return False
    down = max(0.0, (y + 0.12) / (bottom + 0.12))
    return abs(x) <= across * (1 - down**2)


def _png(size: int, at: Callable[[float, float], Colour]) -> bytes:
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    rows = b"".join(b"\0" + bytes(one for x in range(size) for one in _pixel(size, x, y, at)) for y in range(size))
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _pixel(size: int, x: int, y: int, at: Callable[[float, float], Colour]) -> Iterator[int]:
    """The mean of the places of a pixel."""
    steps = [(one + 0.5) / FINE for one in range(FINE)]
    found = [at((x + dx) * 2 / size - 1, (y + dy) * 2 / size - 1) for dy in steps for dx in steps]
    return (round(sum(one) / len(found)) for one in zip(*found, strict=True))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
