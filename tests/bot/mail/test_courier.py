"""E-mail against a real server on loopback: TLS or nothing, what each answer means, and what a mail holds."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.channels.mail.courier import MailCourier, Relay, RelayError
from bot.seams import Parcel, Refused, Unsure
from bot.settings import Settings
from bot.wiring import mail_courier
from dialogs.cards import Pointer, pointer
from dialogs.screens import Number, Quote, Screen
from dialogs.words import Words
from storage.shapes import Person, PersonId
from tests.fakes import SetClock
from tests.smtp import MailServer, Script, certificate_for, serving

WORDS = Words.load()
LEAD = Person(
    id=PersonId("lead"), authority="ealing", name="Invented Name", email="lead@school.example.org",
    role="designated_safeguarding_lead",
)  # fmt: skip
CARD = pointer(Pointer(concern="concern-0001", reference="K4M-7QX", kind="alert", respond_by="10:35"), (), WORDS)
PARCEL = Parcel(to=LEAD, address=LEAD.email, card=CARD, key="row-1:lead")


@dataclass
class Post:
    """A server and a courier that knows it."""

    server: MailServer
    relay: Relay

    @property
    def courier(self) -> MailCourier:
        """A courier of today."""
        return MailCourier(self.relay, WORDS, SetClock())


Posting = Callable[[Script], Post]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good for 127.0.0.1."""
    return certificate_for(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def posting(certificate: Path) -> Iterator[Posting]:
    """Starts a server that follows a script."""
    with ExitStack() as servers:

        def start(script: Script) -> Post:
            server = servers.enter_context(serving(script, certificate))
            relay = Relay(
                host="127.0.0.1", port=server.port, sender="swis <swis@council.example.org>",
                security=script.security, ca=str(certificate), timeout=2,
            )  # fmt: skip
            return Post(server, relay)

        yield start


@pytest.mark.parametrize("security", ["starttls", "implicit", "none"])
def test_a_pointer_arrives_and_says_when_which_and_what_to_do(posting: Posting, security: str) -> None:
    post = posting(Script(security=security))  # type: ignore[arg-type]
    assert post.courier.deliver(PARCEL).startswith("mail:")
    [mail] = post.server.mails
    assert post.server.recipients == [LEAD.email]
    assert mail["Subject"] == "A safeguarding concern needs you by 10:35 · ref K4M-7QX"
    lines = mail.get_content().splitlines()
    assert lines[:2] == [f"{mail['Subject']}.", "Open Slack or Teams, or ring. Emergency: 999."]
    assert lines[-1] == WORDS("foot")


def test_there_is_no_link_no_name_and_no_school_in_a_mail(posting: Posting) -> None:
    post = posting(Script())
    post.courier.deliver(PARCEL)
    raw = post.server.raw[0].decode().lower()
    assert not [
        word for word in ("http", "www.", "invented", "brentside", "concern-0001", "row-1", "html") if word in raw
    ]


def test_nothing_of_a_card_leaves_but_its_title(posting: Posting) -> None:
    post = posting(Script())
    card = Screen(id="opened", title="A concern", blocks=(Quote(title="Said", text="words of a child"),), foot="foot")
    post.courier.deliver(replace(PARCEL, card=card))
    assert "words of a child" not in post.server.mails[0].get_content()


def test_a_warning_that_nobody_has_it_says_whom_to_ring(posting: Posting) -> None:
    post = posting(Script())
    asked = Pointer(concern="concern-0001", reference="K4M-7QX", kind="nobody_yet", respond_by=None)
    card = pointer(asked, (Number(label="Front door", phone="01632 960001"),), WORDS)
    post.courier.deliver(replace(PARCEL, card=card))
    assert "01632 960001" in post.server.mails[0].get_content()


def test_a_rehearsal_says_so_at_the_foot_of_a_mail(posting: Posting) -> None:
    post = posting(Script())
    post.courier.deliver(replace(PARCEL, card=replace(CARD, foot=WORDS.rehearsing()("foot"))))
    assert post.server.mails[0].get_content().splitlines()[-1].endswith("Rehearsal: nobody real is told")


def test_a_repeat_has_the_same_id_and_says_that_it_is_one(posting: Posting) -> None:
    post = posting(Script())
    receipts = [post.courier.deliver(PARCEL), post.courier.deliver(replace(PARCEL, repeat=True))]
    first, again = post.server.mails
    assert receipts[0] == receipts[1]
    assert first["Message-ID"] == again["Message-ID"]
    assert "You may have had this mail already." in again.get_content()
    assert "already" not in first.get_content()


def test_a_change_is_a_new_mail_that_answers_the_first(posting: Posting) -> None:
    post = posting(Script())
    receipt = post.courier.deliver(PARCEL)
    changed = post.courier.revise(PARCEL, receipt)
    first, second = post.server.mails
    assert changed != receipt
    assert second["In-Reply-To"] == first["Message-ID"] != second["Message-ID"]


def test_a_change_goes_to_the_directorys_address_whichever_channel_the_parcel_came_by(posting: Posting) -> None:
    post = posting(Script())
    post.courier.revise(replace(PARCEL, address="U0123ABC"), "mail:before")
    assert post.server.recipients == [LEAD.email]


@pytest.mark.parametrize(
    ("replies", "code", "permanent"),
    [
        ({"RCPT": "550 no such person"}, "smtp_550", True),
        ({"RCPT": "451 come again"}, "smtp_451", False),
        ({"RCPT": "421 going down"}, "smtp_421", False),
        ({"MAIL": "553 not as this sender"}, "smtp_553", False),
        ({"DATA": "554 no"}, "smtp_554", False),
        ({".": "452 full"}, "smtp_452", False),
        ({"CONNECT": "554 go away"}, "connect", False),
        ({"STARTTLS": "454 not now"}, "tls", False),
    ],
)
def test_an_answer_that_is_no_yes_is_a_refusal(
    posting: Posting, replies: dict[str, str], code: str, permanent: bool
) -> None:
    post = posting(Script(replies=replies))
    with pytest.raises(Refused) as refused:
        post.courier.deliver(PARCEL)
    assert not isinstance(refused.value, Unsure)
    assert (refused.value.code, refused.value.permanent) == (code, permanent)
    assert refused.value.outage == (code in {"connect", "tls", "smtp_421"})
    assert post.server.mails == []


@pytest.mark.parametrize(("verb", "code"), [("CONNECT", "connect"), ("EHLO", "connect"), ("RCPT", "dropped")])
@pytest.mark.parametrize("fault", ["drops", "falls_silent"])
def test_a_server_that_goes_before_the_mail_was_sent_did_not_get_it(
    posting: Posting, verb: str, code: str, fault: str
) -> None:
    post = posting(Script(drops=verb) if fault == "drops" else Script(falls_silent=verb))
    with pytest.raises(Refused) as refused:
        replace_timeout(post).deliver(PARCEL)
    assert (refused.value.code, type(refused.value), refused.value.outage) == (code, Refused, True)


@pytest.mark.parametrize("fault", ["drops", "falls_silent"])
def test_a_server_that_does_not_say_whether_it_took_the_mail_leaves_it_unsure(posting: Posting, fault: str) -> None:
    post = posting(Script(drops=".") if fault == "drops" else Script(falls_silent="."))
    with pytest.raises(Unsure):
        replace_timeout(post).deliver(PARCEL)
    assert len(post.server.mails) == 1


def test_a_server_that_hangs_over_the_goodbye_has_taken_the_mail(posting: Posting) -> None:
    post = posting(Script(falls_silent="QUIT"))
    assert replace_timeout(post).deliver(PARCEL).startswith("mail:")


def replace_timeout(post: Post) -> MailCourier:
    """The courier with little patience."""
    return MailCourier(replace(post.relay, timeout=0.3), WORDS, SetClock())


def test_nobody_at_the_port_is_a_refusal(posting: Posting) -> None:
    post = posting(Script())
    nobody = replace(post.relay, port=1)
    with pytest.raises(Refused, match="connect"):
        MailCourier(nobody, WORDS, SetClock()).deliver(PARCEL)


@pytest.mark.parametrize("security", ["starttls", "implicit"])
def test_a_certificate_that_nobody_vouches_for_is_refused(posting: Posting, security: str) -> None:
    post = posting(Script(security=security))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="tls"):
        MailCourier(replace(post.relay, ca=None), WORDS, SetClock()).deliver(PARCEL)


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    elsewhere = certificate_for(tmp_path, "elsewhere.example.invalid")
    with serving(Script(), elsewhere) as server:
        relay = Relay(host="127.0.0.1", port=server.port, sender="a@b.example.org", ca=str(elsewhere), timeout=2)
        with pytest.raises(Refused, match="tls"):
            MailCourier(relay, WORDS, SetClock()).deliver(PARCEL)


