"""Roles by what they have in common, and who stands in for whom. Pure constants; who holds a role is looked up.

Each way of standing in is a row of its own with the reason why it differs; nobody else writes such an order down.
"""

from collections.abc import Mapping
from typing import TypeAlias

from storage.shapes import Role

Roles: TypeAlias = tuple[Role, ...]

LEAD: Role = "designated_safeguarding_lead"
DEPUTY: Role = "deputy_safeguarding_lead"
BOTH_LEADS: Roles = (LEAD, DEPUTY)
"""In the order in which they are named."""
LEADS: frozenset[Role] = frozenset(BOTH_LEADS)
LEADERS: frozenset[Role] = frozenset({"head", "senior_leader", "chair"})
SCHOOL_STAFF: frozenset[Role] = LEADS | LEADERS | frozenset[Role]({"reporter"})
EMBEDDED: frozenset[Role] = frozenset({"social_worker", "student_social_worker"})
QUALIFIED: frozenset[Role] = frozenset({"social_worker", "duty_social_worker"})
SOCIAL_WORKERS: frozenset[Role] = EMBEDDED | QUALIFIED
COUNCIL: frozenset[Role] = SOCIAL_WORKERS | frozenset[Role]({"team_manager"})

IN_CHARGE: Roles = ("head", "chair")
"""Who answers for a school where no lead may or can: the head, and above the head the chair."""
ON_SITE: Roles = ("head", "senior_leader", "chair")
"""Who hears that no lead is there, or that somebody stopped midway: whoever is in the building before the chair."""

IN_PLAN: Mapping[str, Roles] = {
    LEAD: IN_CHARGE,
    DEPUTY: IN_CHARGE,
    "head": ("chair",),
    "chair": ("head",),
    "social_worker": ("duty_social_worker", "team_manager"),
    "duty_social_worker": ("team_manager",),
}
"""A seat of a plan. A lead's is not taken by the other lead, who has a seat in the same step; nor by a senior leader,
who stands beside the head on every ladder."""
FOR_AN_ACT: Mapping[str, Roles] = {
    LEAD: (DEPUTY, *IN_PLAN[LEAD]),
    DEPUTY: (LEAD, *IN_PLAN[DEPUTY]),
    **{role: IN_PLAN[role] for role in IN_CHARGE},
}
"""What a decision asks of one person: that is one task and no alert to both, so the other lead takes it first. A
council worker's falls to nobody: the decision names who does it."""
LAST_RESORT: Roles = (*IN_CHARGE, "social_worker", "duty_social_worker", "team_manager", "reporter")
"""Where every seat of a step is gone: whoever is left, and in the end who told of it."""
