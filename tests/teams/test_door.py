"""Teams' door: only what Teams signed for us, out of an allowed tenant, comes in; the rest is 401 or 403, never 500."""

import io
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from bot.channels.teams.install import Bot
from tests.teams.conftest import TEACHER, Stage, a_stage
from tests.teams.fake import APP, FOREIGN, FakeTeams, Json, rsa_key

OTHER_APP = "bbbbbbbb-bbbb-cccc-dddd-eeeeeeeeeeee"
Make = Callable[[FakeTeams], str | None]


def wrote(stage: Stage) -> Json:
    """An ordinary activity of the teacher."""
    return stage.human(TEACHER).activity("message", text="hello")


def unsigned(fake: FakeTeams) -> str:
    """The same claims with no signature at all."""
    claims = jwt.decode(fake.token(), options={"verify_signature": False})
    return jwt.encode(claims, "", algorithm="none", headers={"kid": "first"})


def by_secret(fake: FakeTeams) -> str:
    """Signed with a shared secret, under the id of a public key."""
    claims = jwt.decode(fake.token(), options={"verify_signature": False})
    return jwt.encode(claims, "a" * 64, algorithm="HS256", headers={"kid": "first"})


def without_kid(fake: FakeTeams) -> str:
    """Signed by the right key, which it does not name."""
    claims = jwt.decode(fake.token(), options={"verify_signature": False})
    return jwt.encode(claims, rsa_key("first"), algorithm="RS256")


