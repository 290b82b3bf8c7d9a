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
from dialogs.screens import Action, Choice, Field, Line, Listing, Paragraph, Screen
from storage.errors import NotFound
from storage.shapes import Identity, Person, PersonId, School, SchoolId
from storage.unit import UnitOfWork

Standing: TypeAlias = Literal["member", "guest", "bot", "left", "unconfirmed"]
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A person's id; or None, and the screen on which a newcomer chooses the school."""

    person: str | None = None
    screen: Screen | None = None


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Arriving:
    """The use cases of coming in over one channel. `rules`: who counts as staff, as the directories stand now."""

    corners: Corners
    rules: Callable[[], Sequence[StaffRule]]
    channel: str

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
            fresh = person is not None and self._fresh(unit, account, person)
            schools = () if person is not None else self._open_to(unit, account)
        if person is None:
            return Arrival(screen=self._choice(schools))
        if not fresh:
            self._seen(account, person)
        return Arrival(person=person.id)

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
                    return Arrival(screen=self._choice(schools, wrong=True))
                person = _newcomer(account, school)
                require(may_report(person, school))
                unit.people.add(person)
                now = corners.clock()
                unit.audit.add(None, "arrived", person.id, person.role, now, {"school": school.id})
            unit.identities.seen(self._identity(account, person))
            unit.commit()
        return Arrival(person=person.id)

    def moved(self, account: Account) -> bool:
        """Whether what the platform says of an account is other than what is kept of it. One never seen never moved."""
        with self.corners.store.read() as unit:
            kept = self._kept(unit, account)
            if kept is None or (account.standing == "member" and "@" not in account.email):
                return False
            person = self._behind(unit, account)
            now = ("closed", kept.person) if person is None else ("active", person.id)
        return now != (kept.state, kept.person)

    def follow(self, account: Account) -> None:
        """Keep what the platform says of an account that was seen before.

        A closed account, a guest's, or one whose address is nobody's: nobody is reached there any more. An address of
        somebody else's: they are reached there.
        """
        if not self.moved(account):
            return
        with self.corners.store.write() as unit:
            person = self._behind(unit, account)
            if person is None:
                unit.identities.close(self.channel, account.address)
            else:
                unit.identities.seen(self._identity(account, person))
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

    def _fresh(self, unit: UnitOfWork, account: Account, person: Person) -> bool:
        seen = [one for one in unit.identities.of(person.id) if one.address == account.address]
        return any(one.state == "active" and self.corners.clock() - one.touched_at < SEEN_AGAIN for one in seen)

    def _seen(self, account: Account, person: Person) -> None:
        with self.corners.store.write() as unit:
            unit.identities.seen(self._identity(account, person))
            unit.commit()

    def _identity(self, account: Account, person: Person) -> Identity:
        return Identity(
            person=person.id, channel=self.channel, tenant=account.tenant, address=account.address, state="active",
            touched_at=self.corners.clock(),
        )  # fmt: skip

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
