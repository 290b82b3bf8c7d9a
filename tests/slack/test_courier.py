"""What Slack's refusals mean to the plan, and how people are found."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.channels.slack import draw
from bot.channels.slack.account import account_of
from bot.channels.slack.courier import SlackCourier
from bot.channels.slack.install import Install
from bot.digest_card import card as digest_card
from bot.seams import Parcel, Refused, Unsure
from dialogs.cards import Pointer, pointer
from dialogs.screens import Picture
from dialogs.words import Words
from storage.shapes import Identity, Person, PersonId
from tests.bot.test_sheets import digest
from tests.fakes import MONDAY
from tests.slack.fake import FakeSlack, Json, in_thread

WORDS = Words.load()
LEAD = Person(
    id=PersonId("school.lead"), authority="ealing", name="Invented Leader", email="lead@school.example.org",
    role="designated_safeguarding_lead",
)  # fmt: skip


@pytest.fixture
def fake() -> Iterator[FakeSlack]:
    """Two workspaces; the lead has an account in the second."""
    with in_thread() as found:
        found.workspace("T0ONE")
        found.workspace("T0TWO").join("ULEAD", LEAD.email, LEAD.name)
        yield found


@pytest.fixture
def courier(fake: FakeSlack) -> SlackCourier:
    """Serving both."""
    tokens = {team: one.token for team, one in fake.workspaces.items()}
    return SlackCourier(Install(tokens=tokens, base_url=f"{fake.url}api/"), draw.message, timeout=1)


def parcel(address: str = "T0TWO:ULEAD", key: str = "row:lead") -> Parcel:
    """An alert."""
    card = pointer(Pointer(concern="c1", reference="K4M-7QX", kind="alert", respond_by="10:35"), (), WORDS)
    return Parcel(to=LEAD, address=address, card=card, key=key)


def seen(tenant: str, *, state: str = "active", channel: str = "slack") -> Identity:
    """Where the lead was seen."""
    return Identity(
        person=LEAD.id, channel=channel, tenant=tenant, address=f"{tenant}:ULEAD", touched_at=MONDAY,
        state=state,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "permanent", "outage"),
    [
        ("account_inactive", True, False),
        ("user_not_found", True, False),
        ("channel_not_found", True, False),
        ("is_archived", True, False),
        ("token_revoked", True, False),
        ("app_uninstalled", True, False),
        ("internal_error", False, True),
        ("500", False, True),
        ("some_new_error", False, False),
    ],
)
def test_each_answer_of_slack_means_something(
    fake: FakeSlack, courier: SlackCourier, code: str, permanent: bool, outage: bool
) -> None:
    fake.always["chat.postMessage"] = code
    with pytest.raises(Refused) as refused:
        courier.deliver(parcel())
    found = refused.value
    assert (type(found), found.permanent, found.outage) == (Refused, permanent, outage)
    del fake.always["chat.postMessage"]
    assert courier.deliver(parcel()).startswith("slack:T0TWO:")


def test_a_busy_slack_says_how_long_to_wait(fake: FakeSlack, courier: SlackCourier) -> None:
    fake.moods["chat.postMessage"].append("429")
    with pytest.raises(Refused) as refused:
        courier.deliver(parcel())
    assert (refused.value.code, refused.value.retry_after) == ("rate_limited", 1)


def test_a_slack_that_is_not_there_is_an_outage_and_nothing_was_sent() -> None:
    away = SlackCourier(Install(tokens={"T0TWO": "x"}, base_url="http://127.0.0.1:1/api/"), draw.message, timeout=1)
    with pytest.raises(Refused) as refused:
        away.deliver(parcel())
    assert type(refused.value) is Refused
    assert refused.value.outage


def test_silence_before_anything_was_sent_is_an_outage_and_after_it_nobody_knows(
    fake: FakeSlack, courier: SlackCourier
) -> None:
    fake.moods["conversations.open"].append("hang")
    with pytest.raises(Refused) as refused:
        courier.deliver(parcel())
    assert type(refused.value) is Refused
    fake.moods["chat.postMessage"].append("hang")
    with pytest.raises(Unsure):
        courier.deliver(parcel())


def test_somebody_never_seen_is_found_by_the_directorys_address_in_an_allowed_workspace(
    fake: FakeSlack, courier: SlackCourier
) -> None:
    address = courier.address_of(LEAD, ())
    assert address == "mail:lead@school.example.org"
    assert courier.deliver(parcel(address)).startswith("slack:T0TWO:")
    fake.workspaces["T0TWO"].users["ULEAD"]["is_restricted"] = True
    with pytest.raises(Refused) as refused:
        courier.deliver(parcel(address, key="another"))
    assert (refused.value.code, refused.value.permanent) == ("not_in_slack", True)


@pytest.mark.parametrize(
    "flags",
    [
        {"is_email_confirmed": False},
        {"team_id": "T0ELSEWHERE"},
        {"is_invited_user": True},
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"is_bot": True},
    ],
)
def test_whoever_the_door_refuses_gets_no_pointer_either(
    fake: FakeSlack, courier: SlackCourier, flags: dict[str, object]
) -> None:
    account = fake.workspaces["T0TWO"].users["ULEAD"]
    assert account_of("T0TWO", account).standing == "member"
    account |= flags
    assert account_of("T0TWO", account).standing != "member"
    with pytest.raises(Refused) as refused:
        courier.deliver(parcel("mail:lead@school.example.org"))
    assert (refused.value.code, refused.value.permanent) == ("not_in_slack", True)
    assert fake.rooms("T0TWO", "ULEAD") == []


def test_where_the_person_was_seen_comes_first_and_a_refused_place_is_no_place(courier: SlackCourier) -> None:
    assert courier.address_of(LEAD, (seen("T0TWO", channel="teams"), seen("T0TWO"))) == "T0TWO:ULEAD"
    refused = tuple(seen(team, state="refused") for team in ("T0ONE", "T0TWO"))
    assert courier.address_of(LEAD, refused) is None


@pytest.mark.parametrize("state", ["refused", "closed"])
def test_a_refusal_of_one_workspace_leaves_the_persons_other_ones(
    fake: FakeSlack, courier: SlackCourier, state: str
) -> None:
    assert courier.address_of(LEAD, (seen("T0ONE", state=state), seen("T0TWO"))) == "T0TWO:ULEAD"
    there, elsewhere = (courier.address_of(LEAD, (seen(team, state=state),)) for team in ("T0ONE", "T0TWO"))
    assert there is not None
    assert courier.deliver(parcel(there)).startswith("slack:T0TWO:")
    assert elsewhere is not None
    with pytest.raises(Refused) as refused:
        courier.deliver(parcel(elsewhere, key="another"))
    assert refused.value.code == "not_in_slack"


def test_a_message_that_is_gone_is_sent_anew_and_one_that_stands_is_changed(
    fake: FakeSlack, courier: SlackCourier
) -> None:
    receipt = courier.deliver(parcel())
    assert courier.revise(parcel(key="row-2:lead"), receipt) == receipt
    assert len(fake.rooms("T0TWO", "ULEAD")) == 1
    fake.messages.clear()
    assert courier.revise(parcel(key="row-3:lead"), receipt) != receipt
    assert len(fake.rooms("T0TWO", "ULEAD")) == 1


def figures() -> Parcel:
    """A week's card with its picture."""
    picture = Picture(url="https://swis.council.example/figures/pictures/0a.png", text="Week 48: 1 to 4.")
    return replace(parcel(), card=digest_card(digest(), WORDS, picture))


