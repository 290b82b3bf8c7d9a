"""The seal: opens in its own place with its own key only; keys rotate; names don't come out of tokens."""

import os
from pathlib import Path

import pytest

from storage.sealed import KeyRing, MasterKey, SealBroken, child_tokens, lookup_key, new_key, rekey, sound
from storage.shapes import ConcernId, ConversationId, Entry
from storage.unit import Store
from tests.storage.rows import BY_ANA, NEW_KEY, NO_TOKENS, NOON, OLD_KEY, a_concern, a_conversation, an_entry

CONTENT = {"saw": "a mark – ‘small’", "list": ["a", 1, None, True], "deep": {"a": {"b": 2}}}
KEY = lookup_key([OLD_KEY])


def _ring(*keys: MasterKey) -> KeyRing:
    return KeyRing(keys or (OLD_KEY,), os.urandom)


def test_what_is_sealed_opens_as_it_was() -> None:
    box, wrapped = _ring().new_box("c1")
    sealed = box.seal("notes.content/1", CONTENT)
    assert _ring().box("c1", wrapped).open("notes.content/1", sealed) == CONTENT


def test_the_same_content_is_never_sealed_to_the_same_bytes() -> None:
    box, _ = _ring().new_box("c1")
    assert box.seal("a", CONTENT) != box.seal("a", CONTENT)


def test_another_column_owner_or_key_does_not_open_it() -> None:
    ring = _ring()
    box, wrapped = ring.new_box("c1")
    sealed = box.seal("notes.content/1", CONTENT)
    with pytest.raises(SealBroken):
        box.open("notes.content/2", sealed)
    with pytest.raises(SealBroken):
        ring.box("c2", wrapped)
    with pytest.raises(SealBroken):
        ring.new_box("c1")[0].open("notes.content/1", sealed)
    with pytest.raises(SealBroken, match="2026-09"):
        _ring(NEW_KEY).box("c1", wrapped)


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    box, wrapped = _ring().new_box("c1")
    sealed = bytearray(box.seal("a", CONTENT))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        box.open("a", bytes(sealed))
    key = bytearray(wrapped)
    key[place] ^= 1
    with pytest.raises(SealBroken):
        _ring().box("c1", bytes(key))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + b"x" * 11])
