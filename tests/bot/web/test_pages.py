"""The routes, pressed as a browser without JavaScript presses them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channels.web.limits import BODY_BYTES, LONG_BODY_BYTES
from bot.platforms.roads import OPEN_SECONDS
from tests.bot.web.browser import Page, Pairs, Sent, Visitor, visiting
from tests.bot.web.small import LEAD, NOON, TEACHER, Small


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    async with visiting(Small()) as found:
        yield found


@pytest.fixture
async def teacher(visitor: Visitor) -> Visitor:
    await visitor.sit(TEACHER)
    return visitor


@pytest.fixture
async def lead(visitor: Visitor) -> Visitor:
    await visitor.sit(LEAD)
    return visitor


async def begun(visitor: Visitor) -> str:
    """A new conversation's address, its first screen open."""
    address = (await visitor.send("/begin", [("flow", "concern")])).to
    await visitor.get(address)
    return address


async def answered(visitor: Visitor, address: str, pairs: Pairs, action: str = "next") -> Page:
    """Fill the open page's form with `pairs`, press, and open where it leads."""
    shown = Sent((await visitor.get(address)).text)
    names = {name for name, _ in pairs}
    kept = [pair for pair in shown.pairs if pair[0] not in names and pair[0] != "csrf"]
    moved = await visitor.send(address.partition("?")[0], [*kept, *pairs, ("action", action)])
    assert moved.status == 303
    return await visitor.get(moved.to)


# ── seats and the pages around


async def test_a_stranger_is_asked_for_an_authority_and_a_seat(visitor: Visitor) -> None:
    assert "Choose an authority" in (await visitor.get("/")).text
    seats = (await visitor.get("/?authority=gateshead")).text
    assert seats.index("Hillside School") < seats.index("Brook School") < seats.index("Gateshead council")
    assert "Designated safeguarding lead" in seats


@pytest.mark.parametrize("path", ["/home", "/talk/talk-1", "/concern/c1", "/concern/c1/read", "/concern/c1/after"])
async def test_without_a_seat_every_page_leads_to_the_choice(visitor: Visitor, path: str) -> None:
    answer = await visitor.get(path)
    assert (answer.status, answer.to) == (303, "/")


async def test_a_seat_that_nobody_offered_is_not_given(visitor: Visitor) -> None:
    await visitor.get("/?authority=gateshead")
    answer = await visitor.send("/seat", [("authority", "gateshead"), ("person", "somebody")])
    assert answer.status == 404
    assert (await visitor.get("/home")).to == "/"


async def test_home_shows_who_sits_there_and_starts_what_can_be_started(teacher: Visitor) -> None:
    home = (await teacher.get("/home")).text
    assert "You are Asha Rowe, Teacher, Hillside School (invented)." in home
    assert "Monday 9 November 2026, 12:00" in home
    assert "no real child" in home
    assert '<a href="/talk/talk-1">Go on with a draft of today, 10:02</a>' in home


async def test_somebody_outside_the_directory_finds_numbers_only(visitor: Visitor) -> None:
    await visitor.sit("stranger")
    home = (await visitor.get("/home")).text
    assert "You are not in the directory" in home
    assert "Report a concern" not in home


async def test_the_sheet_stands_while_the_records_are_away(visitor: Visitor) -> None:
    visitor.small.intake.broken = True
    sheet = await visitor.get("/sheet")
    assert sheet.status == 200
    assert "0191 498 0001" in sheet.text


async def test_the_hidden_page_says_nothing(teacher: Visitor) -> None:
    hidden = (await teacher.get("/hide")).text
    assert "<title>Timetable</title>" in hidden
    for word in ("swis", "concern", "child", "safeguarding", "Asha"):
        assert word not in hidden.replace("/static/swis.css", "")


