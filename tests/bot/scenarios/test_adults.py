"""A concern about an adult: exactly who is told; nobody named or possibly involved is told, shown or counted."""

from contextlib import suppress
from datetime import timedelta

import pytest

from bot.access import Denied
from bot.directory import Directory
from dialogs.screens import Listing, Screen
from storage.errors import NotFound
from tests.bot.scenarios.house import Scene, Talk, actions_of, directories, links_of, open_house, words_of
from tests.bot.scenarios.telling import (
    CHAIR,
    DEPUTY,
    DSL,
    DUTY,
    HAPPENED,
    HEAD,
    LEADS,
    MANAGER,
    PASTORAL,
    SENIOR,
    SIGNS,
    SW,
    TEACHER,
    decided,
    sent,
)

TESTS = ("harmed_child", "possible_offence", "poses_risk", "unsuitable")
EVERYBODY = (DSL, DEPUTY, HEAD, SENIOR, CHAIR, SW, DUTY, MANAGER, PASTORAL)


def about(scene: Scene, who: str, reporter: str = TEACHER, *, safe: str = "yes", **harm: str) -> Talk:
    """Somebody who told of an adult; `name` and the answers of the harm screen can be given."""
    name = harm.pop("name", "")
    talk = scene.begin(reporter).say("start", {"what": "adult"})
    talk.say("adult_who", {"who": who, "name": name, "someone_safe": safe})
    talk.say("adult_what", {"saw": "Pushed a pupil against a wall"})
    answers = {**dict.fromkeys(TESTS, "no"), "child_hurt": "no", **harm}
    return talk.say("adult_harm", answers).say("adult_check", {}, "send")


def refused(scene: Scene, concern: str, *people: str) -> None:
    """Nobody of these may open it, and no home page points at it."""
    for person in people:
        with pytest.raises(Denied):
            scene.house.responding.privacy(person, concern)
        assert concern not in links_of(scene.house.desk.home(person))


@pytest.mark.parametrize(
    ("who", "name", "first", "then"),
    [
        ("designated_safeguarding_lead", "", HEAD, CHAIR),
        ("social_worker", "", HEAD, CHAIR),
        ("someone_else", "", HEAD, CHAIR),
        ("not_known", "", HEAD, CHAIR),
        ("myself", "", HEAD, CHAIR),
        ("head", "", CHAIR, CHAIR),
        ("someone_else", "Mirela Duskhill", CHAIR, CHAIR),
        ("someone_else", "I think Ms Umberly", HEAD, HEAD),
    ],
)
def test_it_goes_to_the_head_or_to_the_chair_and_to_nobody_else(
    scene: Scene, who: str, name: str, first: str, then: str
) -> None:
    concern = about(scene, who, name=name).concern
    assert scene.deliver() == [first]
    assert scene.later(hours=2) == [then]
    assert scene.later(hours=2) == [TEACHER]
    refused(scene, concern, *(one for one in EVERYBODY if one not in (first, then)))


def test_when_nobody_in_school_is_safe_only_the_reporter_is_told_to_ring(scene: Scene) -> None:
    talk = about(scene, "someone_else", safe="no")
    assert scene.deliver() == [TEACHER]
    refused(scene, talk.concern, *EVERYBODY)
    assert "020 7946 0102" in words_of(scene.house.desk.receipt(TEACHER, talk.concern))


def test_a_head_who_tells_of_the_head_is_not_the_one_who_responds(scene: Scene) -> None:
    for who in ("myself", "head"):
        concern = about(scene, who, HEAD).concern
        assert scene.deliver() == [CHAIR]
        with pytest.raises(Denied):
            scene.house.responding.open(HEAD, concern)
        assert scene.house.desk.receipt(HEAD, concern).title


def test_the_officers_number_stands_on_the_check_screen_when_a_harm_test_is_not_a_clear_no(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "adult"})
    talk.say("adult_who", {"who": "someone_else", "someone_safe": "yes"}).say("adult_what", {"think": "Odd"})
    clear = talk.say("adult_harm", {**dict.fromkeys(TESTS, "no"), "child_hurt": "no"}).turn.screen
    unsure = talk.say("adult_harm", {**dict.fromkeys(TESTS, "not_known"), "child_hurt": "no"}).turn.screen
    assert "020 7946 0102" not in words_of(clear)
    assert "020 7946 0102" in words_of(unsure)


def test_the_head_opens_has_and_decides_it_and_no_level_is_shown(scene: Scene) -> None:
    concern = about(scene, "someone_else").concern
    scene.deliver()
    opened = scene.house.responding.open(HEAD, concern)
    assert "Pushed a pupil" in words_of(opened)
    assert "suggestion" not in actions_of(opened)
    scene.house.responding.have(HEAD, concern)
    assert scene.later(hours=4) == []
    found = scene.concern(concern)
    assert (found.level, found.outcome, found.document_version) == (None, None, None)


