"""Each branch as a table: what is answered, the suggestion, who is told at once, what reporter and responder read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from bot.access import Denied
from bot.judge import Rulebook
from bot.opened import record_of
from bot.reading import reading
from tests.bot.scenarios.house import Answers, Scene, Talk, actions_of, open_house, words_of
from tests.bot.scenarios.telling import DEPUTY, DSL, DUTY, HEAD, LEADS, PASTORAL, SENIOR, SW, TEACHER, WHEN, to_signs
from tests.fakes import ListCourier, SetClock

EMERGENCY = 5
AT_ONCE = sorted([*LEADS, SW])
EVERYBODY = sorted([*LEADS, SW, DUTY, HEAD, SENIOR])


@dataclass(frozen=True, kw_only=True)
class Row:
    """One branch. `urgency`: 2 early help, 3 Section 17, 4 Section 47, 5 emergency."""

    name: str
    group: str
    sign: str
    urgency: int
    told: tuple[str, ...] = ()
    reporter: str = ""
    responder: str = ""
    duty: str = ""
    child: Mapping[str, object] = field(default_factory=dict)
    more: Answers = field(default_factory=dict)


TABLE = (
    Row(name="female genital mutilation, told", group="honour_and_tradition", sign="fgm_told", urgency=4,
        reporter="Ring 101 by", responder="rings the police in person", duty="fgm_police_report"),
    Row(name="female genital mutilation, suspected", group="honour_and_tradition", sign="fgm_suspected", urgency=4),
    Row(name="child sexual abuse", group="sexual_harm", sign="says_sexual_abuse", urgency=4,
        reporter="before the child washes", responder="Sexual abuse", duty="child_sexual_abuse_report"),
    Row(name="sexual assault in the last days", group="sexual_harm", sign="sexual_assault_last_7_days", urgency=5,
        responder="ring the police now", duty="child_sexual_abuse_report"),
    Row(name="nudes", group="sexual_harm", sign="nude_passed_on", urgency=3,
        reporter="Do not view, copy, share or save", responder="Nobody views, copies", duty="nude_images"),
    Row(name="a picture and an adult", group="sexual_harm", sign="adult_involved_in_nude", urgency=4,
        reporter="The police, where an adult is involved", responder="A picture may be involved", duty="nude_images"),
    Row(name="pictures asked for online", group="other_young_people_and_online", sign="online_adult_secret", urgency=4,
        reporter="Do not view", responder="A picture may be involved", duty="nude_images"),
    Row(name="radicalisation", group="outside_home", sign="agrees_with_terror_group", urgency=3,
        responder="You decide on a Prevent referral", duty="prevent"),
    Row(name="private fostering", group="care_and_home", sign="lives_with_other_28_days", urgency=2,
        more={"lives_with": "family_friend", "stay": "28_days_or_more", "carer_lives": "Harrow"},
        responder="Harrow", duty="private_fostering_notification"),
    Row(name="missing, no danger known", group="absence_and_missing", sign="missing_now", urgency=3,
        more={"known_risk": "no", "last_seen": "At the gate at eight", "last_seen_by": "A neighbour"},
        responder="At the gate at eight", duty="missing_education"),
    Row(name="missing, a danger known", group="absence_and_missing", sign="missing_now_in_danger", urgency=5,
        responder="Where is the child?", duty="missing_education"),
    Row(name="no school place", group="absence_and_missing", sign="school_no_place", urgency=3,
        duty="missing_education"),
    Row(name="child on child", group="other_young_people_and_online", sign="attacked_by_pupils", urgency=4,
        responder="More than one child"),
    Row(name="suicide thoughts", group="feelings_and_health", sign="suicide_thoughts", urgency=3,
        reporter="Stay with the child", responder="Somebody stays with the child"),
    Row(name="overdose", group="feelings_and_health", sign="overdose_taken", urgency=5,
        reporter="Stay with the child", responder="Somebody stays with the child"),
    Row(name="a child with a social worker", group="hurt_or_afraid", sign="child_says_adult_hurt_them", urgency=4,
        child={"social_worker": "yes"}, reporter="in 15 minutes"),
    Row(name="looked after", group="family_life", sign="parent_health_some_effect", urgency=2,
        child={"social_worker": "yes"}, more={"looked_after": "yes"},
        responder="The school's designated teacher is Sage Invented, 020 7946 0149."),
    Row(name="another council", group="family_life", sign="parent_health_some_effect", urgency=3,
        child={"council": "other_council"}, reporter="another council's area"),
    Row(name="council not known", group="family_life", sign="parent_health_some_effect", urgency=3,
        child={"council": "not_known"}, reporter="The council is not known yet"),
    Row(name="eighteen", group="family_life", sign="parent_health_some_effect", urgency=3,
        child={"age_band": "18_or_over"}, reporter="18 or over"),
)  # fmt: skip


def to_sent(scene: Scene, row: Row, person: str = TEACHER) -> Talk:
    """The row answered screen by screen, and sent; where a sign is an emergency the screen comes in between."""
    talk = to_signs(scene, person, row.group, **row.child).say("signs", {"signs": (row.sign,)})
    if talk.turn.screen.id == "emergency":
        talk.say("emergency")
    asked = {one.id for one in talk.turn.screen.fields if one.required}
    return talk.say("more", {**dict.fromkeys(asked, "no"), **row.more}).say("when", WHEN).say("check", {}, "send")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_branch_is_asked_judged_told_and_shown_as_the_table_says(file_scene: Scene, row: Row) -> None:
    scene = file_scene
    concern = to_sent(scene, row).concern
    found = scene.concern(concern)
    told = scene.deliver()
    assert found.urgency == row.urgency
    assert told == (EVERYBODY if row.urgency == EMERGENCY else AT_ONCE)
    assert row.reporter in words_of(scene.house.desk.receipt(TEACHER, concern))
    assert row.responder in words_of(scene.house.responding.open(DSL, concern))
    if row.duty:
        with scene.house.store.read() as unit:
            assert row.duty in record_of(unit, found).suggestion["duties"]
        assert "Duties" in words_of(scene.house.responding.suggestion(DSL, concern))


def test_the_duty_of_the_new_act_gets_its_own_words_on_the_day_the_authority_sets(file_scene: Scene) -> None:
    scene, clock = file_scene, SetClock()
    row = next(row for row in TABLE if row.duty == "child_sexual_abuse_report")
    before = words_of(scene.house.responding.suggestion(DSL, to_sent(scene, row).concern))
    switched = open_house(scene.url, clock, ListCourier(clock), rules=rules_with_the_act(clock().date()), ids="act")
    after = Scene(switched, clock, ListCourier(clock))
    said = words_of(switched.responding.suggestion(DSL, to_sent(after, row).concern))
    assert "not yet in force" in before
    assert "not yet in force" not in said
    assert "reports it in person" in said
    switched.store.close()


def rules_with_the_act(day: date) -> Rulebook:
    """The packaged rules of Ealing, with the day of the new duty set."""
    rules = reading()
    edition = rules.catalogue.editions["ealing"][-1]
    duties = tuple(
        duty.model_copy(update={"in_force_from": day}) if duty.text_from_then else duty
        for duty in edition.document.duties
    )
    changed = replace(edition, document=edition.document.model_copy(update={"duties": duties}))
    catalogue = replace(rules.catalogue, editions={"ealing": (changed,)})
    return replace(rules.judge, catalogue=catalogue)


def test_a_danger_known_about_a_missing_child_is_an_emergency_at_once(file_scene: Scene) -> None:
    talk = to_signs(file_scene, group="absence_and_missing").say("signs", {"signs": ("missing_now",)})
    talk.say("more", {"known_risk": "yes"})
    assert talk.turn.screen.id == "emergency"
    assert file_scene.deliver() == EVERYBODY


def test_not_knowing_of_a_danger_to_a_missing_child_asks_for_advice_now(file_scene: Scene) -> None:
    talk = to_signs(file_scene, group="absence_and_missing").say("signs", {"signs": ("missing_now",)})
    talk.say("more", {"known_risk": "not_known"}).say("when", WHEN).say("check", {}, "send")
    assert file_scene.concern(talk.concern).advice_now


FGM = Row(name="fgm", group="honour_and_tradition", sign="fgm_told", urgency=4)


def test_only_the_teacher_is_reminded_to_ring_the_police_until_it_is_written_down(file_scene: Scene) -> None:
    scene = file_scene
    concern = to_sent(scene, FGM).concern
    scene.deliver()
    assert "police" in actions_of(scene.house.desk.receipt(TEACHER, concern))
    # On Tuesday, four hours before five o'clock, when somebody has had the concern for long.
    scene.house.responding.act(DSL, concern, "have", {})
    own = [row for row in scene.rows(concern) if row.step.chain == "in_person"]
    assert [row.step.due_at.isoformat()[:16] for row in own] == ["2026-11-24T13:00", "2026-11-24T17:00"]
    assert TEACHER in scene.later(hours=27)
    talk = scene.begin(TEACHER, "police", concern).say("police", {"reference": "CAD 4711"}, "send")
    assert talk.turn.ended == "kept"
    receipt = scene.house.desk.receipt(TEACHER, concern)
    assert "police" not in actions_of(receipt)
    assert "Ring 101 by" not in words_of(receipt)
    assert "CAD 4711" in words_of(scene.house.responding.open(DSL, concern))
    assert "waiting" not in {row.state for row in scene.rows(concern) if row.step.chain == "in_person"}


def test_a_report_needs_its_reference_or_a_reason(file_scene: Scene) -> None:
    concern = to_sent(file_scene, FGM).concern
    talk = file_scene.begin(TEACHER, "police", concern)
    talk.offer("police", {}, "send")
    assert talk.errors()
    talk.say("police", {"reason": "A colleague has reported it already"}, "send")
    assert talk.turn.ended == "kept"


def learned_later(scene: Scene, person: str, sign: str = "fgm_told") -> str:
    """A concern about a girl that a teacher sent, and to which somebody has added what they learned since."""
    mild = Row(name="worry", group="hurt_or_afraid", sign="often_small_accidents", urgency=2)
    concern = to_sent(scene, mild).concern
    scene.deliver()
    talk = scene.begin(person, "addition", concern).say("happened", {"saw": "She told me more today"})
    talk.say("about", {"groups": ("honour_and_tradition",)}).say("signs", {"signs": (sign,)}).say("check", {}, "send")
    return concern


def test_a_teacher_who_learns_it_only_in_an_addition_is_reminded_too(file_scene: Scene) -> None:
    scene = file_scene
    concern = learned_later(scene, TEACHER)
    assert "police" in actions_of(scene.house.desk.receipt(TEACHER, concern))
    assert "Ring 101 by" in words_of(scene.house.desk.receipt(TEACHER, concern))
    own = [row for row in scene.rows(concern) if row.step.chain == "in_person"]
    assert [row.step.due_at.isoformat()[:16] for row in own] == ["2026-11-24T13:00", "2026-11-24T17:00"]


def test_whoever_learns_it_is_reminded_and_not_who_reported_first(file_scene: Scene) -> None:
    scene = file_scene
    concern = learned_later(scene, SW)
    assert "police" not in actions_of(scene.house.desk.receipt(TEACHER, concern))
    with pytest.raises(Denied):
        scene.begin(TEACHER, "police", concern)
    opened = scene.house.responding.open(SW, concern)
    assert "police" in actions_of(opened)
    assert "Ring 101 by" in words_of(opened)
    assert "Ring 101 by" not in words_of(scene.house.responding.open(DSL, concern))
    assert SW in scene.later(hours=27)
    talk = scene.begin(SW, "police", concern).say("police", {"reference": "CAD 4712"}, "send")
    assert talk.turn.ended == "kept"
    assert "police" not in actions_of(scene.house.responding.open(SW, concern))
    assert "CAD 4712" in words_of(scene.house.responding.open(DSL, concern))


@pytest.mark.parametrize(("person", "sign"), [(PASTORAL, "fgm_told"), (TEACHER, "fgm_suspected")])
def test_other_staff_and_a_suspicion_put_no_duty_on_who_adds(file_scene: Scene, person: str, sign: str) -> None:
    mild = Row(name="worry", group="hurt_or_afraid", sign="often_small_accidents", urgency=2)
    concern = to_sent(file_scene, mild, person).concern
    talk = file_scene.begin(person, "addition", concern).say("happened", {"saw": "She told me more today"})
    talk.say("about", {"groups": ("honour_and_tradition",)}).say("signs", {"signs": (sign,)}).say("check", {}, "send")
    assert [row for row in file_scene.rows(concern) if row.step.chain == "in_person"] == []


def test_other_staff_go_the_ordinary_road(file_scene: Scene) -> None:
    concern = to_sent(file_scene, FGM, PASTORAL).concern
    assert [row for row in file_scene.rows(concern) if row.step.chain == "in_person"] == []
    assert "police" not in actions_of(file_scene.house.desk.receipt(PASTORAL, concern))


def test_a_suspicion_puts_no_personal_duty_on_a_teacher(file_scene: Scene) -> None:
    suspected = next(row for row in TABLE if row.sign == "fgm_suspected")
    concern = to_sent(file_scene, suspected).concern
    assert [row for row in file_scene.rows(concern) if row.step.chain == "in_person"] == []


def test_two_children_of_one_event_have_a_concern_each_that_know_of_each_other(file_scene: Scene) -> None:
    scene = file_scene
    row = next(row for row in TABLE if row.name == "child on child")
    first, second = to_sent(scene, row).concern, to_sent(scene, row).concern
    assert "link" in actions_of(scene.house.desk.receipt(TEACHER, second))
    scene.deliver()
    form = scene.house.responding.act(TEACHER, second, "link", {})
    assert [choice.id for choice in form.fields[0].choices] == [first]
    scene.house.responding.act(TEACHER, second, "send_link", {"concern": first})
    assert DSL in scene.deliver()
    for one, other in ((first, second), (second, first)):
        assert scene.concern(other).reference in words_of(scene.house.responding.open(DSL, one))
        assert "link" not in actions_of(scene.house.desk.receipt(TEACHER, one))
        assert ("linked", TEACHER) in scene.log_of(one)


def test_nobody_links_what_is_not_their_own(file_scene: Scene) -> None:
    row = next(row for row in TABLE if row.name == "child on child")
    mine, theirs = to_sent(file_scene, row).concern, to_sent(file_scene, row, PASTORAL).concern
    assert "link" not in actions_of(file_scene.house.desk.receipt(TEACHER, mine))
    with pytest.raises(Denied):
        file_scene.house.responding.act(TEACHER, mine, "send_link", {"concern": theirs})
    assert "Another child" not in words_of(file_scene.house.responding.open(DSL, theirs))


def test_a_link_that_is_not_chosen_from_the_list_is_asked_for_again(file_scene: Scene) -> None:
    row = next(row for row in TABLE if row.name == "child on child")
    first, second = to_sent(file_scene, row).concern, to_sent(file_scene, row).concern
    form = file_scene.house.responding.act(TEACHER, second, "send_link", {"concern": "another"})
    assert form.fields[0].error
    assert ("linked", TEACHER) not in file_scene.log_of(first)


def test_a_lead_links_two_concerns_that_two_people_sent(file_scene: Scene) -> None:
    scene = file_scene
    row = next(row for row in TABLE if row.name == "child on child")
    first, second = to_sent(scene, row).concern, to_sent(scene, row, PASTORAL).concern
    scene.deliver()
    assert "link" in actions_of(scene.house.responding.open(DEPUTY, second))
    form = scene.house.responding.act(DEPUTY, second, "link", {})
    assert [choice.id for choice in form.fields[0].choices] == [first]
    scene.house.responding.act(DEPUTY, second, "send_link", {"concern": first})
    assert DSL in scene.deliver()
    for one, other in ((first, second), (second, first)):
        assert scene.concern(other).reference in words_of(scene.house.responding.open(DSL, one))
        assert ("linked", DEPUTY) in scene.log_of(one)
    assert "link" not in actions_of(scene.house.responding.open(DEPUTY, first))


def test_who_does_not_decide_links_nothing(file_scene: Scene) -> None:
    row = next(row for row in TABLE if row.name == "child on child")
    first, second = to_sent(file_scene, row).concern, to_sent(file_scene, row, PASTORAL).concern
    file_scene.deliver()
    assert "link" not in actions_of(file_scene.house.responding.open(SW, second))
    said = file_scene.house.responding.act(SW, second, "send_link", {"concern": first})
    assert said.title != "Linked"
    assert ("linked", SW) not in file_scene.log_of(second)


def test_a_lead_who_links_is_not_told_of_it(file_scene: Scene) -> None:
    row = next(row for row in TABLE if row.name == "child on child")
    first, second = to_sent(file_scene, row).concern, to_sent(file_scene, row, PASTORAL).concern
    file_scene.deliver()
    file_scene.house.responding.act(DSL, second, "send_link", {"concern": first})
    assert file_scene.deliver() == []