async def test_hiding_from_the_middle_of_a_screen_loses_nothing(teacher: Visitor) -> None:
    address = await begun(teacher)
    await answered(teacher, address, [("what", "worried")])
    left = await teacher.send(f"{address}/leave", [("screen", "happened"), ("saw", "Half a sent"), ("to", "hide")])
    assert left.to == "/hide"
    await teacher.get("/hide")
    assert (await teacher.get(f"{address}?screen=happened")).to == "/hide"
    assert (await teacher.send("/unhide", [])).to == f"{address}?screen=happened"
    assert ("saw", "Half a sent") in Sent((await teacher.get(f"{address}?screen=happened")).text).pairs
    assert teacher.small.intake.actions == ["next"]


async def test_the_clock_goes_forward_and_back_to_the_same_page(teacher: Visitor) -> None:
    moved = await teacher.send("/clock", [("to", "900"), ("back", "/concern/c1")])
    assert (moved.status, moved.to) == (303, "/concern/c1")
    assert teacher.small.demo.instant == NOON + timedelta(minutes=15)
    await teacher.send("/clock", [("to", "next_school_day"), ("back", "/home")])
    assert "Tuesday 10 November 2026, 08:30" in (await teacher.get("/home")).text


@pytest.mark.parametrize("wanted", ["-60", "", "86400000"])
async def test_the_clock_goes_no_other_way(teacher: Visitor, wanted: str) -> None:
    assert (await teacher.send("/clock", [("to", wanted), ("back", "/home")])).status == 400
    assert teacher.small.demo.instant == NOON


async def test_without_a_clock_of_its_own_there_is_none_to_move() -> None:
    small = Small(clocked=False)
    async with visiting(small) as visitor:
        await visitor.sit(TEACHER)
        assert "Move the demonstration" not in (await visitor.get("/home")).text
        await visitor.get("/?authority=gateshead")
        assert (await visitor.send("/clock", [("to", "300")])).status == 404


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example.invalid/", "//elsewhere.example.invalid", "/talk/../x", ""]
)
async def test_the_clock_leads_to_pages_of_ours_only(teacher: Visitor, back: str) -> None:
    assert (await teacher.send("/clock", [("to", "300"), ("back", back)])).to == "/home"


@pytest.mark.parametrize(
    ("name", "status"), [("swis.css", 200), ("hide.js", 200), ("mark.svg", 200), ("../app.py", 404), ("app.py", 404)]
)
async def test_three_files_are_served_and_no_other(visitor: Visitor, name: str, status: int) -> None:
    assert (await visitor.get(f"/static/{name}")).status == status


# ── conversations


async def test_a_concern_is_told_from_the_first_screen_to_the_receipt(teacher: Visitor) -> None:
    address = await begun(teacher)
    await answered(teacher, address, [("what", "worried")])
    await answered(teacher, address, [("saw", "He came in without a coat.")])
    await answered(teacher, address, [("danger_check", "no"), ("name", "Robin"), ("council", "council_0")])
    await answered(teacher, address, [("signs", "neglect_1"), ("signs", "neglect_2")])
    check = await answered(
        teacher, address, [("happened_on", "not_known"), ("learned_on", "2026-11-09"), ("dsl_told", "yes")]
    )
    assert Sent(check.text).headings == ["Check your answers"]
    told = await answered(teacher, address, [], "send")
    assert told.to == "/concern/c1"
    assert Sent((await teacher.get("/concern/c1")).text).headings == ["Your concern has been sent"]
    kept = teacher.small.intake.conversations["talk-1"].answers
    assert kept["signs"]["signs"] == ("neglect_1", "neglect_2")
    assert kept["when"]["happened_on"] == "not_known"


