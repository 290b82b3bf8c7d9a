"""The rule data that is packaged, loaded once for all tests."""

from functools import cache

from thresholds.catalogue import Catalogue, Edition
from thresholds.evaluate import Rules, ready
from thresholds.load import load_catalogue


@cache
def catalogue() -> Catalogue:
    """All that is packaged."""
    return load_catalogue()


def editions() -> list[Edition]:
    """Every edition of every authority."""
    return [edition for found in catalogue().editions.values() for edition in found]


def name(edition: Edition) -> str:
    """Authority and date, as test ids show them."""
    return f"{edition.document.authority} {edition.document.in_force_from}"


@cache
def all_rules() -> dict[str, Rules]:
    """Each edition made ready, by its name."""
    return {name(edition): ready(edition.document, edition.vocabulary) for edition in editions()}
