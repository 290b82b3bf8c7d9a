"""What a clock that ran ahead published or claimed too early, and how it is taken back when the true time has come.

A clock set right again must lose no week, and must not publish again what somebody may have read.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from storage.publications import Publication
from storage.unit import UnitOfWork

CLOCKS_APART = timedelta(hours=12)
"""What was built longer than this from now, a clock built that ran ahead; no two processes are so far apart."""


def standing(unit: UnitOfWork, audience: str, period: str, now: datetime) -> Publication | None:
    """What was published, or kept, for a period; None before, and of what came too early: that is taken back."""
    found = unit.publications.of(audience, period)
    if found is None or not too_early(found, now):
        return found
    unit.publications.drop(audience, period)
    return None


def too_early(publication: Publication, now: datetime) -> bool:
    """Whether a clock that ran ahead built it, and it says that nothing happened.

    What says more may have been read: it stays as it is, or what is left could be found by subtraction.
    """
    return publication.built_at > now + CLOCKS_APART and _says_nothing(json.loads(publication.content))


def _says_nothing(content: Mapping[str, Any]) -> bool:
    """Figures say that they are empty; learning points have neither a point nor a time."""
    return bool(content.get("empty")) or ("points" in content and not content["points"] and not content["times"])


def claimed(unit: UnitOfWork, key: str, now: datetime) -> bool:
    """Whether this is the one that builds; a claim by a clock that ran ahead counts for nothing."""
    if unit.settings.claim(key, now.isoformat()):
        return True
    kept = unit.settings.get(key)
    ahead = kept is not None and datetime.fromisoformat(kept) > now + CLOCKS_APART
    if ahead:
        unit.settings.put(key, now.isoformat())
    return ahead
