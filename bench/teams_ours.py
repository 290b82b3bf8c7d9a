"""Our side of the comparison of Teams' turns: the door on a database of its own, on one core. The rest is imagined.

`python -m bench.teams_ours FOLDER [SECONDS]` prints a token of an issuer of its own, and the port. Teams itself stands
in this process and answers at once: its roster knows one teacher, its chat takes every card. SECONDS: from a page to
the change of its draft's card.
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.demonstration import put_together
from bench.teams_load import APP, SERVICE, TENANT
from bench.teams_peer import serve
from bot.channels.teams import draw, read
from bot.channels.teams.app import Outside
from bot.channels.teams.connector import Connector, Tokens
from bot.channels.teams.drafts import REST
from bot.channels.teams.install import ISSUER, Bot, Install
from bot.channels.teams.pace import Pace
from bot.channels.teams.wire import Answer, Ask
from bot.seams import system_clock, system_random
from bot.wiring import teams_door
from storage.shapes import Person

KID = "measured"


@dataclass
class Ticks:
    """Time that passes only while somebody waits: Teams' pace is not what is measured."""

    now: float = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now

    def pause(self, seconds: float, /) -> None:
        """They have passed."""
        self.now += seconds


@dataclass(frozen=True)
class Imagined:
    """Teams' side: keys, tokens, a roster of one, a chat."""

    key: dict[str, Any]
    teacher: Person

    def __call__(self, ask: Ask) -> Answer:
        """An answer to whatever is asked."""
        if ask.url.endswith("/openid"):
            return Answer(status=200, body={"jwks_uri": f"{SERVICE}/keys"})
        if ask.url.endswith("/keys"):
            return Answer(status=200, body={"keys": [self.key]})
        if ask.form:
            return Answer(status=200, body={"access_token": "imagined", "expires_in": 3600})
        if "/members" in ask.url:
            return Answer(status=200, body=self._member(ask.url.rpartition("/")[2]))
        return Answer(status=201, body={"id": "card"})

    def _member(self, account: str) -> dict[str, str]:
        address = self.teacher.email
        return {
            "id": account, "aadObjectId": account, "objectId": account, "name": self.teacher.name, "email": address,
            "userPrincipalName": address, "tenantId": TENANT, "userRole": "user",
        }  # fmt: skip


def application(folder: Path, key: rsa.RSAPrivateKey, rest: float) -> web.Application:
    """The door, as it is mounted in the service."""
    house, world, teacher = put_together(folder)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    wire = Imagined({**public, "kid": KID, "endorsements": ["msteams"]}, teacher)
    install = Install(
        tenants=frozenset({TENANT}), bots={TENANT: Bot(app=APP, secret="imagined", home=TENANT)},
        openid=f"{SERVICE}/openid", login=f"{SERVICE}/login",
    )  # fmt: skip
    ticks = Ticks()
    connector = Connector(
        wire=wire, tokens=Tokens(install, wire, system_clock), pace=Pace(ticks=ticks, pause=ticks.pause),
        pause=ticks.pause, random=system_random,
    )  # fmt: skip
    door = teams_door(house, install, world, Outside(connector=connector, wire=wire), (draw, read))
    door.listeners.drafts.rest = rest
    app = web.Application()
    app.add_subapp("/api", door.web_app())
    return app


def token(key: rsa.RSAPrivateKey) -> str:
    """What the Bot Framework would send with each activity, good for an hour."""
    now = system_clock()
    claims = {"iss": ISSUER, "aud": APP, "exp": now + timedelta(hours=1), "nbf": now, "serviceurl": SERVICE}
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": KID})


if __name__ == "__main__":
    signing = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    print(token(signing), flush=True)
    asyncio.run(serve(application(Path(sys.argv[1]), signing, float(sys.argv[2]) if len(sys.argv) > 2 else REST)))
