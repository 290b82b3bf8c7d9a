"""Who comes in from a platform: a person of the directory, or staff by its rule, who first choose their school.

The platform says who the account is; nothing typed plays a part. The school's leads see who came in this way.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias

from bot.access import Denied, may_report, require
from bot.corners import Corners, HomePress, Shown
from bot.directory import Directory
from bot.roles import LEADS
from dialogs.screens import Action, Choice, Field, Line, Listing, Notice, Paragraph, Screen
from storage.audit import About
from storage.errors import NotFound
from storage.shapes import Identity, Person, PersonId, School, SchoolId
from storage.unit import UnitOfWork

Standing: TypeAlias = Literal["member", "guest", "bot", "left", "unconfirmed"]
State: TypeAlias = Literal["active", "unconfirmed", "denied"]
"""How an account of a person stands that comes in."""
Homes: TypeAlias = Mapping[tuple[str, str], Sequence[str]]
"""By authority and channel the workspaces or tenants where its people are; everywhere, where there is no entry."""
OPEN = frozenset({"active", "refused"})
"""States of an account that is its person's, whether the platform delivers there now or not."""
SECOND_ACCOUNT = "second_account"
"""Why an account is turned away of whose person another is known, until the person says that both are theirs."""
SEEN_AGAIN = timedelta(hours=1)
"""So often it is written down that somebody is there."""


class Unanswered(Exception):  # noqa: N818 - what it is
    """The platform did not say who somebody is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Somebody as a platform says who they are. `groups` are the platform's groups they are in.

    `silent`: the groups of which it did not say, which is no reason to take anybody for a stranger.
    `reach`: what a platform needs besides the account to write to them, such as the conversation.
    """

    channel: str
    tenant: str
    user: str
    email: str
    name: str
    standing: Standing
    groups: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    reach: str = ""

    @property
    def key(self) -> str:
        """Which account of the channel it is."""
        return f"{self.tenant}:{self.user}"

    @property
    def address(self) -> str:
        """Where they are reached."""
        return f"{self.key} {self.reach}" if self.reach else self.key


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody of the directory, by id; or what stands in a person's place while nobody can say who it is."""

    person: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Staff by a rule, whom the directory does not know yet: `screen` asks for the school."""

    screen: Screen


Arrival: TypeAlias = Arrived | Newcomer


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffRule:
    """Who counts as staff of an authority's schools: a domain of addresses, or a group of a platform."""

    authority: str
    kind: Literal["email_domain", "slack_group", "teams_group"]
    value: str

    def takes(self, account: Account) -> bool:
        """Whether the account is one of them."""
        if self.kind == "email_domain":
            return account.email.casefold().rpartition("@")[2] == self.value.casefold()
        return self.kind == f"{account.channel}_group" and self.value in account.groups


def rules_of(directories: Sequence[Directory]) -> tuple[StaffRule, ...]:
    """The staff rules of every directory."""
    return tuple(
        StaffRule(authority=one.authority, kind=group.kind, value=group.value)
        for one in directories
        for group in one.staff_groups
    )