def test_cut_off_bytes_are_refused(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        _ring().new_box("c1")[0].open("a", sealed)
    with pytest.raises(SealBroken):
        _ring().box("c1", sealed)


def test_the_newest_key_wraps_and_every_key_opens() -> None:
    box, wrapped = _ring(OLD_KEY).new_box("c1")
    sealed = box.seal("a", CONTENT)
    both = _ring(OLD_KEY, NEW_KEY)
    assert both.box("c1", wrapped).open("a", sealed) == CONTENT
    fresh = both.rewrap("c1", wrapped)
    assert both.rewrap("c1", fresh) == fresh
    assert _ring(NEW_KEY).box("c1", fresh).open("a", sealed) == CONTENT


def test_the_key_id_stands_in_front_of_what_it_wrapped() -> None:
    _, wrapped = _ring(OLD_KEY, NEW_KEY).new_box("c1")
    assert wrapped[2:9] == b"2026-11"


def test_an_erased_key_says_that_the_content_is_gone() -> None:
    with pytest.raises(SealBroken, match="erased"):
        _ring().box("c1", None)


def test_rekeying_rewraps_every_owner_once_and_content_still_opens(url: str) -> None:
    store = Store.open(url, [OLD_KEY], random_bytes=os.urandom)
    with store.write() as unit:
        unit.concerns.add(a_concern(), CONTENT, NO_TOKENS)
        unit.conversations.start(a_conversation("gone"))
        unit.conversations.discard(ConversationId("gone"))
        unit.conversations.start(a_conversation())
        unit.conversations.append(
            ConversationId("v1"), 0, Entry(revision=1, screen="what", at=NOON, content=CONTENT), "none", BY_ANA
        )
        unit.commit()
    assert rekey(store, [OLD_KEY, NEW_KEY], os.urandom) == 2
    assert rekey(store, [OLD_KEY, NEW_KEY], os.urandom) == 0
    store.close()
    renewed = Store.open(url, [NEW_KEY], random_bytes=os.urandom)
    with renewed.read() as unit:
        assert unit.concerns.read(ConcernId("c1"))[1][0].content == CONTENT
        assert unit.conversations.load(ConversationId("v1"))[1][0].content == CONTENT
    renewed.close()


def test_rekeying_without_a_needed_key_changes_nothing(store: Store) -> None:
    with store.write() as unit:
        unit.concerns.add(a_concern(), CONTENT, NO_TOKENS)
        unit.commit()
    with pytest.raises(SealBroken):
        rekey(store, [NEW_KEY], os.urandom)
    with store.read() as unit:
        assert unit.concerns.read(ConcernId("c1"))[1][0].content == CONTENT


@pytest.mark.parametrize(("id", "key"), [("k", b"short"), ("", bytes(32)), ("é", bytes(32)), ("x" * 33, bytes(32))])
def test_a_master_key_of_the_wrong_shape_is_refused(id: str, key: bytes) -> None:  # noqa: A002
    with pytest.raises(ValueError):
        MasterKey(id, key)


@pytest.mark.parametrize("keys", [[], [OLD_KEY, OLD_KEY]])
def test_a_ring_needs_keys_with_ids_of_their_own(keys: list[MasterKey]) -> None:
    with pytest.raises(ValueError, match="id of its own"):
        KeyRing(keys, os.urandom)


def test_a_key_shows_nothing_of_itself() -> None:
    assert "\\x" not in repr(OLD_KEY)
    assert len(new_key(os.urandom)) == 32


WORDS = ("Xanthippe", "Quarrington", "kettle-zebra", "Winterbottom", "öffnungszeit", "trampoline-seven", "hexagon-lamp")


def test_no_typed_word_stands_in_the_files_of_the_database(tmp_path: Path, file_store: Store) -> None:
    with file_store.write() as unit:
        unit.conversations.start(a_conversation())
        unit.conversations.append(ConversationId("v1"), 0, an_entry(1, saw=WORDS[2], told=WORDS[4]), "grave", BY_ANA)
        unit.conversations.append(ConversationId("v1"), 1, an_entry(2, name=WORDS[0]), "grave", BY_ANA)
        tokens = child_tokens(file_store.lookup_key, WORDS[0], WORDS[1], 2014)
        unit.concerns.add(a_concern(), {"first": WORDS[0], "last": WORDS[1]}, tokens)
        unit.concerns.append(ConcernId("c1"), "addition", a_concern().reporter, "reporter", NOON, {"more": WORDS[5]})
        unit.commit()
        unit.concerns.append(ConcernId("c1"), "addition", a_concern().reporter, "reporter", NOON, {"lost": WORDS[6]})
    assert _leaks(tmp_path) == []
    assert {path.name for path in tmp_path.iterdir()} >= {"swis.db", "swis.db-wal", "swis.db-shm"}
    assert file_store.checkpoint()
    file_store.close()
    assert _leaks(tmp_path) == []


def _leaks(folder: Path) -> list[str]:
    everything = b"".join(path.read_bytes() for path in folder.iterdir()).lower()
    return [word for word in WORDS for form in _forms(word) if form in everything]


def _forms(word: str) -> set[bytes]:
    escaped = word.lower().encode("ascii", "backslashreplace")
    return {word.lower().encode(), word.lower().encode("utf-16-le"), escaped}


def test_an_erased_key_stands_in_no_file_after_a_checkpoint(tmp_path: Path, file_store: Store) -> None:
    wrapped: list[bytes] = []
    with file_store.write() as unit:
        unit.conversations.start(a_conversation())
        unit.commit()

    def seen(_: str, key: bytes) -> bytes:
        wrapped.append(key)
        return key

    assert file_store.rewrap(seen) == 0
    with file_store.write() as unit:
        unit.conversations.discard(ConversationId("v1"))
        unit.commit()
    assert file_store.checkpoint()
    assert wrapped[0] not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ann", "O'Brien", 2014), ("Zoe", "obrien", 2010)),
        (("Ann", "Müller", None), ("Zoe", "MULLER", None)),
        (("Ann", "Robertson", None), ("Zoe", "Robertsen", None)),
        (("Ann", "Stone-Fields", None), ("Zoe", "Fields", None)),
        (("Ann", "Łukasik", None), ("Zoe", "Lukasik", None)),
        (("Anaïs Marie", "North", 2014), ("anais", "South", 2014)),
        (("Ann", "North", 2014), ("Ann", "South", 2015)),
        (("A", "عمر", None), ("B", "عمر", None)),
    ],
)
def test_names_that_may_be_one_childs_share_a_token(
    one: tuple[str, str, int | None], other: tuple[str, str, int | None]
) -> None:
    assert set(child_tokens(KEY, *one).tokens) & set(child_tokens(KEY, *other).tokens)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ann", "North", 2014), ("Ann", "South", 2016)),
        (("Ann", "North", None), ("Ann", "South", None)),
        (("Ann", "", 2014), ("Zoe", "", 2014)),
        (("", "", 2014), ("", "", 2014)),
    ],
)
def test_names_that_share_nothing_share_no_token(
    one: tuple[str, str, int | None], other: tuple[str, str, int | None]
) -> None:
    assert not set(child_tokens(KEY, *one).tokens) & set(child_tokens(KEY, *other).tokens)


def test_tokens_are_versioned_keyed_and_hold_no_name() -> None:
    tokens = child_tokens(KEY, "Xanthippe", "Quarrington", 2014).tokens
    assert all(token.startswith("v1:") for token in tokens)
    assert not any("quarr" in token for token in tokens)
    assert not set(tokens) & set(child_tokens(lookup_key([NEW_KEY]), "Xanthippe", "Quarrington", 2014).tokens)


def test_a_newer_key_leaves_the_look_up_key_as_it_is() -> None:
    assert lookup_key([OLD_KEY, NEW_KEY]) == KEY


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("robert", "R163"),
        ("rupert", "R163"),
        ("ashcraft", "A261"),
        ("tymczak", "T522"),
        ("pfister", "P236"),
        ("lee", "L000"),
        ("عمر", ""),
    ],
)
def test_a_sound_is_the_soundex_code(name: str, code: str) -> None:
    assert sound(name) == code
