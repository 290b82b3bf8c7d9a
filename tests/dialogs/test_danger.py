"""Danger words are found by the beginning of a word, and nothing else is."""

import pytest

from dialogs.danger import danger_words
from tests.dialogs.scenes import the_vocabulary

FOUND = [
    ("suicid", "He was suicidal.", ("suicidal",)),
    ("knife", "KNIFE!", ("knife",)),
    ("knife", "a 'knife' in the bag", ("knife",)),
    ("hit me", "Dad hit   me\nagain", ("hit me",)),
    ("hit me", "he hit men", ("hit men",)),
    ("gun ", "There is a gun.", ("gun",)),
    ("gun ", "the gunners won", ()),
    ("knife", "a penknife", ()),
    ("cut", "an uncut text", ()),
    ("doesn't want to go home", "She doesn\u2019t want to go home", ("doesn't want to go home",)),
    ("self-harm", "self\u2011harming", ("self-harming",)),
    ("blood", "", ()),
    ("strangl", "strangled, strangling", ("strangled", "strangling")),
]


@pytest.mark.parametrize(("stem", "text", "found"), FOUND)
def test_a_stem_finds_the_words_that_begin_with_it(stem: str, text: str, found: tuple[str, ...]) -> None:
    assert danger_words((stem,), (text,)) == found


def test_words_come_once_and_in_the_order_of_the_list() -> None:
    assert danger_words(("knife", "blood"), ("blood and a knife", "more blood")) == ("knife", "blood")


def test_no_word_or_phrase_goes_across_two_texts() -> None:
    assert danger_words(("hit me", "knife"), ("he hit", "me with a kni", "fe")) == ()


def test_no_stem_finds_nothing() -> None:
    assert danger_words((), ("a knife",)) == ()


HARMLESS = [
    "He forgot his lunch and his coat is thin.",
    "She was beaten at football and hung her bag on the hook.",
    "A skilled drummer with a cute cat, on a diet.",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_everyday_sentences_raise_no_question(text: str) -> None:
    assert danger_words(the_vocabulary().danger_words, (text,)) == ()


IN_A_CHILDS_WORDS = [
    "I don't want to go home",
    "I dont want to go home",
    "I'm scared of going home",
    "dad slapped me hard",
    "he touched me down there",
    "my uncle touches me",
    "mum hurt me",
    "he keeps beating me",
    "he whipped me with a belt",
    "he has been choking me",
    "I don\u2019t want to live",
    "I want to be dead",
    "she took 20 ibuprofen",
    "she is bleeding",
    "he locks me in my room",
]


@pytest.mark.parametrize("text", IN_A_CHILDS_WORDS)
def test_a_childs_own_plain_words_raise_the_question(text: str) -> None:
    assert danger_words(the_vocabulary().danger_words, (text,))
