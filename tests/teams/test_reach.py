"""What the gate before a deploy says of Teams: whether the bot gets its token, and whether the keys are there."""

from collections.abc import Iterator

import pytest

from bot.channels.teams.install import Bot, Given, install_of
from bot.channels.teams.reach import reach, standing
from bot.channels.teams.wire import HttpWire
from bot.platforms.install import InstallError
from tests.fakes import SetClock
from tests.teams.fake import APP, FOREIGN, SECRET, TENANT, FakeTeams, in_thread

OTHER_APP = "bbbbbbbb-bbbb-cccc-dddd-eeeeeeeeeeee"


@pytest.fixture
def fake() -> Iterator[FakeTeams]:
    """A Teams."""
    with in_thread(SetClock()) as found:
        yield found


def troubles(fake: FakeTeams, **settings: str) -> list[str]:
    """What keeps the deploy from going on."""
    return [one.trouble for one in reach(fake.install(**settings), HttpWire(1), fake.clock) if one.trouble]


def test_a_bot_that_gets_its_token_where_the_keys_are_has_no_trouble(fake: FakeTeams) -> None:
    assert not troubles(fake)


def test_a_wrong_secret_and_missing_keys_are_named_and_no_secret_is_repeated(fake: FakeTeams) -> None:
    fake.signing = []
    found = troubles(fake, secret="a-wrong-secret")
    assert [one.partition(":")[0] for one in found] == [
        "SWIS_TEAMS_APP_ID, SWIS_TEAMS_APP_PASSWORD", "SWIS_TEAMS_OPENID_URL",
    ]  # fmt: skip
    assert "a-wrong-secret" not in str(found)


def test_without_an_app_id_nobody_is_asked_and_a_warning_says_whom_it_serves(fake: FakeTeams) -> None:
    install = fake.install(app="", secret="")
    assert not list(reach(install, HttpWire(1), fake.clock))
    assert "this machine only" in standing(install).warning


def test_settings_that_do_not_fit_together_are_all_named_at_once() -> None:
    with pytest.raises(InstallError) as wrong:
        install_of(Given(tenants=("ours",), app="bot", login="http://login.example"))
    assert len(wrong.value.problems) == 4
    assert install_of(Given()) is None
    whole = install_of(Given(tenants=(TENANT.upper(),), app=APP.upper(), secret=SECRET))
    assert whole is not None
    assert whole.bots == {TENANT: Bot(app=APP, secret=SECRET, home=TENANT)}
    assert SECRET not in repr(whole)


def test_each_tenant_may_have_a_bot_of_its_own() -> None:
    tenants = (TENANT, FOREIGN)
    own = Given(tenants=tenants, app=f"{TENANT}:{APP},{FOREIGN}:{OTHER_APP}", secret=f"{TENANT}:one,{FOREIGN}:two")
    found = install_of(own)
    assert found is not None
    assert found.bots[FOREIGN] == Bot(app=OTHER_APP, secret="two", home=FOREIGN)
    one = install_of(Given(tenants=tenants, app=APP, secret=SECRET))
    assert one is not None
    assert one.bots[FOREIGN] == Bot(app=APP, secret=SECRET, home=TENANT)
    with pytest.raises(InstallError, match="tenant:id"):
        install_of(Given(tenants=tenants, app=f"{TENANT}:{APP}", secret=SECRET))
    with pytest.raises(InstallError, match="SWIS_TEAMS_APP_PASSWORD"):
        install_of(Given(tenants=tenants, app=own.app, secret=f"{TENANT}:one"))
