"""Frozen values that cost next to nothing to define.

`@value` does what `@dataclass(frozen=True)` does: fields from annotations, comparison, hash and repr. A dataclass
writes and compiles six functions for every class, about 1.3 ms each, and a command that runs thousands of times a day
has twenty such classes in its way; here all classes share the same functions. Type checkers treat both alike. Where a
class is not on the way of `set`, `show` or `check`, a dataclass is the better known choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")

EMPTY: Mapping[str, Any] = {}
"""The default of a mapping field. It is shared, and nobody may write to it."""


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    """Make a class a frozen value. Defaults must be immutable; `__post_init__` is called where there is one."""
    own: Any = cls
    own._fields = tuple(name for name in own.__annotations__ if name != "_fields")
    own._defaults = {name: own.__dict__[name] for name in own._fields if name in own.__dict__}
    own._checked = "__post_init__" in own.__dict__
    own.__init__, own.__eq__, own.__hash__, own.__repr__ = _init, _eq, _hash, _repr
    own.__setattr__ = own.__delattr__ = _frozen
    return cls


def replace(old: T, **changes: Any) -> T:
    """A copy with some fields replaced."""
    kind: Any = type(old)
    return kind(**{**old.__dict__, **changes})  # type: ignore[no-any-return]  # its own type


def as_dict(old: object) -> dict[str, Any]:
    """The fields and their values, in order."""
    kind: Any = type(old)
    return {name: old.__dict__[name] for name in kind._fields}


def _init(self: Any, *positional: Any, **named: Any) -> None:
    fields = self._fields
    values = {**self._defaults, **dict(zip(fields, positional, strict=False)), **named}
    if len(values) != len(fields) or len(positional) > len(fields) or not values.keys() <= set(fields):
        wrong = sorted(set(fields) ^ values.keys()) or "too many values"
        raise TypeError(f"{type(self).__name__}: missing or unknown: {wrong}")
    self.__dict__.update(values)
    if self._checked:
        self.__post_init__()


def _eq(self: Any, other: object) -> Any:
    return self.__dict__ == other.__dict__ if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash((type(self), *(self.__dict__[name] for name in self._fields)))


def _repr(self: Any) -> str:
    return f"{type(self).__name__}({', '.join(f'{name}={self.__dict__[name]!r}' for name in self._fields)})"


def _frozen(self: object, name: str, _value: object = None) -> None:
    raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be set")
