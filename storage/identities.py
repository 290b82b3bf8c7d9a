"""Where people are reached: for each channel the platform's own id of a person, as the platform confirmed it.

What a platform refused for good stays kept, so that nobody tries there again until the person is seen there, or the
programme is installed there anew.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Text, bindparam, or_, select, update

from storage import schema
from storage.errors import NotFound
from storage.schema import AnyRow
from storage.shapes import Identity, PersonId
from storage.upsert import replacing

_i = schema.identities.c
_wanted, _channel = schema.WANTED, bindparam("on_channel", type_=Text())
_FIELDS = tuple(Identity.__dataclass_fields__)
_ALL = select(schema.identities)
_OF = _ALL.where(_i.person == _wanted).order_by(_i.touched_at.desc(), _i.channel, _i.address)
_OF_MANY = _ALL.where(_i.person.in_(bindparam("people", expanding=True))).order_by(
    _i.touched_at.desc(), _i.channel, _i.address
)
_AT = _ALL.where(_i.channel == _channel, _i.address == _wanted)
_OF_ACCOUNT = _ALL.where(
    _i.channel == _channel, or_(_i.address == _wanted, _i.address.like(bindparam("longer"), escape="\\")),
    _i.state != "closed",
).order_by(_i.touched_at.desc(), _i.address)  # fmt: skip
_ACCOUNTS = select(_i.channel, _i.address, _i.person).where(_i.state.in_(("active", "refused"))).order_by(_i.touched_at)
_PUT = replacing(schema.identities)
_here = _i.channel == _channel
_LATEST = (
    select(_i.address)
    .where(_here, _i.person == _wanted, _i.state == "active")
    .order_by(_i.touched_at.desc(), _i.address)
    .limit(1)
)
_PUT_OFF = update(schema.identities).where(_here, _i.address == _wanted).values(state=bindparam("becomes"))
_TENANT = update(schema.identities).where(_here, _i.tenant == _wanted, _i.state == bindparam("was"))
_TENANT = _TENANT.values(state=bindparam("becomes"))


class Identities:
    """Reads and writes on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen(self, identity: Identity) -> None:
        """Keep where the platform saw somebody just now: they can be reached there (again)."""
        row = {name: getattr(identity, name) for name in _FIELDS}
        self._connection.execute(_PUT[self._connection.dialect.name], row)

    def of(self, person: PersonId) -> tuple[Identity, ...]:
        """Where the person is reached, the latest used first, refused ones too."""
        return tuple(_identity(row) for row in self._connection.execute(_OF, {"wanted": person}))

    def of_many(self, people: Sequence[PersonId]) -> Mapping[PersonId, tuple[Identity, ...]]:
        """Where each of the people is reached, the latest used first; nobody who was never seen."""
        found: dict[PersonId, tuple[Identity, ...]] = {}
        for row in self._connection.execute(_OF_MANY, {"people": list(people)}) if people else ():
            found[row.person] = (*found.get(row.person, ()), _identity(row))
        return found

    def at(self, channel: str, address: str) -> Identity:
        """Who stands behind a platform's id.

        Raises:
            NotFound: nobody was seen there.
        """
        row = self._connection.execute(_AT, {"on_channel": channel, "wanted": address}).one_or_none()
        if row is None:
            raise NotFound("nobody is known at this address")
        return _identity(row)

    def of_account(self, channel: str, key: str) -> tuple[Identity, ...]:
        """Who was seen with an account that is not closed, the latest first. `key`: tenant and account."""
        longer = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        given = {"on_channel": channel, "wanted": key, "longer": f"{longer} %"}
        return tuple(_identity(row) for row in self._connection.execute(_OF_ACCOUNT, given))

    def accounts(self) -> Mapping[tuple[str, str], PersonId]:
        """Whose each account is that is somebody's: by channel and the account's key."""
        found = self._connection.execute(_ACCOUNTS)
        return {(row.channel, row.address.partition(" ")[0]): row.person for row in found}

    def confirm(self, channel: str, key: str, *, theirs: bool) -> int:
        """The person said whether an account is theirs; how many addresses."""
        found = [one for one in self.of_account(channel, key) if one.state == "unconfirmed"]
        becomes = "active" if theirs else "denied"
        return sum(self._put_off(channel, one.address, becomes) for one in found)

    def refuse(self, channel: str, person: PersonId) -> int:
        """The platform will deliver nothing to this person any more where it delivered last; how many addresses.

        Where else the person was seen, in another workspace or tenant, stays open.
        """
        found = self._connection.execute(_LATEST, {"on_channel": channel, "wanted": person}).scalar_one_or_none()
        return 0 if found is None else self._put_off(channel, found, "refused")

    def close(self, channel: str, address: str) -> int:
        """The account is nobody's any more whom this is open to; how many addresses."""
        return self._put_off(channel, address, "closed")

    def refuse_tenant(self, channel: str, tenant: str) -> int:
        """The platform will deliver nothing in this workspace or tenant any more; how many addresses."""
        return self._of_tenant(channel, tenant, was="active", becomes="refused")

    def revive_tenant(self, channel: str, tenant: str) -> int:
        """The programme is installed there (again): what was refused is open again; how many addresses."""
        return self._of_tenant(channel, tenant, was="refused", becomes="active")

    def _put_off(self, channel: str, address: str, becomes: str) -> int:
        given = {"on_channel": channel, "wanted": address, "becomes": becomes}
        return self._connection.execute(_PUT_OFF, given).rowcount

    def _of_tenant(self, channel: str, tenant: str, *, was: str, becomes: str) -> int:
        given = {"on_channel": channel, "wanted": tenant, "was": was, "becomes": becomes}
        return self._connection.execute(_TENANT, given).rowcount


def _identity(row: AnyRow) -> Identity:
    return Identity(**{name: getattr(row, name) for name in _FIELDS})
