"""What a process remembers of what it saw lately, bounded. Losing it costs a look-up, never a promise."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """Values by key, the newest `most` of them. Any thread may ask."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """What was put there last; None if nothing was, or too much came since."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Key, value: Value) -> Value:
        """Remember it as the newest; the value again.

        >>> small = Remembered[str, int](most=2)
        >>> [small.put(one, number) for number, one in enumerate("abc")]
        [0, 1, 2]
        >>> small.get("a"), small.get("c")
        (None, 2)
        """
        with self._lock:
            self._put(key, value)
        return value

    def first(self, key: Key, value: Value) -> bool:
        """Whether nothing stood there; `value` stands there from now on if so."""
        with self._lock:
            if key in self._kept:
                return False
            self._put(key, value)
            return True

    def forget(self, key: Key) -> None:
        """Nothing stands there any more."""
        with self._lock:
            self._kept.pop(key, None)

    def forget_all(self, matching: Callable[[Key], bool]) -> None:
        """Nothing stands any more at the keys that match."""
        with self._lock:
            for key in [key for key in self._kept if matching(key)]:
                del self._kept[key]

    def _put(self, key: Key, value: Value) -> None:
        self._kept[key] = value
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
