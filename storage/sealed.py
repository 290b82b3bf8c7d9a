"""The encryption seam: what is sealed here can be opened only with its owner's key, in its own place. Knows no table.

Each conversation and concern has a data key of its own; a master key wraps it. Rotating rewraps data keys, content
stays as it is; erasing a data key erases all it sealed. Sealed bytes: format version, nonce, AES-GCM. Wrapped key:
format version, length and id of the master key, nonce, AES-GCM.
"""

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import StoreBroken
from storage.shapes import ChildTokens, Sealed

Random = Callable[[int], bytes]
"""Gives that many unpredictable bytes."""

KEY_BYTES = 32
_NONCE = 12
_MARK_LETTERS = 16
_WRAP_FORMAT = 1
_CONTENT_FORMAT = 1
# Built once: making one costs as much as a short text.
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_DECODE = json.JSONDecoder().decode
_UPCAST: Mapping[int, Callable[[Any], Any]] = MappingProxyType({_CONTENT_FORMAT: lambda content: content})
"""Payload format → what turns its object into today's. A new format adds a line; old ones stay."""


class SealBroken(StoreBroken):
    """Sealed bytes don't open: another key, another place, or changed."""

    advice = "Check that every master key that was ever used is in the settings; restore from a backup otherwise."


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A key that wraps data keys. The id is stored in front of what it wrapped; both never change.

    Raises:
        ValueError: the key is not 32 bytes, or the id is not 1 to 32 ASCII characters.
    """

    id: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise ValueError(f"master key {self.id!r} must be {KEY_BYTES} bytes")
        if not (self.id.isascii() and 0 < len(self.id) <= 32):
            raise ValueError("a master key's id is 1 to 32 ASCII characters")


def new_key(random: Random) -> bytes:
    """A key of 32 bytes."""
    return random(KEY_BYTES)


class Box:
    """Seals and opens the content of one owner, a conversation or a concern."""

    __slots__ = ("_cipher", "_owner", "_random")

    def __init__(self, owner: str, data_key: bytes, random: Random) -> None:
        self._owner, self._random = owner, random
        self._cipher = AESGCM(data_key)

    def seal(self, column: str, content: Sealed) -> bytes:
        """Bytes that open only for this owner and column."""
        plain = _ENCODE(dict(content)).encode()
        nonce = self._random(_NONCE)
        place = self._place(_CONTENT_FORMAT, column)
        return bytes((_CONTENT_FORMAT,)) + nonce + self._cipher.encrypt(nonce, plain, place)

    def open(self, column: str, sealed: bytes) -> Sealed:
        """The content, brought up to today's format.

        Raises:
            SealBroken: another owner, another column, changed bytes, or an unknown format.
        """
        version = sealed[0] if sealed else 0
        upcast = _UPCAST.get(version)
        if upcast is None:
            raise SealBroken(f"unknown sealed format {version} ({self._owner}, {column})")
        place = self._place(version, column)
        try:
            plain = self._cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], place)
        except (InvalidTag, ValueError):
            raise SealBroken(f"a sealed value does not open ({self._owner}, {column})") from None
        content: Sealed = upcast(_DECODE(plain.decode()))
        return content

    def _place(self, version: int, column: str) -> bytes:
        return f"{version}\x1f{self._owner}\x1f{column}".encode()


class KeyRing:
    """The master keys, oldest first: the newest wraps, every one unwraps.

    Raises:
        ValueError: no key, or two with one id.
    """

    def __init__(self, keys: Sequence[MasterKey], random: Random) -> None:
        if not keys or len({key.id for key in keys}) != len(keys):
            raise ValueError("at least one master key, each with an id of its own")
        self._random = random
        self._ciphers = {key.id: AESGCM(key.key) for key in keys}
        self._newest = keys[-1].id
        self.lookup_key = lookup_key(keys)
        self.lookup_mark = hmac.new(self.lookup_key, b"swis look-up mark", hashlib.sha256).hexdigest()[:_MARK_LETTERS]

    def new_box(self, owner: str) -> tuple[Box, bytes]:
        """A fresh box and its wrapped data key, to be stored with the owner."""
        data_key = new_key(self._random)
        return Box(owner, data_key, self._random), self._wrap(owner, data_key)

    def box(self, owner: str, wrapped: bytes | None) -> Box:
        """The owner's box.

        Raises:
            SealBroken: the key was erased, its master key is not in the ring, or it was changed.
        """
        if wrapped is None:
            raise SealBroken(f"the key of {owner} was erased", "The content was erased for good.")
        return Box(owner, self._unwrap(owner, wrapped), self._random)

    def knows(self, wrapped: bytes) -> bool:
        """Whether the master key that wrapped this is in the ring.

        Raises:
            SealBroken: this is no wrapped key.
        """
        return _master_of(wrapped) in self._ciphers

    def rewrap(self, owner: str, wrapped: bytes) -> bytes:
        """The same data key under the newest master key; the same bytes if it is there already."""
        if _master_of(wrapped) == self._newest:
            return wrapped
        return self._wrap(owner, self._unwrap(owner, wrapped))

    def _wrap(self, owner: str, data_key: bytes) -> bytes:
        nonce = self._random(_NONCE)
        front = bytes((_WRAP_FORMAT, len(self._newest))) + self._newest.encode()
        return front + nonce + self._ciphers[self._newest].encrypt(nonce, data_key, front + owner.encode())

    def _unwrap(self, owner: str, wrapped: bytes) -> bytes:
        cipher = self._ciphers.get(_master_of(wrapped))
        if cipher is None:
            raise SealBroken(f"no master key {_master_of(wrapped)!r}, which sealed {owner}")
        end = 2 + wrapped[1]
        try:
            return cipher.decrypt(wrapped[end : end + _NONCE], wrapped[end + _NONCE :], wrapped[:end] + owner.encode())
        except (InvalidTag, ValueError):
            raise SealBroken(f"the key of {owner} does not open") from None


def _master_of(wrapped: bytes) -> str:
    if len(wrapped) < 2 or wrapped[0] != _WRAP_FORMAT:
        raise SealBroken("a wrapped key has an unknown format")
    return wrapped[2 : 2 + wrapped[1]].decode("ascii", "replace")


class HoldsKeys(Protocol):
    """Something that keeps wrapped data keys (the store)."""

    def rewrap(self, change: Callable[[str, bytes], bytes]) -> int:
        """Replace each wrapped key by `change(owner, wrapped)`; how many changed."""


def rekey(store: HoldsKeys, keys: Sequence[MasterKey], random: Random) -> int:
    """Put every data key under the newest of `keys` (oldest first); how many changed. Content stays as it is.

    Raises:
        SealBroken: a key was wrapped by a master key that is not among them; nothing changed.
    """
    return store.rewrap(KeyRing(keys, random).rewrap)


# --- look-ups -------------------------------------------------------------------------------------------------------

_TOKEN_BYTES = 16
_PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_SOUNDS = {
    letter: digit
    for letters, digit in (("bfpv", "1"), ("cgjkqsxz", "2"), ("dt", "3"), ("l", "4"), ("mn", "5"), ("r", "6"))
    for letter in letters
}


def lookup_key(keys: Sequence[MasterKey]) -> bytes:
    """The key of the look-up tokens, from the oldest master key: that one has to stay first in the settings."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"swis child look-up v1").derive(keys[0].key)


