"""Which signs are on the page: those of the groups chosen, gravest first, a second page only when the first is full."""

from dataclasses import dataclass, field

from thresholds.facts import Sign, Vocabulary

SIGNS_ON_A_PAGE = 100
_MOST_KEPT = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """The signs of some groups, by page (1 or 2). `injury`: one of them may leave a mark on the body."""

    signs: tuple[tuple[Sign, ...], tuple[Sign, ...]]
    ids: tuple[frozenset[str], frozenset[str]]
    injury: bool

    def flags(self) -> tuple[str, ...]:
        """What the road needs to know: whether there are signs, more than a page of them, and marks on the body."""
        there = {"signs": bool(self.signs[0]), "more_signs": bool(self.signs[1]), "injury": self.injury}
        return tuple(flag for flag, is_there in there.items() if is_there)


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """Every offer of a vocabulary, made on first use and kept."""

    vocabulary: Vocabulary
    _made: dict[tuple[str, ...], Offer] = field(default_factory=dict)

    def of(self, groups: tuple[str, ...]) -> Offer:
        """The signs of these groups, whatever the order in which they were chosen."""
        key = tuple(group.id for group in self.vocabulary.groups if group.id in groups)
        offer = self._made.get(key)
        if offer is None:
            offer = self._made[key] = self._make(key)
        return offer

    def _make(self, groups: tuple[str, ...]) -> Offer:
        order = {area: number for number, area in enumerate(self.vocabulary.areas)}
        found = [sign for group in groups for sign in self.vocabulary.signs_of_group(group)]
        found.sort(key=lambda sign: (-sign.gravity, order[sign.area]))
        first, second = tuple(found[:SIGNS_ON_A_PAGE]), tuple(found[SIGNS_ON_A_PAGE:])
        ids = (frozenset(sign.id for sign in first), frozenset(sign.id for sign in second))
        return Offer((first, second), ids, any("injury" in sign.marks for sign in found))


_KEPT: dict[int, Offers] = {}


def offers(vocabulary: Vocabulary) -> Offers:
    """The same `Offers` each time for the same vocabulary (it is held, so its identity stays its own)."""
    found = _KEPT.get(id(vocabulary))
    if found is None:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        found = _KEPT[id(vocabulary)] = Offers(vocabulary)
    return found
