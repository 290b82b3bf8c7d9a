"""E-mail as the last way to reach somebody: a pointer and whom to ring, over TLS. Alone knows smtplib and e-mail.

No link, no name, no school leaves, whatever the card holds: of a card only its title, and a pointer's warning of whom
to ring, are written. A repeat has the same Message-ID, so that it stands beside the first one.
"""

import hashlib
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from ipaddress import ip_address
from typing import Literal, Protocol

from bot.seams import Refused, Unsure
from dialogs.screens import Notice, Screen
from dialogs.words import Words

CHANNEL = "mail"
NOWHERE = ".invalid"
"""Addresses that can never exist: invented people have them."""
POINTER = "pointer"
CLOSING = 421
"""The server serves nobody now."""
_SEVEN_BIT = SMTP.clone(cte_type="7bit")
"""What every server takes."""


class Addressee(Protocol):
    """Whom a card is for."""

    @property
    def email(self) -> str:
        """The person's address in the directory."""


class Carried(Protocol):
    """A card on its way."""

    @property
    def to(self) -> Addressee:
        """Whom it is for."""

    @property
    def address(self) -> str:
        """Where it goes."""

    @property
    def card(self) -> Screen:
        """What it says."""

    @property
    def key(self) -> str:
        """The same for the same delivery."""

    @property
    def repeat(self) -> bool:
        """An earlier attempt may have arrived."""


class RelayError(ValueError):
    """A mail server that can't be used as it is set up. Says which setting to change."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Relay:
    """The mail server: where it is, as whom we send, how long each step may take (seconds).

    `security`: `starttls`, `implicit` (TLS from the first byte), or `none`, for a server on this machine only. `ca` is
    a file of certificates to trust instead of the system's.

    Raises:
        RelayError: no TLS to another machine, no sender, or a password without a user.
    """

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    security: Literal["starttls", "implicit", "none"] = "starttls"
    ca: str | None = None
    timeout: float = 10

    def __post_init__(self) -> None:
        if self.security == "none" and not _is_here(self.host):
            raise RelayError("SWIS_MAIL_TLS: only a server on this machine is spoken to without TLS: use starttls")
        if "@" not in parseaddr(self.sender)[1]:
            raise RelayError("SWIS_MAIL_FROM: write the address that mails come from")
        if (self.user is None) != (self.password is None):
            raise RelayError("SWIS_MAIL_USER, SWIS_MAIL_PASSWORD: give both or neither")

    @property
    def domain(self) -> str:
        """The sender's domain: our name in greetings and message ids."""
        return parseaddr(self.sender)[1].rpartition("@")[2]

    def context(self) -> ssl.SSLContext:
        """TLS with the server's certificate and name checked.

        Raises:
            RelayError: the file of certificates can't be read.
        """
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except (OSError, ssl.SSLError):
            raise RelayError(f"SWIS_MAIL_CA_FILE: {self.ca} holds no certificates that can be read") from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class MailCourier:
    """Sends pointers. Each mail has a connection of its own, which bounds what one slow server can hold up."""

    channel = CHANNEL
    last_resort = True

    def __init__(self, relay: Relay, words: Words, clock: Callable[[], datetime]) -> None:
        self._relay, self._words, self._clock = relay, words, clock
        self._tls = None if relay.security == "none" else relay.context()

    def address_of(self, to: Addressee, known: Sequence[object]) -> str | None:  # noqa: ARG002 - the directory knows
        """The directory's address; None if there is none, or it can never exist."""
        email = to.email.strip()
        return None if "@" not in email or email.lower().endswith(NOWHERE) else email

    def deliver(self, parcel: Carried) -> str:
        """Send the pointer; the receipt is made from the parcel's key, so a repeat gives the same one.

        Raises:
            Refused: the server did not take it; for good if it refused this recipient.
            Unsure: it got the mail and did not say.
        """
        return self._sent(parcel, parcel.address, _receipt(parcel.key), None)

    def revise(self, parcel: Carried, receipt: str) -> str:
        """Send a new mail, as an answer to the one before.

        Raises:
            Refused: the server did not take it.
            Unsure: it got the mail and did not say.
        """
        # The parcel may have come by another channel, and then has that one's address.
        address = self.address_of(parcel.to, ())
        if address is None:
            raise Refused("address", permanent=True)
        return self._sent(parcel, address, _receipt(f"{parcel.key} after {receipt}"), receipt)

    def _sent(self, parcel: Carried, address: str, receipt: str, before: str | None) -> str:
        written = self._written(parcel, address, receipt, before)
        with self._connected() as server:
            _hand_over(server, parseaddr(self._relay.sender)[1], address, written)
        return receipt

    def _written(self, parcel: Carried, address: str, receipt: str, before: str | None) -> bytes:
        mail = EmailMessage(policy=_SEVEN_BIT)
        try:
            mail["From"], mail["To"] = self._relay.sender, address
            mail["Subject"] = " ".join(parcel.card.title.split())
        except (ValueError, MessageError, IndexError):
            raise Refused("address", permanent=True) from None
        mail["Date"] = format_datetime(self._clock())
        mail["Message-ID"] = self._id_of(receipt)
        if before is not None:
            mail["In-Reply-To"] = mail["References"] = self._id_of(before)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content("\n".join(text_of(parcel.card, self._words, repeat=parcel.repeat)))
        return mail.as_bytes()

    def _id_of(self, receipt: str) -> str:
        return f"<{receipt.removeprefix(f'{CHANNEL}:')}@{self._relay.domain}>"

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self._opened()
        try:
            yield server
        finally:
            # What was accepted stays accepted, however the goodbye goes.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _opened(self) -> smtplib.SMTP:
        with _refusing("connect"):
            server = self._reached()
        try:
            with _refusing("connect"):
                server.ehlo_or_helo_if_needed()
            with _refusing("tls"):
                if self._relay.security == "starttls":
                    assert self._tls is not None
                    server.starttls(context=self._tls)
            if self._relay.user is not None and self._relay.password is not None:
                with _refusing("auth"):
                    server.login(self._relay.user, self._relay.password)
        except Refused:
            server.close()
            raise
        return server

    def _reached(self) -> smtplib.SMTP:
        relay = self._relay
        if relay.security == "implicit":
            assert self._tls is not None
            return smtplib.SMTP_SSL(
                relay.host, relay.port, local_hostname=relay.domain, timeout=relay.timeout, context=self._tls
            )
        return smtplib.SMTP(relay.host, relay.port, local_hostname=relay.domain, timeout=relay.timeout)