def posted(fake: FakeSlack) -> list[list[str]]:
    """The kinds of blocks of each message that was tried."""
    calls = [call.sent for call in fake.calls if call.method == "chat.postMessage"]
    return [[block["type"] for block in sent["blocks"]] for sent in calls]


def test_a_picture_goes_by_its_address(fake: FakeSlack, courier: SlackCourier) -> None:
    assert courier.deliver(figures()).startswith("slack:T0TWO:")
    assert [kinds.count("image") for kinds in posted(fake)] == [1]


def test_a_picture_that_slack_cannot_fetch_costs_the_picture_and_not_the_card(
    fake: FakeSlack, courier: SlackCourier
) -> None:
    def unfetched(kind: str, body: Json) -> None:
        if any(block["type"] == "image" for block in body["blocks"]):
            raise ValueError(f"downloading image failed in a {kind}")

    fake.checker = unfetched
    assert courier.deliver(figures()).startswith("slack:T0TWO:")
    assert [kinds.count("image") for kinds in posted(fake)] == [1, 0]
    assert "Week 48: 1 to 4." in str(fake.calls[-1].sent["blocks"])


def test_other_blocks_that_slack_refuses_are_tried_once(fake: FakeSlack, courier: SlackCourier) -> None:
    def refused(kind: str, body: Json) -> None:
        raise ValueError(f"{kind} {len(body)}")

    fake.checker = refused
    with pytest.raises(Refused, match="invalid_blocks"):
        courier.deliver(parcel())
    assert len(posted(fake)) == 1