async def test_a_refused_answer_shows_what_to_put_right_and_all_that_was_typed(teacher: Visitor) -> None:
    address = await begun(teacher)
    await answered(teacher, address, [("what", "worried")])
    await answered(teacher, address, [])
    refused = await answered(teacher, address, [("name", "Robin"), ("where_now", "In the library")])
    shown = Sent(refused.text)
    assert shown.title.startswith("To put right: The child")
    assert ("where_now", "In the library") in shown.pairs
    assert refused.text.count("Choose or write an answer") == 4
    again = Sent((await teacher.get(address)).text)
    assert again.title.startswith("To put right")
    assert ("name", "Robin") in again.pairs


async def test_danger_is_one_press_and_its_screen_is_next(teacher: Visitor) -> None:
    pressed = await teacher.send("/begin", [("flow", "concern"), ("danger", "1")])
    page = await teacher.get(pressed.to)
    assert Sent(page.text).headings == ["Get help now"]
    assert teacher.small.intake.conversations["talk-1"].answers["start"] == {"what": "help_now"}
    assert "Discard this draft" not in page.text


async def test_danger_pressed_while_the_records_are_away_shows_whom_to_ring_and_what_was_done(teacher: Visitor) -> None:
    teacher.small.intake.broken = True
    page = await teacher.send("/begin", [("flow", "concern"), ("danger", "1")])
    assert Sent(page.text).headings == ["Act now"]
    assert "Your alert is kept. Nobody has been told yet" in page.text
    assert 'href="tel:999"' in page.text
    assert "0191 498 0001" in page.text
    assert 'action="/danger/p1"' in page.text


async def test_where_the_child_is_can_be_kept_with_the_alert(teacher: Visitor) -> None:
    teacher.small.intake.broken = True
    await teacher.send("/begin", [("flow", "concern"), ("danger", "1")])
    page = await teacher.send("/danger/p1", [("place", "Room 4"), ("callback", ""), ("action", "next")])
    assert "What you wrote is kept with the alert" in page.text
    assert teacher.small.danger.places == [{"place": "Room 4", "callback": ""}]


async def test_an_alert_that_could_not_be_kept_says_ring_and_asks_nothing(teacher: Visitor) -> None:
    teacher.small.intake.broken, teacher.small.danger.state = True, "lost"
    page = await teacher.send("/begin", [("flow", "concern"), ("danger", "1")])
    assert Sent(page.text).headings == ["Ring now: nobody has been told"]
    assert "/danger/" not in page.text
    assert 'href="tel:999"' in page.text


async def test_danger_as_the_first_answer_stands_when_the_records_are_away(teacher: Visitor) -> None:
    address = await begun(teacher)
    teacher.small.intake.broken = True
    first = [("screen", "start"), ("revision", "0"), ("what", "help_now_staff"), ("action", "next")]
    page = await teacher.send(address, first)
    assert Sent(page.text).headings == ["Act now"]
    assert "Tell the head in person" in page.text
    assert teacher.small.danger.whats == ["help_now_staff"]


async def test_if_even_the_press_breaks_a_page_that_needs_nothing_says_ring(teacher: Visitor) -> None:
    teacher.small.danger.gone = True
    page = await teacher.send("/begin", [("flow", "concern"), ("danger", "1")])
    assert page.status == 503
    assert "Ring now: nobody has been told" in page.text
    assert 'href="tel:999"' in page.text
    assert "0191 498 0001" in page.text
    assert teacher.small.faults == [("begin danger", "BrokenError")]


async def test_what_was_typed_is_kept_when_nothing_at_all_can_be_asked(teacher: Visitor) -> None:
    address = await begun(teacher)
    await answered(teacher, address, [("what", "worried")])
    await teacher.get(address)
    teacher.small.intake.broken = True
    page = await teacher.send(
        address, [("screen", "happened"), ("revision", "1"), ("saw", "My words"), ("action", "next")]
    )
    assert page.status == 503
    assert "What you typed on this page is kept here for an hour." in page.text
    assert "My words" not in page.text
    teacher.small.intake.broken = False
    assert ("saw", "My words") in Sent((await teacher.get(address)).text).pairs