def text_of(card: Screen, words: Words, *, repeat: bool) -> Iterator[str]:
    """The lines of a mail: the card's title, of a pointer its warning, what to do, the foot."""
    yield f"{card.title}."
    for block in card.blocks if card.id == POINTER else ():
        if isinstance(block, Notice):
            yield from (block.title, *block.lines)
    yield words("cards.mail.text")
    if repeat:
        yield words("cards.mail.repeat")
    yield from ("", card.foot) if card.foot else ()


def _receipt(key: str) -> str:
    return f"{CHANNEL}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


@contextmanager
def _refusing(code: str) -> Iterator[None]:
    """Whatever goes wrong before the mail itself was sent means that it was not delivered."""
    try:
        yield
    except ssl.SSLError:
        raise Refused("tls", outage=True) from None
    except (smtplib.SMTPException, OSError, UnicodeError):
        raise Refused(code, outage=True) from None


def _hand_over(server: smtplib.SMTP, sender: str, to: str, written: bytes) -> None:
    with _refusing("dropped"):
        _expect(server.mail(sender), permanent=False)
        _expect(_of_recipient(server, to), permanent=True)
        _expect(server.docmd("DATA"), permanent=False, good=354)
    try:
        # smtplib doubles leading dots in `data` only, which can't tell a lost answer from a refusal.
        server.send(_stuffed(written))
        answer = server.getreply()
    except (smtplib.SMTPException, OSError):
        raise Unsure("no_answer") from None
    _expect(answer, permanent=False)


def _of_recipient(server: smtplib.SMTP, to: str) -> tuple[int, bytes]:
    try:
        to.encode("ascii")
    except UnicodeEncodeError:
        raise Refused("address", permanent=True) from None
    return server.rcpt(to)


def _stuffed(written: bytes) -> bytes:
    lines = written.splitlines()
    return b"\r\n".join([b"." + line if line.startswith(b".") else line for line in lines]) + b"\r\n.\r\n"


def _expect(answer: tuple[int, bytes], *, permanent: bool, good: int | None = None) -> None:
    """A 5xx is for good only where the server speaks of this recipient; what is ours to mend may go later."""
    code = answer[0]
    if code == good or (good is None and 200 <= code < 300):
        return
    raise Refused(f"smtp_{code}", permanent=permanent and 500 <= code < 600, outage=code == CLOSING)
