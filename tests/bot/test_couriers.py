"""What every courier does, whichever channel it is for. A new channel is done when it stands in `MAKERS` and passes."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.channels.mail.courier import MailCourier, Relay
from bot.channels.slack import draw
from bot.channels.slack.courier import SlackCourier
from bot.channels.slack.install import Install
from bot.channels.teams import draw as teams_draw
from bot.channels.teams.courier import TeamsCourier
from bot.channels.web.courier import WebCourier
from bot.seams import Courier, Parcel, Refused, Unsure
from dialogs.cards import POINTER_KINDS, LivingView, Pointer, StateLine, living_message, pointer
from dialogs.screens import Action, Number, Quote, Screen
from dialogs.words import Words
from storage.shapes import Identity, Person, PersonId
from tests.fakes import SetClock
from tests.slack.fake import FakeSlack, in_thread
from tests.smtp import MailServer, Script, certificate_for, serving
from tests.teams.conftest import outside_of
from tests.teams.fake import TENANT, Account, FakeTeams, room_of
from tests.teams.fake import in_thread as teams_beside

WORDS = Words.load()
CHILDS_WORDS = "he said that it hurts"
NUMBERS = (Number(label="Front door", phone="01632 960001"),)
LEAD = Person(
    id=PersonId("school.lead"), authority="ealing", name="Invented Leader", email="lead@school.example.org",
    role="designated_safeguarding_lead",
)  # fmt: skip
LEADS_ACCOUNT = Account(id="00000000-0000-0000-0000-00000000000a", email=LEAD.email, name=LEAD.name)


@dataclass(frozen=True)
class Channel:
    """A courier, and what stands at the other end. `left` is everything that left the process, as text.
    `refusing` and `silent` are the same channel with a platform that refuses, or takes the card and says nothing; None
    where there is no platform that could.
    """

    courier: Courier
    left: Callable[[], Sequence[str]]
    refusing: Courier | None = None
    silent: Courier | None = None


@contextmanager
def web(folder: Path) -> Iterator[Channel]:
    """The local page: nothing leaves."""
    yield Channel(WebCourier(), list)


@contextmanager
def mail(folder: Path) -> Iterator[Channel]:
    """E-mail, with a server on loopback."""
    certificate = certificate_for(folder)

    def courier(server: MailServer) -> MailCourier:
        relay = Relay(
            host="127.0.0.1", port=server.port, sender="swis@council.example.org", ca=str(certificate), timeout=1
        )  # fmt: skip
        return MailCourier(relay, WORDS, SetClock())

    with (
        serving(Script(), certificate) as well,
        serving(Script(replies={"RCPT": "550 no"}), certificate) as refusing,
        serving(Script(falls_silent="."), certificate) as silent,
    ):
        yield Channel(
            courier(well), lambda: [raw.decode() for raw in well.raw], courier(refusing), courier(silent)
        )  # fmt: skip


@contextmanager
def slack(folder: Path) -> Iterator[Channel]:
    """Slack, with a fake one on loopback. A button's value is not shown: it has to name the concern that it opens."""

    def courier(fake: FakeSlack) -> SlackCourier:
        fake.workspace("T0ONE").join("ULEAD", LEAD.email, LEAD.name)
        install = Install(tokens={"T0ONE": "xoxb-T0ONE"}, base_url=f"{fake.url}api/")
        return SlackCourier(install, draw.message, timeout=1)

    with in_thread() as well, in_thread() as refusing, in_thread() as silent:
        refusing.always["conversations.open"] = "account_inactive"
        silent.always |= {"chat.postMessage": "hang", "chat.update": "hang"}
        yield Channel(courier(well), lambda: shown(well), courier(refusing), courier(silent))


def shown(fake: FakeSlack) -> list[str]:
    """What Slack shows of all that was sent."""
    sent = [one.sent for one in fake.calls if one.method.startswith("chat.")]
    blocks = [block for one in sent for block in one["blocks"]]
    for element in (element for block in blocks for element in block.get("elements", ())):
        element.pop("value", None)
    return [json.dumps(one, ensure_ascii=False) for one in sent]


@contextmanager
def teams(folder: Path) -> Iterator[Channel]:
    """Teams, with a fake one on loopback. What a button sends is not shown: it names the concern that it opens."""

    def courier(fake: FakeTeams) -> TeamsCourier:
        fake.join(LEADS_ACCOUNT)
        install = fake.install()
        return TeamsCourier(install, outside_of(install, SetClock(), timeout=1).connector, teams_draw, WORDS)

    clock = SetClock()
    with teams_beside(clock) as well, teams_beside(clock) as refusing, teams_beside(clock) as silent:
        refusing.blocked.add(LEADS_ACCOUNT.id)
        silent.always |= {"post": "hang", "put": "hang"}
        yield Channel(courier(well), lambda: shown_in_teams(well), courier(refusing), courier(silent))


def seen(courier: Courier) -> tuple[Identity, ...]:
    """Where the lead was seen, for a channel that finds nobody by the directory's address."""
    if not isinstance(courier, TeamsCourier):
        return ()
    service, account = courier.install.openid.removesuffix("/openid"), LEADS_ACCOUNT.id
    address = f"{TENANT}:{account} {service} {room_of(account)}"
    return (
        Identity(
            person=LEAD.id, channel="teams", tenant=TENANT, address=address, state="active", touched_at=SetClock()()
        ),
    )  # fmt: skip