async def test_a_fault_in_the_middle_keeps_what_was_typed(teacher: Visitor) -> None:
    address = await begun(teacher)
    await answered(teacher, address, [("what", "worried")])
    teacher.small.intake.broken_at_answer = True
    page = await teacher.send(
        address, [("screen", "happened"), ("revision", "1"), ("saw", "Words"), ("action", "next")]
    )
    assert page.status == 503
    assert "The records could not be reached." in page.text
    assert "What you sent on the screens before is saved." in page.text
    assert f'<a href="{address}">Back to what you were writing</a>' in page.text
    assert "Words" not in page.text
    assert "Traceback" not in page.text
    assert teacher.small.faults == [("/talk/{conversation}", "BrokenError")]
    teacher.small.intake.broken_at_answer = False
    assert ("saw", "Words") in Sent((await teacher.get(address)).text).pairs


async def test_a_stale_or_repeated_press_changes_nothing_and_shows_the_present_screen(teacher: Visitor) -> None:
    address = await begun(teacher)
    press: Pairs = [("screen", "start"), ("revision", "0"), ("what", "worried"), ("action", "next")]
    for _ in range(2):
        assert (await teacher.send(address, press)).status == 303
    assert (await teacher.send(address, [*press[:1], ("revision", "no"), *press[2:]])).status == 303
    assert teacher.small.intake.actions == ["next"]
    assert Sent((await teacher.get(address)).text).headings == ["What happened"]


async def test_an_earlier_answer_is_shown_and_changed(teacher: Visitor) -> None:
    address = await begun(teacher)
    await answered(teacher, address, [("what", "worried")])
    await answered(teacher, address, [("saw", "First words")])
    earlier = Sent((await teacher.get(f"{address}?screen=happened")).text)
    assert ("saw", "First words") in earlier.pairs
    await answered(teacher, f"{address}?screen=happened", [("saw", "Other words")])
    assert teacher.small.intake.conversations["talk-1"].answers["happened"]["saw"] == "Other words"


async def test_back_leads_to_the_screen_before_and_keeps_this_one(teacher: Visitor) -> None:
    address = await begun(teacher)
    page = await answered(teacher, address, [("what", "worried")])
    assert 'value="screen:start"' in page.text
    left = await teacher.send(f"{address}/leave", [("screen", "happened"), ("think", "Hm"), ("to", "screen:start")])
    assert left.to == f"{address}?screen=start"
    assert ("think", "Hm") in Sent((await teacher.get(address)).text).pairs


@pytest.mark.parametrize("wanted", ["home", "", "screen:../x", "https://elsewhere.example.invalid"])
async def test_leaving_leads_home_when_it_names_no_screen(teacher: Visitor, wanted: str) -> None:
    address = await begun(teacher)
    assert (await teacher.send(f"{address}/leave", [("screen", "start"), ("to", wanted)])).to == "/home"


async def test_a_discarded_draft_is_gone_with_what_was_typed(teacher: Visitor) -> None:
    address = await begun(teacher)
    await teacher.send(f"{address}/leave", [("screen", "start"), ("what", "adult"), ("to", "home")])
    assert (await teacher.send(f"{address}/discard", [])).to == "/home"
    assert (await teacher.get(address)).status == 404


async def test_somebody_elses_conversation_stays_shut(teacher: Visitor) -> None:
    address = await begun(teacher)
    await teacher.sit(LEAD)
    page = await teacher.get(address)
    assert page.status == 403
    assert "This is not open to you" in page.text


async def test_changing_seat_leaves_nothing_typed_behind(teacher: Visitor) -> None:
    address = await begun(teacher)
    await teacher.send(f"{address}/leave", [("screen", "start"), ("what", "adult"), ("to", "home")])
    await teacher.sit(TEACHER)
    assert ("what", "adult") not in Sent((await teacher.get(address)).text).pairs


# ── concerns