def test_a_server_that_offers_no_tls_gets_no_password_and_no_mail(posting: Posting) -> None:
    post = posting(Script(offers_tls=False, user="swis"))
    with pytest.raises(Refused, match="tls"):
        MailCourier(replace(post.relay, user="swis", password="-"), WORDS, SetClock()).deliver(PARCEL)
    assert post.server.recipients == []


@pytest.mark.parametrize(("reply", "taken"), [("235 welcome", True), ("535 wrong", False)])
def test_a_password_is_said_over_tls_and_a_wrong_one_refuses(posting: Posting, reply: str, taken: bool) -> None:
    post = posting(Script(user="swis", replies={"AUTH": reply}))
    courier = MailCourier(replace(post.relay, user="swis", password="-"), WORDS, SetClock())
    if taken:
        assert courier.deliver(PARCEL).startswith("mail:")
        return
    with pytest.raises(Refused) as refused:
        courier.deliver(PARCEL)
    assert (refused.value.code, refused.value.permanent) == ("auth", False)


@pytest.mark.parametrize("address", ["lead\r\nBcc: other@example.org", "léad@example.org"])
def test_an_address_that_is_none_reaches_nobody_else(posting: Posting, address: str) -> None:
    post = posting(Script())
    with pytest.raises(Refused) as refused:
        post.courier.deliver(replace(PARCEL, address=address))
    assert (refused.value.code, refused.value.permanent) == ("address", True)
    assert post.server.recipients == []


@pytest.mark.parametrize("email", ["somebody@school.example.invalid", "", "nobody"])
def test_an_address_that_can_never_exist_is_no_address(posting: Posting, email: str) -> None:
    assert posting(Script()).courier.address_of(replace(LEAD, email=email), ()) is None


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"mail_tls": "none", "mail_host": "mail.example.org"}, "SWIS_MAIL_TLS"),
        ({"mail_from": None}, "SWIS_MAIL_FROM"),
        ({"mail_user": "swis"}, "SWIS_MAIL_USER"),
        ({"mail_ca_file": Path("missing.pem")}, "SWIS_MAIL_CA_FILE"),
    ],
)
def test_settings_that_do_not_fit_together_name_what_to_change(wrong: dict[str, object], names: str) -> None:
    given: dict[str, object] = {"mail_host": "127.0.0.1", "mail_from": "swis@council.example.org", **wrong}
    with pytest.raises(RelayError, match=names):
        mail_courier(Settings().model_copy(update=given), WORDS, SetClock())


def test_without_a_mail_server_there_is_no_courier() -> None:
    assert mail_courier(Settings(), WORDS, SetClock()) is None
