"""Teams as a courier: stored conversations, allowed tenants, receipts that can be changed, errors as codes of ours."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.teams import draw
from bot.channels.teams.connector import Connector, Tokens
from bot.channels.teams.courier import TeamsCourier
from bot.channels.teams.install import Bot, Install
from bot.channels.teams.pace import SENDS, TENANT, Pace, Window
from bot.channels.teams.wire import Answer, Ask, Silent, Unreached
from bot.seams import Parcel, Refused, Unsure
from dialogs.cards import Pointer, pointer
from dialogs.words import Words
from storage.shapes import Identity, Person, PersonId, Role
from tests.fakes import SetClock
from tests.teams.conftest import DSL, Ticking, outside_of
from tests.teams.fake import FOREIGN, FakeTeams, in_thread, room_of
from tests.teams.fake import TENANT as OURS

WORDS = Words.load()
LEAD = Person(
    id=PersonId("lead"), authority="ealing", name="Invented Leader", email=DSL.email,
    role="designated_safeguarding_lead",
)  # fmt: skip
SERVICE = "https://service.example"


@pytest.fixture
def fake() -> Iterator[FakeTeams]:
    """A Teams with one lead."""
    with in_thread(SetClock()) as found:
        found.join(DSL)
        yield found


@pytest.fixture
def courier(fake: FakeTeams) -> TeamsCourier:
    """A courier to it."""
    install = fake.install()
    return TeamsCourier(install, outside_of(install, fake.clock, timeout=1).connector, draw, WORDS)


def parcel(service: str, *, account: str = DSL.id, kind: str = "alert", key: str = "row-1") -> Parcel:
    """A pointer on its way."""
    card = pointer(Pointer(concern="c1", reference="K4M-7QX", kind=kind, respond_by="10:35"), (), WORDS)
    address = f"{OURS}:{account} {service} {room_of(account)}"
    return Parcel(to=LEAD, address=address, card=card, key=key, kind=kind, reference="K4M-7QX")


def identity(tenant: str = OURS, address: str = f"{OURS}:u {SERVICE} a:u", **more: Any) -> Identity:
    """Where somebody was seen."""
    found = Identity(
        person=LEAD.id, channel="teams", tenant=tenant, address=address, state="active", touched_at=SetClock()()
    )
    return replace(found, **more)


def test_who_was_never_seen_in_an_allowed_tenant_or_left_has_no_address(courier: TeamsCourier) -> None:
    unreachable = [
        identity(tenant=FOREIGN),
        identity(state="refused"),
        identity(channel="slack"),
        identity(address=f"{OURS}:u"),
    ]
    assert courier.address_of(LEAD, unreachable) is None
    assert courier.address_of(LEAD, [*unreachable, identity()]) == identity().address


def test_an_address_of_another_tenant_is_refused_before_anything_is_sent(
    courier: TeamsCourier, fake: FakeTeams
) -> None:
    with pytest.raises(Refused) as refused:
        courier.deliver(replace(parcel(fake.url), address=f"{FOREIGN}:u {fake.url} a:u"))
    assert refused.value.permanent
    assert not fake.calls


def test_a_card_is_changed_in_place_and_sent_anew_where_it_is_gone(courier: TeamsCourier, fake: FakeTeams) -> None:
    receipt = courier.deliver(parcel(fake.url))
    assert courier.revise(parcel(fake.url, kind="stood_down", key="row-2"), receipt) == receipt
    [card] = fake.room(DSL.id)
    assert [one["data"]["swis"]["do"] for one in card["actions"]] == ["open"]
    fake.messages.clear()
    assert courier.revise(parcel(fake.url, kind="changed", key="row-3"), receipt) != receipt
    assert len(fake.room(DSL.id)) == 1


@pytest.mark.parametrize(("kind", "role", "offered"), [
    ("alert", "designated_safeguarding_lead", True), ("alert", "social_worker", True), ("alert", "reporter", False),
    ("reminder", "designated_safeguarding_lead", False), ("stood_down", "designated_safeguarding_lead", False),
])  # fmt: skip
def test_i_have_it_stands_on_an_alert_for_those_who_may_take_it(
    courier: TeamsCourier, fake: FakeTeams, kind: str, role: Role, offered: bool
) -> None:
    courier.deliver(replace(parcel(fake.url, kind=kind), to=replace(LEAD, role=role)))
    [card] = fake.room(DSL.id)
    assert ("Action.Execute" in {one["type"] for one in card["actions"]}) == offered


def test_blocked_and_uninstalled_are_refusals_for_good(courier: TeamsCourier, fake: FakeTeams) -> None:
    fake.blocked.add(DSL.id)
    with pytest.raises(Refused) as blocked:
        courier.deliver(parcel(fake.url))
    fake.blocked.clear()
    fake.installed.clear()
    with pytest.raises(Refused) as gone:
        courier.deliver(parcel(fake.url))
    assert (blocked.value.code, blocked.value.permanent) == ("message_writes_blocked", True)
    assert (gone.value.code, gone.value.permanent) == ("conversation_not_found", True)


@pytest.mark.parametrize("status", ["412", "429", "502", "504"])
def test_what_may_be_asked_again_is_asked_again(courier: TeamsCourier, fake: FakeTeams, status: str) -> None:
    fake.moods["post"].extend([status, status])
    assert courier.deliver(parcel(fake.url))
    assert len([one for one in fake.calls if one.method == "post"]) == 3


OUTCOMES = {"412": Refused, "429": Refused, "502": Unsure, "504": Unsure, "500": Refused, "503": Refused}


@pytest.mark.parametrize("status", OUTCOMES)
def test_what_fails_again_and_again_goes_back_into_its_row(courier: TeamsCourier, fake: FakeTeams, status: str) -> None:
    fake.always["post"] = status
    with pytest.raises(Refused) as refused:
        courier.deliver(parcel(fake.url))
    assert type(refused.value) is OUTCOMES[status]
    assert not refused.value.permanent
    tries = 1 if status in ("500", "503") else 3
    assert len([one for one in fake.calls if one.method == "post"]) == tries


def test_nobody_there_is_an_outage(fake: FakeTeams) -> None:
    install = fake.install()
    courier = TeamsCourier(install, outside_of(install, fake.clock, timeout=1).connector, draw, WORDS)
    with pytest.raises(Refused) as refused:
        courier.deliver(parcel("http://127.0.0.1:9"))
    assert refused.value.outage
    assert type(refused.value) is Refused


def test_a_token_goes_to_no_place_that_is_not_encrypted(courier: TeamsCourier, fake: FakeTeams) -> None:
    with pytest.raises(Refused) as refused:
        courier.deliver(parcel("http://service.example"))
    assert refused.value.code == "foreign_service"
    assert not fake.calls


class Counted:
    """A wire that keeps when each request went, and answers from a list."""

    def __init__(self, ticks: Ticking, answers: Callable[[int], Answer | Exception]) -> None:
        self.ticks, self.answers, self.asked = ticks, answers, [(0.0, "")] * 0

    def __call__(self, ask: Ask) -> Answer:
        """Keep and answer."""
        if "/oauth2/" in ask.url:
            return Answer(status=200, body={"access_token": "t", "expires_in": 86_400})
        self.asked.append((self.ticks(), ask.url))
        self.ticks.now += 0.002
        found = self.answers(len(self.asked))
        if isinstance(found, Exception):
            raise found
        return found


TAKEN = Answer(status=201, body={"id": "1"})


def paced(answers: Callable[[int], Answer | Exception], random: Callable[[int], bytes] = bytes) -> tuple[Any, ...]:
    """A courier in virtual time."""
    ticks, clock = Ticking(), SetClock()
    wire = Counted(ticks, answers)
    install = Install(tenants=frozenset({OURS}), bots={OURS: Bot(app=OURS, secret="s", home=OURS)})
    pace = Pace(ticks=ticks, pause=ticks.pause)
    connector = Connector(
        wire=wire, tokens=Tokens(install, wire, clock), pace=pace, pause=ticks.pause, random=random
    )  # fmt: skip
    return TeamsCourier(install, connector, draw, WORDS), wire, ticks


def went(courier: TeamsCourier, one: Parcel) -> bool:
    """Whether it was taken, or else is too much for now."""
    with suppress(Refused):
        return bool(courier.deliver(one))
    return False


def most_in(instants: list[float], window: Window) -> int:
    """The most of them in any such length of time."""
    return max(sum(start <= one < start + window.seconds for one in instants) for start in instants)


def test_a_burst_of_500_alerts_to_many_people_keeps_to_what_a_tenant_may_ask() -> None:
    courier, wire, ticks = paced(lambda _: TAKEN)
    for number in range(500):
        courier.deliver(parcel(SERVICE, account=f"user{number}", key=f"row-{number}"))
    instants = [at for at, _ in wire.asked]
    assert len(instants) == 500
    assert most_in(instants, TENANT[0]) <= 50
    assert ticks.now < 12


def test_a_burst_of_500_alerts_to_a_few_people_keeps_to_what_a_conversation_may_get() -> None:
    """What does not go at once goes back into its row, as the sender does it; in the end everything arrived."""
    courier, wire, ticks = paced(lambda _: TAKEN)
    waiting = [parcel(SERVICE, account=f"user{number % 10}", key=f"row-{number}") for number in range(500)]
    rounds = 0
    while waiting:
        left = []
        for one in waiting:
            left += [] if went(courier, one) else [one]
        waiting, rounds = left, rounds + 1
        ticks.pause(5.0)
        assert rounds < 50
    by_room = Counter(url for _, url in wire.asked)
    assert set(by_room.values()) == {50}
    for url in by_room:
        instants = [at for at, place in wire.asked if place == url]
        assert all(most_in(instants, window) <= window.most for window in SENDS)
    assert most_in([at for at, _ in wire.asked], TENANT[0]) <= 50


def test_one_conversation_that_is_full_keeps_nobody_else_waiting() -> None:
    courier, _, ticks = paced(lambda _: TAKEN)
    for number in range(60):
        courier.deliver(parcel(SERVICE, account="busy", key=f"row-{number}"))
        ticks.pause(0.2)
    with pytest.raises(Refused) as refused:
        courier.deliver(parcel(SERVICE, account="busy", key="one more"))
    assert refused.value.retry_after is None
    before = ticks.now
    courier.deliver(parcel(SERVICE, account="other", key="row-other"))
    assert ticks.now - before < 0.1


def test_tries_that_failed_together_come_back_apart_and_wait_as_long_as_asked() -> None:
    busy = Answer(status=429, body={}, retry_after=None)
    gaps = []
    for drawn in (b"\x00", b"\xff"):
        courier, wire, _ = paced(lambda number: busy if number < 3 else TAKEN, drawn.__mul__)
        courier.deliver(parcel(SERVICE))
        gaps.append([later - sooner for (sooner, _), (later, _) in zip(wire.asked, wire.asked[1:], strict=False)])
    assert gaps[0][0] < gaps[1][0]
    assert gaps[0][1] > gaps[0][0]
    courier, wire, _ = paced(lambda number: Answer(status=429, body={}, retry_after=2.0) if number < 2 else TAKEN)
    courier.deliver(parcel(SERVICE))
    assert wire.asked[1][0] - wire.asked[0][0] >= 2.0


def test_a_long_wait_that_teams_asks_for_is_left_to_the_row() -> None:
    courier, wire, _ = paced(lambda _: Answer(status=429, body={}, retry_after=40.0))
    with pytest.raises(Refused) as refused:
        courier.deliver(parcel(SERVICE))
    assert (refused.value.retry_after, len(wire.asked)) == (40.0, 1)


def test_what_was_asked_and_not_answered_is_unsure_and_never_sent_twice_by_itself() -> None:
    courier, wire, _ = paced(lambda _: Silent("no answer"))
    with pytest.raises(Unsure):
        courier.deliver(parcel(SERVICE))
    assert len(wire.asked) == 1
    courier, wire, _ = paced(lambda _: Unreached("nobody"))
    with pytest.raises(Refused):
        courier.deliver(parcel(SERVICE))
