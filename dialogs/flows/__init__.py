"""The catalogue of flows by name and version. Old versions stay while any conversation is open on them."""

from collections.abc import Mapping

from dialogs.flow import Flow
from dialogs.flows.concern_v1 import CONCERN
from dialogs.flows.decision_v1 import DECISION
from dialogs.flows.later_v1 import ADDITION, CLOSING, DISAGREE, POLICE, REPLY

_FLOWS = (CONCERN, DECISION, ADDITION, REPLY, POLICE, CLOSING, DISAGREE)
CATALOGUE: Mapping[tuple[str, int], Flow] = {(flow.name, flow.version): flow for flow in _FLOWS}


def latest(name: str) -> Flow:
    """The newest version of a flow; a new conversation begins on it.

    Raises:
        KeyError: there is no flow of this name.
    """
    versions = [version for known, version in CATALOGUE if known == name]
    if not versions:
        raise KeyError(name)
    return CATALOGUE[name, max(versions)]
