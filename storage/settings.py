"""Small values by key that outlive a process: the demo's clock, switches. No content."""

from sqlalchemy import Connection, bindparam, select

from storage import schema
from storage.upsert import giving_way, replacing

_GET = select(schema.settings.c.value).where(schema.settings.c.key == bindparam("wanted"))
_PUT = replacing(schema.settings)
_CLAIM = giving_way(schema.settings)


class Settings:
    """Reads and writes on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> str | None:
        """The value, None if it was never put."""
        return self._connection.execute(_GET, {"wanted": key}).scalar_one_or_none()

    def put(self, key: str, value: str) -> None:
        """Keep the value, over what stood there."""
        self._connection.execute(_PUT[self._connection.dialect.name], {"key": key, "value": value})

    def claim(self, key: str, value: str) -> bool:
        """Keep the value if none stands; False if one does: of several who claim at once, one wins."""
        claimed = self._connection.execute(_CLAIM[self._connection.dialect.name], {"key": key, "value": value})
        return bool(claimed.rowcount)
