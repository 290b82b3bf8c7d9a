"""A new version tried on stored concerns: ids come out, nothing is changed, and each concern's log says so."""

from dataclasses import replace

from bot.rejudging import Rejudging
from storage.shapes import ConcernId
from tests.bot.scenarios.house import Scene
from tests.bot.scenarios.telling import SIGNS, TEACHER, sent
from tests.thresholds.packaged import catalogue
from thresholds.catalogue import Edition
from thresholds.evaluate import Rules, ready

EALING = catalogue().editions["ealing"][-1]


def rules(edition: Edition = EALING) -> Rules:
    """The edition made ready."""
    return ready(edition.document, edition.vocabulary)


def graver() -> Rules:
    """A version in which what was early help is Section 17."""
    sign = SIGNS["early_help"][1]
    lines = tuple(
        line.model_copy(update={"level": "level_3"}) if line.id.endswith(sign) else line
        for line in EALING.document.indicators
    )
    document = EALING.document.model_copy(update={"indicators": lines, "version": "ealing-new"})
    return rules(replace(EALING, document=document))


def trying(scene: Scene, new: Rules, old: Rules | None = None) -> Rejudging:
    """The work on the scene's own database."""
    before = old or rules()
    return Rejudging(store=scene.house.store, old={before.document.version: before}, present=before, new=new)


def test_only_the_concerns_that_come_out_otherwise_are_named(scene: Scene) -> None:
    mild, grave = sent(scene, "early_help"), sent(scene, "section_47")
    tried = trying(scene, graver()).run(scene.clock())
    assert tried.count == 2
    assert [(one.id, one.kind) for one in tried.changes] == [(mild, "raised")]
    assert grave not in {one.id for one in tried.changes}
    assert tried.closed_to_us == ()


def test_nothing_is_changed_and_nobody_is_told(scene: Scene) -> None:
    concern = ConcernId(sent(scene, "early_help"))
    scene.deliver()
    with scene.house.store.read() as unit:
        before = unit.concerns.get(concern), unit.outbox.of_concern(concern)
    trying(scene, graver()).run(scene.clock())
    with scene.house.store.read() as unit:
        assert (unit.concerns.get(concern), unit.outbox.of_concern(concern)) == before


def test_the_log_of_each_says_which_version_was_tried_and_still_verifies(scene: Scene) -> None:
    concern = ConcernId(sent(scene))
    trying(scene, graver()).run(scene.clock())
    with scene.house.store.read() as unit:
        last = unit.audit.entries(concern)[-1]
        assert (last.kind, last.by, last.about) == ("tried_on", None, {"document": "ealing-new"})
        assert unit.audit.verify(concern)


def test_a_concern_judged_by_a_version_that_is_gone_is_compared_with_the_present_one(scene: Scene) -> None:
    sent(scene, "early_help")
    work = trying(scene, graver(), rules())
    gone = Rejudging(store=work.store, old={}, present=work.present, new=work.new)
    assert [one.kind for one in gone.run(scene.clock()).changes] == ["raised"]


def test_concerns_about_adults_and_erased_ones_are_left_alone(scene: Scene) -> None:
    erased = ConcernId(sent(scene, "early_help", TEACHER))
    with scene.house.store.write() as unit:
        unit.concerns.erase(erased)
        unit.commit()
    assert trying(scene, graver()).run(scene.clock()).count == 0