def test_it_is_counted_nowhere_among_earlier_concerns_about_the_child(scene: Scene) -> None:
    about(scene, "someone_else", child_hurt="yes", child_name="Robin Invented")
    child = sent(scene)
    scene.deliver()
    opened = words_of(scene.house.responding.open(DSL, child))
    assert "None found under this name" in opened


def test_a_child_who_may_be_hurt_gets_a_linked_restricted_concern(scene: Scene) -> None:
    adult = about(scene, "someone_else", child_hurt="yes", child_name="Robin Invented").concern
    child = next(one for one in scene.concerns() if one.kind == "child")
    assert (child.linked_to, child.restricted) == (adult, True)
    assert scene.deliver() == sorted([DUTY, HEAD])
    refused(scene, child.id, DSL, DEPUTY, SW, SENIOR)
    assert "Robin Invented" in words_of(scene.house.responding.open(DUTY, child.id))
    refused(scene, adult, DUTY, MANAGER)


def read_everywhere(scene: Scene, person: str, concern: str) -> str:
    """All that a person can read by a concern: its page, its suggestion, its log and every form that it offers."""
    responding = scene.house.responding
    screens = [responding.open(person, concern), responding.privacy(person, concern)]
    for action in sorted(actions_of(screens[0])):
        with suppress(Denied, KeyError, NotFound):
            screens.append(responding.act(person, concern, action, {}))
    with suppress(Denied):
        screens += [responding.suggestion(person, concern), responding.log(person, concern)]
    return "\n".join(f"{words_of(one)} {[field.label for field in one.fields]}" for one in screens)


def test_what_is_said_of_an_adult_is_read_by_nobody_through_the_childs_concern(scene: Scene) -> None:
    adult = about(scene, "someone_else", name="Zebedee Quux", child_hurt="yes", child_name="Robin Invented").concern
    child = next(one for one in scene.concerns() if one.kind == "child")
    scene.deliver()
    scene.house.responding.act(HEAD, child.id, "send_let_in", {"people": (DSL, DEPUTY)})
    scene.deliver()
    reference = scene.concern(adult).reference
    for person in (DSL, DEPUTY, DUTY):
        text = read_everywhere(scene, person, child.id)
        assert "Robin Invented" in text
        assert "which the head or the chair of governors can open" in text
        for secret in ("Zebedee", "Quux", "Pushed", "wall", reference, "tests of harm", "About an adult"):
            assert secret not in text, (person, secret)
    assert f"stands in concern {reference}" in words_of(scene.house.responding.open(HEAD, child.id))
    assert "Pushed a pupil" in words_of(scene.house.responding.open(HEAD, adult))
    with scene.house.store.read() as unit:
        assert "Pushed" not in str(unit.concerns.read(child.id))


def test_what_the_reporter_adds_to_the_linked_childs_concern_is_read_by_the_head_alone(scene: Scene) -> None:
    about(scene, "someone_else", name="Zebedee Quux", child_hurt="yes", child_name="Robin Invented")
    child = next(one for one in scene.concerns() if one.kind == "child")
    scene.deliver()
    scene.house.responding.act(HEAD, child.id, "send_let_in", {"people": (DSL, DEPUTY)})
    talk = scene.begin(TEACHER, "addition", child.id).say("happened", {"saw": "Mr Quux did it again"})
    talk.say("about", {"groups": ("hurt_or_afraid",)}).say("signs", {"signs": (SIGNS["section_47"][1],)})
    talk.say("check", {}, "send")
    assert {HEAD, DSL, DUTY} <= set(scene.deliver())
    for person in (DSL, DEPUTY, DUTY):
        text = read_everywhere(scene, person, child.id)
        assert "added something" in text
        assert "Quux" not in text
    assert "Mr Quux did it again" in words_of(scene.house.responding.open(HEAD, child.id))


def test_the_linked_child_of_a_concern_about_the_head_reaches_the_chair_not_the_head(scene: Scene) -> None:
    about(scene, "head", child_hurt="not_known")
    assert scene.deliver() == sorted([CHAIR, DUTY])
    child = next(one for one in scene.concerns() if one.kind == "child")
    refused(scene, child.id, HEAD, *LEADS)
    for _ in range(3):
        assert HEAD not in scene.later(hours=2)


def test_at_a_comparison_school_no_council_worker_hears_of_an_adult_or_the_child(scene: Scene) -> None:
    about(scene, "someone_else", "alec-reed.teacher", child_hurt="yes")
    for _ in range(4):
        scene.later(hours=2)
    assert {one.partition(".")[0] for one in scene.courier.told()} == {"alec-reed"}


def test_an_absent_head_is_stood_in_for_by_the_chair(scene: Scene) -> None:
    scene.away(HEAD)
    about(scene, "someone_else")
    assert scene.deliver() == [CHAIR]


def test_the_head_may_record_a_decision(scene: Scene) -> None:
    concern = about(scene, "someone_else").concern
    scene.deliver()
    decided(scene, concern, HEAD, "adult_low_level")
    assert scene.concern(concern).life.state == "decided"
    assert TEACHER in scene.deliver()


