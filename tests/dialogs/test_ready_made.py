"""What is made ready once: the same for the same vocabulary, and never more than a few kept."""

from dataclasses import replace

from dialogs.offers import offers
from dialogs.prepared import prepared
from dialogs.words import Words
from tests.builders import a_vocabulary
from tests.dialogs.scenes import Talk, the_setting, the_vocabulary

WORDS = Words.load()


def test_the_same_vocabulary_gives_the_same_ready_parts() -> None:
    vocabulary = a_vocabulary()
    assert prepared(vocabulary, WORDS) is prepared(vocabulary, WORDS)
    assert offers(vocabulary) is offers(vocabulary)


def test_many_vocabularies_do_not_pile_up_and_each_keeps_its_own_signs() -> None:
    for _ in range(20):
        vocabulary = a_vocabulary()
        assert prepared(vocabulary, WORDS).vocabulary is vocabulary
        assert offers(vocabulary).of(("all",)).ids[0] == frozenset(vocabulary.signs)


def test_the_order_in_which_groups_are_chosen_changes_nothing() -> None:
    both = offers(the_vocabulary())
    assert both.of(("family_life", "care_and_home")) is both.of(("care_and_home", "family_life"))


def test_another_vocabulary_draws_other_signs() -> None:
    small = replace(the_vocabulary(), groups=the_vocabulary().groups[:1])
    talk = Talk(setting=replace(the_setting(), vocabulary=small))
    talk.say("start", {"what": "worried"}).say("happened", {"saw": "x"})
    raw = {"age_band": "7_to_9", "council": "ealing", "social_worker": "no", "tonight": "someone_safe"}
    choices = talk.say("child", raw).field("groups").choices
    assert [choice.id for choice in choices] == ["hurt_or_afraid", "not_sure"]