async def test_a_reporter_finds_the_receipt_and_a_responder_the_privacy_step(visitor: Visitor) -> None:
    await visitor.sit(TEACHER)
    assert Sent((await visitor.get("/concern/c1")).text).headings == ["Your concern has been sent"]
    await visitor.sit(LEAD)
    assert Sent((await visitor.get("/concern/c1")).text).headings == ["Is your screen private?"]
    assert (await visitor.get("/concern/c2")).status == 403


@pytest.mark.parametrize("view", ["read", "suggestion", "log"])
async def test_content_stays_shut_until_open_is_pressed_and_shuts_again(lead: Visitor, view: str) -> None:
    address = f"/concern/c1/{view}"
    assert (await lead.get(address)).to == "/concern/c1/privacy"
    assert (await lead.send("/concern/c1/open", [])).to == "/concern/c1/read"
    assert (await lead.get(address)).status == 200
    lead.small.real.move(OPEN_SECONDS + 1)
    assert (await lead.get(address)).to == "/concern/c1/privacy"


async def test_looking_never_opens(lead: Visitor) -> None:
    for path in ("/concern/c1", "/concern/c1/privacy", "/concern/c1/read", "/home"):
        await lead.get(path)
    assert lead.small.responding.opened == []


async def test_another_seat_does_not_inherit_an_open_concern(lead: Visitor) -> None:
    await lead.send("/concern/c1/open", [])
    await lead.sit(LEAD)
    assert (await lead.get("/concern/c1/read")).to == "/concern/c1/privacy"


async def test_i_have_it_is_one_press_and_a_reload_does_not_repeat_it(lead: Visitor) -> None:
    await lead.send("/concern/c1/open", [])
    assert (await lead.send("/concern/c1/have", [])).to == "/concern/c1/after"
    for _ in range(2):
        assert (await lead.get("/concern/c1/after")).status == 200
    assert lead.small.responding.had == [LEAD]
    lead.small.real.move(OPEN_SECONDS + 1)
    assert (await lead.get("/concern/c1/after")).to == "/concern/c1"


async def test_asking_the_reporter_reads_the_fields_that_were_shown(lead: Visitor) -> None:
    await lead.send("/concern/c1/open", [])
    await lead.get((await lead.send("/concern/c1/ask", [("question", "not asked yet")])).to)
    await lead.send("/concern/c1/ask", [("question", "What time was it?"), ("other", "x")])
    assert lead.small.responding.acts == [("ask", {}), ("ask", {"question": "What time was it?"})]


async def test_hiding_from_a_question_keeps_it(lead: Visitor) -> None:
    await lead.send("/concern/c1/open", [])
    await lead.get((await lead.send("/concern/c1/ask", [])).to)
    assert (await lead.send("/concern/c1/leave", [("question", "What time"), ("to", "hide")])).to == "/hide"
    await lead.get("/hide")
    assert (await lead.send("/unhide", [])).to == "/concern/c1/after"
    assert ("question", "What time") in Sent((await lead.get("/concern/c1/after")).text).pairs
    assert (await lead.send("/concern/c1/leave", [("question", "What time"), ("to", "home")])).to == "/home"
    lead.small.real.move(OPEN_SECONDS + 1)
    assert (await lead.send("/concern/c1/leave", [("question", "What time"), ("to", "home")])).to == "/home"
    assert lead.small.responding.acts == [("ask", {})]


async def test_a_decision_ends_on_a_page_with_the_way_home(lead: Visitor) -> None:
    address = (await lead.send("/concern/c1/decide", [])).to
    lead.small.intake.end("talk-1", "decided")
    page = await lead.get(address)
    assert '<li><a href="/home">Start page</a></li>' in page.text[page.text.index("<main") :]
    assert "<form" not in page.text[page.text.index("<main") :]
    left = await lead.send(f"{address}/leave", [("screen", "start"), ("what", "adult"), ("to", "home")])
    assert left.to == "/home"