def homes_of(directories: Sequence[Directory]) -> Homes:
    """The workspaces or tenants that the directories name."""
    return {(one.authority, channel): ids for one in directories for channel, ids in one.workspaces.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Arriving:
    """The use cases of coming in over one channel. `rules`: who counts as staff, as the directories stand now.

    `homes`: the workspaces or tenants that the directories name. The first account of a person there is theirs; any
    other waits until they confirm it.
    """

    corners: Corners
    rules: Callable[[], Sequence[StaffRule]]
    channel: str
    homes: Callable[[], Homes]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of this channel that a rule asks about."""
        return tuple(dict.fromkeys(one.value for one in self.rules() if one.kind == f"{self.channel}_group"))

    def arrive(self, account: Account) -> Arrival:
        """Who this is. Somebody of the directory is written down as seen; a newcomer has to choose the school.

        Raises:
            Denied: no member of staff, with the code of why.
            Unanswered: only a group that the platform was silent about could tell.
        """
        try:
            _require_member(account)
        except Denied:
            # What the platform said of the account may never have come here.
            self.follow(account)
            raise
        with self.corners.store.read() as unit:
            person = self._known(unit, account)
            state = "active" if person is None else self._state(unit, account, person)
            fresh = person is not None and self._fresh(unit, account, person, state)
            schools = () if person is not None else self._open_to(unit, account)
        if person is None:
            return Newcomer(self._choice(schools))
        if not fresh:
            self._seen(account, person)
        _require_confirmed(state)
        return Arrived(person.id)

    def settle(self, account: Account, raw: Mapping[str, object]) -> Arrival:
        """A newcomer chose the school: from now on they are staff there. Choosing twice changes nothing.

        Raises:
            Denied: no member of staff, or nobody may report there.
            Unanswered: as when arriving.
        """
        _require_member(account)
        corners, chosen = self.corners, raw.get("school")
        with corners.store.write() as unit:
            person = self._known(unit, account)
            if person is None:
                schools = self._open_to(unit, account)
                school = next((one for one in schools if one.id == chosen), None)
                if school is None:
                    return Newcomer(self._choice(schools, wrong=True))
                person = _newcomer(account, school)
                require(may_report(person, school))
                unit.people.add(person)
                now = corners.clock()
                unit.audit.add(None, "arrived", person.id, person.role, now, {"school": school.id})
            state = self._keep(unit, account, person)
            unit.commit()
        _require_confirmed(state)
        return Arrived(person.id)

    def moved(self, account: Account) -> bool:
        """Whether what the platform says of an account is other than what is kept of it. One never seen never moved."""
        with self.corners.store.read() as unit:
            kept = self._kept(unit, account)
            if kept is None or (account.standing == "member" and "@" not in account.email):
                return False
            person = self._behind(unit, account)
            now = ("closed", kept.person) if person is None else (self._state(unit, account, person), person.id)
        return now != (kept.state, kept.person)

    def follow(self, account: Account) -> None:
        """Keep what the platform says of an account that was seen before.

        A closed account, a guest's, or one whose address is nobody's: nobody is reached there any more. An address of
        somebody else's: they are reached there, or asked first whether it is theirs.
        """
        if not self.moved(account):
            return
        with self.corners.store.write() as unit:
            person = self._behind(unit, account)
            if person is None:
                unit.identities.close(self.channel, account.address)
            else:
                self._keep(unit, account, person)
            unit.commit()

    def _kept(self, unit: UnitOfWork, account: Account) -> Identity | None:
        try:
            return unit.identities.at(self.channel, account.address)
        except NotFound:
            return None

    def _behind(self, unit: UnitOfWork, account: Account) -> Person | None:
        return self._known(unit, account) if account.standing == "member" else None

    def addresses(self, person: str) -> tuple[str, ...]:
        """Where the person is reached over this channel now."""
        with self.corners.store.read() as unit:
            known = unit.identities.of(PersonId(person))
        return tuple(one.address for one in known if one.channel == self.channel and one.state == "active")

    def gone(self, address: str) -> None:
        """The platform closed an account: whoever had it is reached there no more."""
        with self.corners.store.write() as unit:
            unit.identities.close(self.channel, address)
            unit.commit()

    def tenant_gone(self, tenant: str) -> None:
        """The platform took the programme out of a workspace or tenant: nobody is reached there."""
        with self.corners.store.write() as unit:
            unit.identities.refuse_tenant(self.channel, tenant)
            unit.commit()

    def tenant_back(self, tenant: str) -> None:
        """The programme is (again) in a workspace or tenant: whoever was reached there is so again."""
        with self.corners.store.write() as unit:
            if unit.identities.revive_tenant(self.channel, tenant):
                unit.commit()

    def _known(self, unit: UnitOfWork, account: Account) -> Person | None:
        try:
            return unit.people.by_email(account.email)
        except NotFound:
            return None

    def _state(self, unit: UnitOfWork, account: Account, person: Person) -> State:
        """How an account of a person stands: theirs if it is confirmed, or the only one where they are at home."""
        homes = self.homes().get((person.authority, self.channel), ())
        known = [one for one in unit.identities.of(person.id) if one.channel == self.channel]
        own = {one.state for one in known if one.key == account.key}
        at_home = [one for one in known if one.key != account.key and (not homes or one.tenant in homes)]
        if "denied" in own:
            return "denied"
        if homes and account.tenant not in homes:
            return "unconfirmed"
        if not own.isdisjoint(OPEN) or all(one.state not in OPEN for one in at_home):
            return "active"
        return "unconfirmed"

    def _fresh(self, unit: UnitOfWork, account: Account, person: Person, state: State) -> bool:
        seen = [one for one in unit.identities.of(person.id) if one.address == account.address]
        return any(one.state == state and self.corners.clock() - one.touched_at < SEEN_AGAIN for one in seen)

    def _seen(self, account: Account, person: Person) -> None:
        with self.corners.store.write() as unit:
            self._keep(unit, account, person)
            unit.commit()

    def _keep(self, unit: UnitOfWork, account: Account, person: Person) -> State:
        """Write down that an account was seen, and how it stands; one that waits for its person is noted once."""
        state, now = self._state(unit, account, person), self.corners.clock()
        new = all(one.key != account.key for one in unit.identities.of(person.id))
        if state == "unconfirmed" and new:
            about = {"channel": self.channel, "account": account.key}
            unit.audit.add(None, SECOND_ACCOUNT, person.id, person.role, now, about)
        unit.identities.seen(
            Identity(
                person=person.id, channel=self.channel, tenant=account.tenant, address=account.address, state=state,
                touched_at=now,
            )
        )  # fmt: skip
        return state

    def _open_to(self, unit: UnitOfWork, account: Account) -> tuple[School, ...]:
        """The schools that the rule offers, where staff may report."""
        authorities = dict.fromkeys(one.authority for one in self.rules() if one.takes(account))
        if not authorities and account.silent:
            raise Unanswered
        if not authorities:
            raise Denied("not_staff")
        schools = [school for authority in authorities for school in unit.people.schools(authority)]
        found = tuple(one for one in schools if may_report(_newcomer(account, one), one))
        if not found:
            raise Denied("no_school")
        return found

    def _choice(self, schools: Sequence[School], *, wrong: bool = False) -> Screen:
        corners, words = self.corners, self.corners.words
        first = corners.places.at(schools[0])
        options = tuple(Choice(id=one.id, label=one.name) for one in sorted(schools, key=lambda one: one.name))
        return Screen(
            id="arriving",
            title=words("arriving.title"),
            blocks=(Paragraph(text=words("arriving.text")),),
            fields=(
                Field(
                    id="school", kind="one", label=words("arriving.school"), required=True, choices=options,
                    error=words("arriving.empty") if wrong else None,
                ),
            ),
            actions=(Action(id="arrive", label=words("arriving.send"), style="primary"),),
            numbers=first.numbers_at(corners.clock()),
            foot=words("foot"),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Newcomers:
    """The corner where leads see who is new."""

    corners: Corners

    def presses(self) -> Mapping[str, HomePress]:
        """None."""
        return {}

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:
        """For leads: who chose their school by themselves."""
        if who.role not in LEADS or who.school is None:
            return (), ()
        names = tuple(Line(text=one.name) for one in unit.people.newcomers(who.school))
        return ((Listing(title=self.corners.words("arriving.new"), items=names),) if names else ()), ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondAccounts:
    """The corner where people say whether another account with their e-mail address is theirs."""

    corners: Corners

    def presses(self) -> Mapping[str, HomePress]:
        """What may be pressed here."""
        return {"second_account": lambda person, _: self._form(person), "send_second_account": self._say}

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:
        """A warning and a button, while one waits."""
        if not _waiting(unit, who.id):
            return (), ()
        words = self.corners.words
        title, lines = words("own.second_account.title"), (words("own.second_account.text"),)
        press = Action(id=SECOND_ACCOUNT, label=words("own.second_account.press"))
        return (Notice(kind="warning", title=title, lines=lines),), (press,)

    def _form(self, person: str, wrong: tuple[str, ...] = ()) -> Screen:
        corners, words = self.corners, self.corners.words
        with corners.store.read() as unit:
            seated = corners.seated(unit, person)
            waiting = _waiting(unit, seated.person.id)
        accounts = [Choice(id=_named(one), label=words("own.second_account.account", **_parts(one))) for one in waiting]
        answers = [Choice(id=one, label=words(f"own.second_account.answers.{one}")) for one in ("mine", "not_mine")]
        asked = {"account": accounts, "answer": answers}
        fields = tuple(
            Field(
                id=name, kind="one", label=words(f"own.second_account.{name}_label"), required=True,
                choices=tuple(choices), error=words("own.second_account.empty") if name in wrong else None,
            )
            for name, choices in asked.items()
        )  # fmt: skip
        return corners.form(SECOND_ACCOUNT, fields, seated)

    def _say(self, person: str, raw: Mapping[str, object]) -> Screen:
        corners, theirs = self.corners, raw.get("answer") == "mine"
        with corners.store.write() as unit:
            seated = corners.seated(unit, person)
            chosen = next((one for one in _waiting(unit, seated.person.id) if _named(one) == raw.get("account")), None)
            answered = raw.get("answer") in ("mine", "not_mine")
            if chosen is not None and answered:
                unit.identities.confirm(chosen.channel, chosen.key, theirs=theirs)
                about: About = {"channel": chosen.channel, "account": chosen.key, "theirs": theirs}
                corners.log(unit, seated, "account_answered", about)
                unit.commit()
        if chosen is None or not answered:
            return self._form(person, (*(("account",) if chosen is None else ()), *(() if answered else ("answer",))))
        said = "mine" if theirs else "not_mine"
        lines = (corners.words(f"own.second_account.{said}_line"),)
        return corners.said("done", corners.words("own.second_account.noted"), lines, seated)


def _waiting(unit: UnitOfWork, person: PersonId) -> tuple[Identity, ...]:
    """The accounts of a person that wait for their word, one of each."""
    found = [one for one in unit.identities.of(person) if one.state == "unconfirmed"]
    return tuple({(one.channel, one.key): one for one in found}.values())


def _named(one: Identity) -> str:
    return f"{one.channel}:{one.key}"


def _parts(one: Identity) -> Mapping[str, str]:
    return {"channel": one.channel.capitalize(), "tenant": one.tenant, "account": one.key.partition(":")[2]}


def _require_confirmed(state: State) -> None:
    """Raise `Denied` for an account that its person has not confirmed, or has denied."""
    if state == "unconfirmed":
        raise Denied(SECOND_ACCOUNT)
    if state == "denied":
        raise Denied("denied_account")


def _require_member(account: Account) -> None:
    if account.standing != "member":
        raise Denied(account.standing)
    if "@" not in account.email:
        raise Denied("no_address")


def _newcomer(account: Account, school: School) -> Person:
    """The same account gives the same id, so that two presses at once make one person."""
    own = hashlib.sha256(f"{account.channel}:{account.key}".encode()).hexdigest()[:24]
    return Person(
        id=PersonId(f"new.{own}"), authority=school.authority, name=account.name, email=account.email, role="reporter",
        school=SchoolId(school.id),
    )  # fmt: skip
