"""A small mail server on loopback with the habits that mail servers have: it refuses, hangs, drops, greets late.

Each connection is served in a thread; `script` says what it does. What it accepted stands in `mails`.
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

END = b"\r\n.\r\n"


@dataclass(frozen=True)
class Script:
    """What the server does. `replies` overrides its answer to a verb (`RCPT`, `DATA`, `.` for the end of a mail).

    `falls_silent` and `drops` name a verb after which it never answers, or closes. `offers_tls` is about STARTTLS.
    """

    security: Literal["starttls", "implicit", "none"] = "starttls"
    replies: Mapping[str, str] = field(default_factory=dict)
    falls_silent: str = ""
    drops: str = ""
    offers_tls: bool = True
    user: str = ""


@dataclass
class MailServer:
    """A running server."""

    port: int
    script: Script = Script()
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def mails(self) -> list[EmailMessage]:
        """What was accepted, parsed."""
        found = [message_from_bytes(raw, policy=policy.default) for raw in self.raw]
        return [one for one in found if isinstance(one, EmailMessage)]


class _GoneError(Exception):
    """The connection ends here."""


@dataclass
class _Talk:
    server: MailServer
    line: socket.socket
    tls: ssl.SSLContext
    waiting: bytes = b""

    def run(self) -> None:
        """From greeting to goodbye."""
        with suppress(_GoneError, OSError, ssl.SSLError):
            if self.server.script.security == "implicit":
                self.line = self.tls.wrap_socket(self.line, server_side=True)
            self.after("CONNECT", "220 small.example.invalid")
            while True:
                self.answer(self.read(b"\r\n").decode("utf-8", "replace"))
        self.line.close()

    def read(self, end: bytes) -> bytes:
        """Up to and without `end`."""
        while end not in self.waiting:
            got = self.line.recv(65536)
            if not got:
                raise _GoneError
            self.waiting += got
        found, _, self.waiting = self.waiting.partition(end)
        return found

    def after(self, verb: str, usual: str) -> bool:
        """Answer a verb as the script says; whether it was a good answer."""
        script = self.server.script
        if script.falls_silent == verb:
            self.server.stopped.wait(30)
            raise _GoneError
        if script.drops == verb:
            raise _GoneError
        said = script.replies.get(verb, usual)
        self.line.sendall(f"{said}\r\n".encode())
        return said[0] in "23"

    def answer(self, said: str) -> None:
        """One command."""
        verb = said.partition(" ")[0].upper()
        match verb:
            case "EHLO":
                offers = [] if not self.server.script.offers_tls or self.encrypted else ["250-STARTTLS"]
                auth = ["250-AUTH PLAIN"] if self.server.script.user else []
                self.after(verb, "\r\n".join(["250-small", *offers, *auth, "250 8BITMIME"]))
            case "STARTTLS":
                self.after(verb, "220 go on")
                self.line = self.tls.wrap_socket(self.line, server_side=True)
            case "AUTH":
                self.after(verb, "235 welcome")
            case "RCPT":
                if self.after(verb, "250 yes"):
                    self.server.recipients.append(said.partition("<")[2].partition(">")[0])
            case "DATA":
                self.take()
            case "QUIT":
                self.after(verb, "221 bye")
                raise _GoneError
            case _:
                self.after(verb, "250 yes")

    @property
    def encrypted(self) -> bool:
        """Whether TLS stands."""
        return isinstance(self.line, ssl.SSLSocket)

    def take(self) -> None:
        """A mail."""
        if not self.after("DATA", "354 go on"):
            return
        mail = self.read(END)
        if self.server.script.replies.get(".", "250")[0] == "2":
            self.server.raw.append(mail)
        self.after(".", "250 taken")


@contextmanager
def serving(script: Script, certificate: Path) -> Iterator[MailServer]:
    """A server on a free port, with a certificate made by `certificate_for`."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = MailServer(port=listening.getsockname()[1], script=script)
        thread = threading.Thread(target=_accept, args=(listening, server, tls), daemon=True)
        thread.start()
        yield server
        server.stopped.set()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _accept(listening: socket.socket, server: MailServer, tls: ssl.SSLContext) -> None:
    talks: list[threading.Thread] = []
    with suppress(OSError):
        while True:
            line, _ = listening.accept()
            talk = _Talk(server, line, tls)
            talks.append(threading.Thread(target=talk.run, daemon=True))
            talks[-1].start()
    for one in talks:
        one.join(5)


def certificate_for(folder: Path, name: str = "127.0.0.1") -> Path:
    """A file with a key and a certificate of its own making, good for one name or address."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "small mail server")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([_named(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{name}.pem"
    path.write_bytes(key.private_bytes(*form) + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def _named(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