def child_tokens(lookup_key: bytes, first: str, last: str, birth_year: int | None) -> ChildTokens:
    """Keyed tokens of surname, its parts and sounds, and first name with birth year. Names don't come back out of them.

    The year before is a token too: an age gives a birth year only to within one. Unknown parts give no token.
    """
    words = {
        *(f"surname {part}" for part in _surnames(last)),
        *(f"sound {sound(part)}" for part in _surnames(last) if sound(part)),
        *(f"first {given} {year}" for given in _letters(first)[:1] for year in _years(birth_year)),
    }
    return ChildTokens(tokens=tuple(sorted(_token(lookup_key, word) for word in words)), birth_year=birth_year)


def _years(birth_year: int | None) -> tuple[int, ...]:
    return () if birth_year is None else (birth_year, birth_year - 1)


def _surnames(last: str) -> tuple[str, ...]:
    parts = _letters(last)
    return tuple(dict.fromkeys(["".join(parts), *(part for part in parts if len(part) > 2)])) if parts else ()


def _letters(name: str) -> list[str]:
    """Its words in plain lower-case letters, accents and apostrophes dropped."""
    folded = unicodedata.normalize("NFKD", name).casefold().translate(_PLAIN_LETTERS)
    return "".join(_kept(char) for char in folded).split()


def _kept(char: str) -> str:
    if char.isalpha():
        return char
    return "" if char in "'’`" or unicodedata.combining(char) else " "


def sound(name: str) -> str:
    """The Soundex code of a name in plain letters, empty for other scripts.

    >>> sound("robert"), sound("rupert"), sound("ashcraft"), sound("tymczak")
    ('R163', 'R163', 'A261', 'T522')
    """
    letters = [char for char in name if "a" <= char <= "z"]
    if not letters:
        return ""
    code, before = letters[0].upper(), _SOUNDS.get(letters[0], "")
    for letter in letters[1:]:
        digit = _SOUNDS.get(letter, "")
        code += digit if digit != before else ""
        before = before if letter in "hw" else digit
    return f"{code[:4]:0<4}"


def _token(key: bytes, word: str) -> str:
    return "v1:" + hmac.new(key, word.encode(), hashlib.sha256).digest()[:_TOKEN_BYTES].hex()
