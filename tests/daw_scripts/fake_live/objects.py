"""What all of Live's objects have in common: they can be deleted, and only what Live lets be set can be set."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class LomObject:
    """An object of Live. What begins with an underscore is the fake's own."""

    _is_deleted = False

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_") and object.__getattribute__(self, "_is_deleted"):
            raise RuntimeError("the object was deleted")
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            known = getattr(type(self), name, None)
            if not isinstance(known, property) or known.fset is None:
                raise AttributeError(f"property of “{type(self).__name__}” object has no setter: {name}")
            if self._is_deleted:
                raise RuntimeError("the object was deleted")
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        if other is None:
            return self._is_deleted
        return self is other

    def __hash__(self) -> int:
        return id(self)


class Vector(Generic[T]):
    """What Live returns where it has several: it can be gone through, counted and indexed, and nothing else."""

    def __init__(self, things: Sequence[T]) -> None:
        self._things = tuple(things)

    def __iter__(self) -> Iterator[T]:
        return iter(self._things)

    def __getitem__(self, index: Any) -> Any:
        return self._things[index]

    def __len__(self) -> int:
        return len(self._things)

    def __contains__(self, value: object) -> bool:
        return value in self._things


class History:
    """What was done, as steps of what takes it back."""

    def __init__(self) -> None:
        self.steps: list[list[Callable[[], None]]] = []
        self.open: list[Callable[[], None]] | None = None

    def did(self, take_back: Callable[[], None]) -> None:
        if self.open is not None:
            self.open.append(take_back)
        else:
            self.steps.append([take_back])

    def begin(self) -> None:
        assert self.open is None, "an undo step was begun within another one"
        self.open = []

    def end(self) -> None:
        assert self.open is not None, "an undo step was ended that was not begun"
        if self.open:
            self.steps.append(self.open)
        self.open = None

    def undo(self) -> None:
        """Takes back the last step, as Ctrl+Z does."""
        assert self.open is None
        kept = list(self.steps[:-1])
        for take_back in reversed(self.steps[-1]):
            take_back()
        self.steps = kept


class Undoable(LomObject):
    """An object whose changes Live can undo."""

    _history: History

    def _put(self, name: str, value: Any) -> None:
        """Sets an inner value, and remembers the one before."""
        before = getattr(self, name)
        self._history.did(lambda: setattr(self, name, before))
        setattr(self, name, value)

    def _add(self, things: list[Any], index: int, thing: LomObject) -> None:
        """Puts an object into a list; taking that back deletes it."""
        things.insert(index, thing)
        self._history.did(lambda: self._drop(things, thing))

    def _remove(self, things: list[Any], thing: LomObject) -> None:
        """Deletes an object of a list; taking that back brings it to life."""
        index = things.index(thing)
        self._drop(things, thing)

        def bring_back() -> None:
            things.insert(index, thing)
            object.__setattr__(thing, "_is_deleted", False)

        self._history.did(bring_back)

    @staticmethod
    def _drop(things: list[Any], thing: LomObject) -> None:
        things.remove(thing)
        object.__setattr__(thing, "_is_deleted", True)


def kept(name: str) -> Any:
    """Returns a property that scripts may set, kept under an inner name; setting it can be undone."""

    def put(thing: Undoable, value: object) -> None:
        thing._put(name, value)

    return property(lambda thing: getattr(thing, name), put)


def shown(name: str) -> Any:
    """Returns a property that scripts may read only, kept under an inner name."""
    return property(lambda thing: getattr(thing, name))