@pytest.mark.parametrize(
    ("pressed", "flow"),
    [("decide", "decision"), ("close", "closing"), ("add", "addition"), ("reply", "reply"), ("disagree", "disagree")],
)
async def test_what_takes_several_answers_becomes_a_conversation(lead: Visitor, pressed: str, flow: str) -> None:
    assert (await lead.send(f"/concern/c1/{pressed}", [])).to == "/talk/talk-1"
    begun_now = lead.small.intake.conversations["talk-1"]
    assert (begun_now.flow, begun_now.concern) == (flow, "c1")


@pytest.mark.parametrize(("pressed", "view"), [("show_suggestion", "suggestion"), ("log", "log")])
async def test_what_only_shows_has_an_address(lead: Visitor, pressed: str, view: str) -> None:
    assert (await lead.send(f"/concern/c1/{pressed}", [])).to == f"/concern/c1/{view}"


# ── what stands before every request


@pytest.mark.parametrize("path", ["/", "/home", "/sheet", "/hide", "/static/swis.css", "/nothing"])
async def test_every_answer_carries_the_guarding_headers(teacher: Visitor, path: str) -> None:
    headers = (await teacher.get(path)).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy


async def test_no_page_holds_an_inline_style_or_script(teacher: Visitor) -> None:
    for path in ("/", "/home", "/sheet", "/concern/c1", "/nothing", "/hide"):
        text = (await teacher.get(path)).text
        assert "style=" not in text
        assert "<style" not in text
        assert "onclick" not in text
        assert text.count("<script") == text.count('<script src="/static/hide.js" defer></script>')


async def test_the_cookie_is_strict_and_out_of_reach_of_scripts(visitor: Visitor) -> None:
    cookie = (await visitor.get("/")).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie


@pytest.mark.parametrize("host", ["elsewhere.example.invalid", "127.0.0.1", "127.0.0.1:1", ""])
async def test_another_host_name_gets_nothing(teacher: Visitor, host: str) -> None:
    page = await teacher.get("/home", headers={"Host": host})
    assert page.status == 421
    assert "Report a concern" not in page.text


async def test_localhost_is_this_machine_too(visitor: Visitor) -> None:
    assert (await visitor.get("/sheet", headers={"Host": f"localhost:{visitor.port}"})).status == 200


SENDERS: tuple[tuple[dict[str, str], bool], ...] = (
    ({"Origin": "http://127.0.0.1:{port}"}, True),
    ({"Origin": "http://localhost:{port}"}, True),
    ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Referer": "http://127.0.0.1:{port}/home"}, True),
    ({}, False),
    ({"Origin": "null"}, False),
    ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "none"}, False),
    ({"Origin": "http://elsewhere.example.invalid"}, False),
    ({"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-origin"}, False),
    ({"Referer": "http://127.0.0.1:{port}.example.invalid/"}, False),
)


@pytest.mark.parametrize(("headers", "taken"), SENDERS)
async def test_a_form_is_taken_from_our_own_pages_only(teacher: Visitor, headers: dict[str, str], taken: bool) -> None:
    given = {name: value.format(port=teacher.port) for name, value in headers.items()}
    answer = await teacher.send("/begin", [("flow", "concern")], given)
    assert answer.status == (303 if taken else 403)
    assert bool(teacher.small.intake.conversations) is taken


@pytest.mark.parametrize("path", ["/begin", "/seat", "/clock", "/talk/talk-1", "/concern/c1/open", "/concern/c1/have"])
async def test_a_form_without_this_seats_token_is_refused(teacher: Visitor, path: str) -> None:
    teacher.token = "0" * 64
    page = await teacher.send(path, [("flow", "concern"), ("to", "300")])
    assert page.status == 403
    assert "This page was too old to send" in page.text