def test_a_head_decides_on_an_adult_by_the_adult_register_and_never_by_a_childs_level(scene: Scene) -> None:
    concern = about(scene, "someone_else")
    scene.deliver()
    turn = scene.house.intake.begin(HEAD, "decision", concern.concern)
    checks = dict.fromkeys(("child_safe_now", "siblings", "earlier_worries", "parents_view", "who_else_knows"), "no")
    turn = scene.house.intake.answer(HEAD, turn.conversation, 0, "checklist", checks, "next")
    [level] = [field for field in turn.screen.fields if field.id == "level"]
    assert [choice.id for choice in level.choices] == ["adult_low_level", "adult_lado"]


def test_what_is_added_to_a_concern_about_an_adult_gives_it_no_level_and_the_head_hears_of_it(scene: Scene) -> None:
    concern = about(scene, "someone_else").concern
    scene.deliver()
    scene.house.responding.have(HEAD, concern)
    talk = scene.begin(TEACHER, "addition", concern).say("happened", HAPPENED)
    talk.say("about", {"groups": ("hurt_or_afraid",)}).say("signs", {"signs": (SIGNS["section_47"][1],)})
    talk.say("check", {}, "send")
    found = scene.concern(concern)
    assert (found.kind, found.outcome, found.level) == ("adult", None, None)
    assert scene.deliver() == [HEAD]


def test_the_receipt_says_that_a_linked_concern_about_the_child_was_made(scene: Scene) -> None:
    hurt, unhurt = (about(scene, "someone_else", child_hurt=answer).concern for answer in ("yes", "no"))
    assert "second, restricted concern" in words_of(scene.house.desk.receipt(TEACHER, hurt))
    assert "second, restricted concern" not in words_of(scene.house.desk.receipt(TEACHER, unhurt))


def its_own_clock(directory: Directory) -> Directory:
    """A directory by which concerns about adults are held for 20 minutes and had for 90."""
    paces = {"adult": {"hold": "20 minutes", "have": "90 minutes"}}
    return directory.model_copy(update={"clocks": type(directory.clocks).model_validate({"paces": paces})})


def test_opening_and_having_it_run_by_the_authoritys_own_clock_for_adults(scene: Scene) -> None:
    serving = tuple(map(its_own_clock, directories()))
    house = open_house(scene.url, scene.clock, scene.courier, ids="own", serving=serving)
    now = Scene(house, scene.clock, scene.courier, scene.url)
    concern = about(now, "someone_else").concern
    now.deliver()
    house.responding.open(HEAD, concern)
    assert now.concern(concern).life.held_until == now.clock() + timedelta(minutes=20)
    house.responding.have(HEAD, concern)
    lead = now.concern(concern).life.lead
    assert lead is not None
    assert lead.until == now.clock() + timedelta(minutes=90)
    assert "undecided" in {row.step.reason for row in now.rows(concern)}
    house.store.close()


def register(scene: Scene, person: str = HEAD) -> Screen:
    """The register as somebody reads it, after the privacy step."""
    step = scene.house.desk.act(person, "register", {})
    assert "Quux" not in words_of(step)
    return scene.house.desk.act(person, "send_register", {})


def titles(screen: Screen) -> list[str]:
    return [block.title for block in screen.blocks if isinstance(block, Listing)]


def test_the_head_reads_who_was_named_more_than_once(scene: Scene) -> None:
    first = about(scene, "someone_else", name="Mr Quux").concern
    about(scene, "someone_else", name="Sam Other")
    about(scene, "someone_else", PASTORAL, name="Sam Quux")
    about(scene, "not_known")
    assert "register" in actions_of(scene.house.desk.home(HEAD))
    shown = register(scene)
    assert titles(shown) == ["Sam Quux (2)", "Nobody named (1)", "Sam Other (1)"]
    assert "named more than once" in words_of(shown)
    assert scene.concern(first).reference in words_of(shown)
    assert ("read", HEAD) in scene.log_of(first)


def test_nobody_but_the_head_has_a_register(scene: Scene) -> None:
    about(scene, "someone_else", name="Mr Quux")
    for person in {*EVERYBODY, TEACHER} - {HEAD}:
        assert "register" not in actions_of(scene.house.desk.home(person))
        assert "Quux" not in words_of(scene.house.desk.act(person, "send_register", {}))


def test_the_register_leaves_out_what_the_head_may_not_open(scene: Scene) -> None:
    hidden = about(scene, "head", name="Mrs Quux").concern
    shown = register(scene)
    assert "Quux" not in words_of(shown)
    assert scene.concern(hidden).reference not in words_of(shown)
    assert ("read", HEAD) not in scene.log_of(hidden)


def test_without_a_repeated_name_the_register_says_so(scene: Scene) -> None:
    about(scene, "social_worker")
    about(scene, "social_worker", PASTORAL)
    shown = register(scene)
    assert titles(shown) == ["The social worker (2)"]
    assert "Nobody was named more than once" in words_of(shown)