REFUSED: dict[str, tuple[Make, int]] = {
    "absent": (lambda _: None, 401),
    "empty": (lambda _: "", 401),
    "garbage": (lambda _: "garbage", 401),
    "three parts of garbage": (lambda _: "e30.e30.e30", 401),
    "expired": (lambda fake: fake.token(exp=int(fake.clock().timestamp()) - 301), 401),
    "not valid yet": (lambda fake: fake.token(nbf=int(fake.clock().timestamp()) + 301), 401),
    "without an end": (lambda fake: fake.token(exp=None), 401),
    "with an end in words": (lambda fake: fake.token(exp="tomorrow"), 401),
    "forged": (lambda fake: fake.token(key="forged", kid="first"), 401),
    "unknown kid": (lambda fake: fake.token(key="second"), 401),
    "no kid": (without_kid, 401),
    "wrong audience": (lambda fake: fake.token(aud=FOREIGN), 401),
    "no audience": (lambda fake: fake.token(aud=None), 401),
    "wrong issuer": (lambda fake: fake.token(iss="https://sts.windows.net/elsewhere/"), 401),
    "alg none": (unsigned, 401),
    "HS256": (by_secret, 401),
    "wrong service URL": (lambda fake: fake.token(serviceurl="https://elsewhere.example/"), 403),
    "no service URL": (lambda fake: fake.token(serviceurl=None), 403),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_token_that_is_none_or_not_for_us_is_refused_before_anything_is_read(stage: Stage, name: str) -> None:
    make, status = REFUSED[name]
    assert (await stage.post(wrote(stage), make(stage.fake)))[0] == status
    await stage.door.idle()
    assert not stage.fake.calls
    (line,) = stage.log.named("turned_away")
    assert stage.turned == [("teams", line["code"])]
    assert not stage.log.named("page_failed")


async def test_a_sound_token_comes_in(stage: Stage) -> None:
    assert (await stage.send(wrote(stage)))[0] == 200
    assert len(stage.fake.room(TEACHER.id)) == 1


async def test_a_basic_password_is_no_token(stage: Stage) -> None:
    status, _ = await stage.post(wrote(stage), None, Authorization="Basic YTpi")
    assert status == 401


async def test_a_key_that_was_rotated_in_is_fetched_once_and_then_known(stage: Stage) -> None:
    assert (await stage.send(wrote(stage)))[0] == 200
    stage.fake.signing = ["first", "second"]
    stage.clock.move(minutes=2)
    found = [await stage.post(wrote(stage), stage.fake.token(key="second")) for _ in range(3)]
    assert [status for status, _ in found] == [200, 200, 200]
    assert stage.fake.fetches == 2


async def test_unknown_keys_do_not_make_us_ask_the_issuer_again_and_again(stage: Stage) -> None:
    for _ in range(20):
        assert (await stage.post(wrote(stage), stage.fake.token(key="second")))[0] == 401
    assert stage.fake.fetches == 1
    stage.clock.move(seconds=61)
    await stage.post(wrote(stage), stage.fake.token(key="second"))
    assert stage.fake.fetches == 2


async def test_keys_are_fetched_anew_after_a_day_and_stay_while_the_issuer_is_out(stage: Stage) -> None:
    await stage.send(wrote(stage))
    stage.clock.move(hours=25)
    stage.fake.signing = []
    assert (await stage.send(wrote(stage)))[0] == 200
    assert stage.fake.fetches == 2


async def test_a_token_that_came_in_before_is_held_to_its_service_its_tenant_its_key_and_its_end(stage: Stage) -> None:
    token = stage.fake.token()
    assert (await stage.post(wrote(stage), token))[0] == 200
    elsewhere = {**wrote(stage), "serviceUrl": "https://elsewhere.example/"}
    foreign = {**wrote(stage), "channelData": {"tenant": {"id": FOREIGN}}}
    assert [(await stage.post(one, token))[0] for one in (elsewhere, foreign)] == [403, 403]
    assert (await stage.post(wrote(stage), token[:-8] + token[-4:] + token[-8:-4]))[0] == 401
    stage.clock.move(minutes=30)
    assert (await stage.post(wrote(stage), token))[0] == 200
    stage.clock.move(hours=1)
    assert (await stage.post(wrote(stage), token))[0] == 401
    assert stage.log.named("turned_away")[-1]["code"] == "expired"


async def test_a_token_whose_key_the_issuer_has_taken_back_comes_in_no_more(stage: Stage) -> None:
    token = stage.fake.token(exp=int(stage.clock().timestamp()) + 200_000)
    assert (await stage.post(wrote(stage), token))[0] == 200
    stage.clock.move(hours=25)
    stage.fake.signing = ["second"]
    assert (await stage.post(wrote(stage), token))[0] == 401


@pytest.mark.parametrize("endorsed", [(), ("webchat",)])
async def test_a_key_that_may_not_speak_for_teams_is_403(stage: Stage, endorsed: tuple[str, ...]) -> None:
    stage.fake.endorsements = endorsed
    assert (await stage.post(wrote(stage), stage.fake.token()))[0] == 403


async def test_an_activity_of_another_channel_is_403(stage: Stage) -> None:
    stage.fake.endorsements = ("msteams", "webchat")
    assert (await stage.post({**wrote(stage), "channelId": "webchat"}, stage.fake.token()))[0] == 403


FOREIGN_TENANTS: list[dict[str, Any]] = [
    {"channelData": {"tenant": {"id": FOREIGN}}},
    {"channelData": {}, "conversation": {"id": "a:1", "conversationType": "personal"}},
    {"channelData": {"tenant": {"id": FOREIGN}}, "conversation": {"id": "a:1", "tenantId": FOREIGN}},
]


@pytest.mark.parametrize("more", FOREIGN_TENANTS)
async def test_a_tenant_that_is_not_allowed_not_named_or_named_twice_is_403(stage: Stage, more: Json) -> None:
    assert (await stage.post({**wrote(stage), **more}, stage.fake.token()))[0] == 403


async def test_the_bot_of_one_tenant_speaks_for_no_other(url: str) -> None:
    other = Bot(app=OTHER_APP, secret="other", home=FOREIGN)
    async with a_stage(url, others={FOREIGN: other}) as stage:
        foreign = {**wrote(stage), "channelData": {"tenant": {"id": FOREIGN}}, "conversation": {"id": "a:1"}}
        assert (await stage.post(foreign, stage.fake.token()))[0] == 403
        assert (await stage.post(wrote(stage), stage.fake.token(aud=OTHER_APP)))[0] == 403
        assert (await stage.post(foreign, stage.fake.token(aud=OTHER_APP)))[0] == 200
        assert (await stage.post(wrote(stage), stage.fake.token()))[0] == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff\xfe", b"[" * 100_000])
async def test_a_body_that_is_no_activity_is_400_with_a_sound_token_and_401_without(stage: Stage, body: bytes) -> None:
    assert (await stage.post(body, stage.fake.token()))[0] == 400
    assert (await stage.post(body, None))[0] == 401


async def test_too_much_is_413_at_most(stage: Stage) -> None:
    assert (await stage.post(io.BytesIO(b"x" * 1_100_000), stage.fake.token()))[0] == 413


async def test_an_issuer_that_is_out_takes_nobody_in_and_breaks_nothing(stage: Stage) -> None:
    stage.fake.signing = []
    assert (await stage.post(wrote(stage), stage.fake.token()))[0] == 401


async def test_without_an_app_id_this_machine_alone_is_served_and_that_is_said(url: str) -> None:
    async with a_stage(url, app="", secret="") as stage:
        assert (await stage.post(wrote(stage), None))[0] == 200
        await stage.door.idle()
        assert len(stage.fake.room(TEACHER.id)) == 1
        assert stage.log.named("teams_local_only")
        forwarded = [{"X-Forwarded-For": "203.0.113.9"}, {"Origin": "https://evil.example"}, {"Host": "evil.example"}]
        for headers in forwarded:
            assert (await stage.post(wrote(stage), None, **headers))[0] == 403
        away = {**wrote(stage), "serviceUrl": "https://evil.example/"}
        assert (await stage.post(away, None))[0] == 403
        foreign = {**wrote(stage), "channelData": {"tenant": {"id": FOREIGN}}}
        assert (await stage.post(foreign, None))[0] == 403


async def test_no_token_of_ours_goes_anywhere_without_an_app_id(url: str) -> None:
    async with a_stage(url, app="", secret="") as stage:
        await stage.post(wrote(stage), None)
        await stage.door.idle()
        assert {one.token for one in stage.fake.calls} == {""}


async def test_our_own_token_is_renewed_when_teams_takes_it_no_more(stage: Stage) -> None:
    await stage.send(wrote(stage))
    stage.fake.tokens.clear()
    await stage.send(wrote(stage))
    assert len(stage.fake.room(TEACHER.id)) == 2
    assert APP not in json.dumps([one.sent for one in stage.fake.calls if one.method == "post"])