def shown_in_teams(fake: FakeTeams) -> list[str]:
    """What Teams shows of all that was sent."""
    sent = json.loads(json.dumps([one.sent for one in fake.calls if one.method in ("post", "put")]))
    for card in (attachment["content"] for one in sent for attachment in one["attachments"]):
        card.pop("$schema")
        for action in card.get("actions", ()):
            action.pop("data")
            action.pop("fallback", None)
    return [json.dumps(one, ensure_ascii=False) for one in sent]


MAKERS: Mapping[str, Callable[[Path], AbstractContextManager[Channel]]] = {
    "web": web,
    "mail": mail,
    "slack": slack,
    "teams": teams,
}


@pytest.fixture(params=sorted(MAKERS))
def channel(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Channel]:
    """Each channel in turn."""
    with MAKERS[request.param](tmp_path) as found:
        yield found


def parcel(courier: Courier, kind: str = "alert", key: str = "row-1:school.lead") -> Parcel:
    """A pointer on its way to the lead."""
    card = pointer(Pointer(concern="concern-0001", reference="K4M-7QX", kind=kind, respond_by="10:35"), NUMBERS, WORDS)
    address = courier.address_of(LEAD, seen(courier))
    assert address is not None
    return Parcel(to=LEAD, address=address, card=card, key=key)


def test_the_reporters_own_message_is_taken_and_changed(channel: Channel) -> None:
    view = LivingView(
        concern="concern-0001", reference="K4M-7QX", states=(StateLine(state="sent", when="10:20"),), told=(),
        numbers=NUMBERS,
    )  # fmt: skip
    first = replace(parcel(channel.courier), card=living_message(view, WORDS))
    receipt = channel.courier.deliver(first)
    had = replace(view, states=(*view.states, StateLine(state="had", when="10:25", role="Head")))
    later = replace(first, card=living_message(had, WORDS), key="row-2:school.lead")
    assert channel.courier.revise(later, receipt)


def test_it_has_the_name_that_deliveries_are_recorded_under(channel: Channel, request: pytest.FixtureRequest) -> None:
    assert channel.courier.channel in request.node.name
    assert channel.courier.last_resort == (channel.courier.channel == "mail")


def test_somebody_of_the_directory_has_an_address_and_it_stays_the_same(channel: Channel) -> None:
    known = seen(channel.courier)
    assert channel.courier.address_of(LEAD, known) == channel.courier.address_of(LEAD, known) != ""


def test_somebody_whom_the_channel_cannot_reach_has_no_address_and_breaks_nothing(channel: Channel) -> None:
    nowhere = channel.courier.address_of(replace(LEAD, email="lead@school.example.invalid"), ())
    assert nowhere is None or channel.courier.channel == "web"


@pytest.mark.parametrize("kind", POINTER_KINDS)
def test_every_kind_of_pointer_is_delivered_with_a_receipt(channel: Channel, kind: str) -> None:
    receipt = channel.courier.deliver(parcel(channel.courier, kind))
    assert receipt.startswith(f"{channel.courier.channel}:")
    assert len(receipt) < 200


def test_the_same_key_twice_gives_the_same_receipt_and_another_key_another(channel: Channel) -> None:
    first = parcel(channel.courier)
    receipts = [channel.courier.deliver(one) for one in (first, replace(first, repeat=True))]
    other = channel.courier.deliver(parcel(channel.courier, key="row-2:school.lead"))
    assert receipts[0] == receipts[1] != other


def test_a_receipt_names_nobody(channel: Channel) -> None:
    receipt = channel.courier.deliver(parcel(channel.courier, key="row-1:p1"))
    assert LEAD.name not in receipt
    assert LEAD.email not in receipt


def test_a_revised_card_has_a_receipt_that_can_be_revised_again(channel: Channel) -> None:
    courier = channel.courier
    receipt = courier.deliver(parcel(courier))
    for kind in ("stood_down", "changed"):
        receipt = courier.revise(parcel(courier, kind), receipt)
        assert receipt.startswith(f"{courier.channel}:")


def test_what_leaves_is_the_cards_own_text_and_no_id_name_or_link(channel: Channel) -> None:
    courier = channel.courier
    courier.revise(parcel(courier, "stood_down"), courier.deliver(parcel(courier)))
    for text in channel.left():
        assert not [
            one for one in (LEAD.name, "school.lead", "row-1", "concern-0001", "://", CHILDS_WORDS) if one in text
        ]


def test_a_card_with_a_childs_words_is_refused_or_goes_without_them(channel: Channel) -> None:
    said = Quote(title="Said", text=CHILDS_WORDS)
    card = Screen(id="opened", title="A concern", blocks=(said,), actions=(Action(id="x", label="Open", to="home"),))
    with suppress(Refused):
        channel.courier.deliver(replace(parcel(channel.courier), card=card))
    assert not [text for text in channel.left() if CHILDS_WORDS in text]


def test_a_platform_that_refuses_this_person_is_a_refusal_for_good_with_a_code_of_ours(channel: Channel) -> None:
    if channel.refusing is None:
        pytest.skip("no platform stands behind it")
    with pytest.raises(Refused) as refused:
        channel.refusing.deliver(parcel(channel.refusing))
    assert refused.value.permanent
    assert type(refused.value) is Refused
    assert refused.value.code.replace("_", "").isalnum()


def test_a_platform_that_says_nothing_leaves_it_unsure(channel: Channel) -> None:
    if channel.silent is None:
        pytest.skip("no platform stands behind it")
    silent = channel.silent
    with pytest.raises(Unsure):
        silent.deliver(parcel(silent))
    with pytest.raises(Unsure):
        silent.revise(parcel(silent), f"{silent.channel}:before")