async def test_no_upload_is_taken(teacher: Visitor) -> None:
    headers = {"Origin": teacher.origin, "Content-Type": "multipart/form-data; boundary=x"}
    assert (await teacher.send("/begin", [("flow", "concern")], headers)).status == 415


async def test_a_body_is_bounded_and_says_what_to_do(teacher: Visitor) -> None:
    address = await begun(teacher)
    long = "a" * (BODY_BYTES + 1)
    assert (await teacher.send("/begin", [("flow", long)])).status == 413
    fits = await teacher.send(address, [("screen", "start"), ("revision", "0"), ("what", "worried"), ("x", long)])
    too_long = await teacher.send(address, [("screen", "happened"), ("saw", "a" * (LONG_BODY_BYTES + 1))])
    assert (fits.status, too_long.status) == (303, 413)
    assert "This was too long to send at once" in too_long.text


async def test_a_form_with_too_many_values_is_refused(teacher: Visitor) -> None:
    assert (await teacher.send("/begin", [("flow", "")] * 1001)).status == 400


@pytest.mark.parametrize("path", ["/nothing", "/talk/..%2f", "/talk/none", "/concern/a b"])
async def test_what_is_not_there_is_said_calmly(teacher: Visitor, path: str) -> None:
    page = await teacher.get(path)
    assert page.status == 404
    assert "There is no such page" in page.text
    assert 'href="tel:999"' in page.text


async def test_a_press_after_a_lapsed_seat_is_refused_with_the_way_back(teacher: Visitor) -> None:
    teacher.small.real.move(13 * 60 * 60)
    page = await teacher.send("/begin", [("flow", "concern")])
    assert page.status == 403
    assert "Go to the start page, choose your draft" in page.text


# ── one's own page


async def test_a_press_on_ones_own_page_is_done_and_its_page_gone_to(teacher: Visitor) -> None:
    assert (await teacher.send("/home/in_lesson", [])).to == "/home/after"
    page = (await teacher.get("/home/after")).text
    assert "For how long?" in page
    assert 'formaction="/home/send_in_lesson"' in page
    await teacher.send("/home/send_in_lesson", [("minutes", "30")])
    assert teacher.small.desk.acts == [("in_lesson", {}), ("send_in_lesson", {"minutes": "30"})]


async def test_what_stands_in_a_half_filled_form_waits_there_when_hidden(teacher: Visitor) -> None:
    await teacher.send("/home/in_lesson", [])
    left = await teacher.send("/home/leave", [("minutes", "45"), ("to", "hide")])
    assert left.to == "/hide"
    assert (await teacher.send("/unhide", [])).to == "/home/after"
    assert 'value="45" checked' in (await teacher.get("/home/after")).text
    assert (await teacher.send("/home/leave", [("minutes", "45"), ("to", "home")])).to == "/home"


async def test_after_ten_minutes_the_last_press_is_forgotten(teacher: Visitor) -> None:
    await teacher.send("/home/in_lesson", [])
    teacher.small.real.move(601)
    assert (await teacher.get("/home/after")).to == "/home"


async def test_a_press_on_ones_own_page_needs_a_seat_and_the_forms_token(visitor: Visitor) -> None:
    assert (await visitor.get("/home/after")).to == "/"
    await visitor.sit(TEACHER)
    visitor.token = "forged"
    assert (await visitor.send("/home/in_lesson", [])).status == 403
    assert visitor.small.desk.acts == []


async def test_a_conversation_that_cannot_begin_shows_how_the_concern_stands(lead: Visitor) -> None:
    lead.small.intake.closed = True
    assert (await lead.send("/concern/c1/decide", [])).to == "/concern/c1/after"
    assert "This was not done" in (await lead.get("/concern/c1/after")).text


async def test_whoever_may_not_know_sees_no_state_of_a_concern_in_place_of_a_conversation(
    teacher: Visitor,
) -> None:
    teacher.small.intake.closed = True
    assert (await teacher.send("/concern/c1/decide", [])).status == 403
