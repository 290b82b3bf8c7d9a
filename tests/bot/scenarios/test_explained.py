"""Why this level, and what would raise it: shown to the reporter on the receipt and to the responder."""

from tests.bot.scenarios.house import Scene, words_of
from tests.bot.scenarios.telling import DSL, TEACHER, WHEN, sent, to_signs


def test_what_a_level_rests_on_stands_on_receipt_and_suggestion(scene: Scene) -> None:
    concern = sent(scene, "section_47")
    scene.deliver()
    for screen in (scene.house.desk.receipt(TEACHER, concern), scene.house.responding.suggestion(DSL, concern)):
        said = words_of(screen)
        assert "It rests on\nChild says an adult hurt them" in said


def test_an_answer_that_nobody_knows_is_named_as_such_and_the_next_step_up_with_its_level(scene: Scene) -> None:
    talk = to_signs(scene, group="family_life").say("signs", {"signs": ("parent_health_some_effect",)})
    talk.say("more", {"earlier_help_failed": "not_known"}).say("when", WHEN)
    concern = talk.say("check", {}, "send").concern
    scene.deliver()
    said = words_of(scene.house.responding.suggestion(DSL, concern))
    assert "made no real difference? I don't know" in said
    assert "One more answer that would raise it" in said
    assert "(Level 4: acute needs)" in said
