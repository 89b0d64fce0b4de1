"""What every peer is given: the user's search space in four plain kinds, and how internal values become parameters.

A peer's users write floats, integers, ordered choices and unordered choices. Everything Fettle's space can say is
mapped to these as such a user would: a float with a step is an integer index, an ordinal is an ordered index, and a
reverse-log scale is a log scale of the mirrored value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Callable


class Unsupported(Exception):
    """The peer has no way to say this problem. Recorded as such, never as a loss."""


@dataclass(frozen=True)
class Real:
    name: str
    low: float
    high: float
    log: bool


@dataclass(frozen=True)
class Int:
    name: str
    low: int
    high: int
    log: bool


@dataclass(frozen=True)
class Ordinal:
    """An index 0 … count - 1 of ordered values."""

    name: str
    count: int


@dataclass(frozen=True)
class Categorical:
    """An index 0 … count - 1 of unordered choices."""

    name: str
    count: int


Dimension = Real | Int | Ordinal | Categorical


@dataclass(frozen=True)
class Condition:
    """Active only while `parent` is active and its internal value is one of `values`."""

    parent: str
    values: tuple[Any, ...]


@dataclass
class Task:
    """One study. `budget`: trials in all; `workers`: trials at the same time; losses are minimised. `fidelity`: the least
    and the largest budget of a training and the reduction factor, for peers that end trainings early."""

    space: dict[str, Any]
    objectives: int
    seed: int
    budget: int
    workers: int
    fidelity: dict[str, float] | None = None
    dimensions: list[Dimension] = field(default_factory=list)
    conditions: dict[str, Condition] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.space.get("constraints"):
            raise Unsupported("constraints between parameters")
        self._decoders: dict[str, Callable[[Any], Any]] = {}
        self._encoders: dict[str, Callable[[Any], Any]] = {}
        self._fixed = {p["name"]: p["value"] for p in self.space["parameters"] if p["type"] == "fixed"}
        for parameter in self.space["parameters"]:
            if parameter["type"] != "fixed":
                self._add(parameter)
        self.dimensions = self._parents_first()

    @property
    def conditional(self) -> bool:
        return bool(self.conditions)

    @property
    def discrete(self) -> bool:
        return any(not isinstance(d, Real) for d in self.dimensions)

    def dimension(self, name: str) -> Dimension:
        return next(d for d in self.dimensions if d.name == name)

    def is_active(self, name: str, values: dict[str, Any]) -> bool:
        condition = self.conditions.get(name)
        if condition is None:
            return True
        return self.is_active(condition.parent, values) and values[condition.parent] in condition.values

    def decode(self, values: dict[str, Any]) -> dict[str, Any]:
        """Internal values, at least of all active dimensions, to the user's params; what is inactive is left out."""
        params = {d.name: self._decoders[d.name](values[d.name]) for d in self.dimensions if self.is_active(d.name, values)}
        return {**params, **self._fixed}

    def encode(self, params: dict[str, Any]) -> dict[str, Any]:
        """The user's params to internal values; inactive dimensions are absent."""
        return {d.name: self._encoders[d.name](params[d.name]) for d in self.dimensions if d.name in params}

    def complete(self, values: dict[str, Any]) -> dict[str, Any]:
        """Fills in inactive dimensions, for peers without conditions: the middle, or the first choice."""
        return {d.name: values.get(d.name, middle(d)) for d in self.dimensions}

    def _add(self, parameter: dict[str, Any]) -> None:
        dimension, decode, encode = _translate(parameter)
        name = parameter["name"]
        self.dimensions.append(dimension)
        self._decoders[name], self._encoders[name] = decode, encode
        when = parameter.get("when")
        if when is None:
            return
        if when["parameter"] in self._fixed:
            raise Unsupported("a condition on a fixed parameter")
        self.conditions[name] = Condition(when["parameter"], tuple(when["in"]))

    def _parents_first(self) -> list[Dimension]:
        # Conditions name the user's values; the parents' encoders are known only now.
        for name, condition in self.conditions.items():
            encode = self._encoders[condition.parent]
            self.conditions[name] = Condition(condition.parent, tuple(encode(v) for v in condition.values))

        def depth(name: str) -> int:
            return 0 if name not in self.conditions else 1 + depth(self.conditions[name].parent)

        return sorted(self.dimensions, key=lambda d: depth(d.name))


def middle(dimension: Dimension) -> Any:
    if isinstance(dimension, Real):
        if dimension.log:
            return math.sqrt(dimension.low * dimension.high)
        return (dimension.low + dimension.high) / 2
    if isinstance(dimension, Int):
        return (dimension.low + dimension.high) // 2
    return dimension.count // 2 if isinstance(dimension, Ordinal) else 0


def _same(value: Any) -> Any:
    return value


def _translate(parameter: dict[str, Any]) -> tuple[Dimension, Callable[[Any], Any], Callable[[Any], Any]]:
    kind, name = parameter["type"], parameter["name"]
    if kind == "categorical":
        choices = parameter["choices"]
        return Categorical(name, len(choices)), lambda i: choices[int(i)], choices.index
    if kind == "ordinal":
        values = parameter["values"]
        return Ordinal(name, len(values)), lambda i: values[int(i)], values.index
    return _number(parameter)


def _number(parameter: dict[str, Any]) -> tuple[Dimension, Callable[[Any], Any], Callable[[Any], Any]]:
    name, low, high = parameter["name"], parameter["low"], parameter["high"]
    step, scale, whole = parameter.get("step"), parameter.get("scale", "linear"), parameter["type"] == "int"
    if step is not None and not (whole and step == 1):
        last = math.floor((high - low) / step + 1e-9)

        def at(index: Any) -> Any:
            return low + int(index) * step if whole else round(low + int(index) * step, 12)

        return Int(name, 0, last, False), at, lambda value: round((value - low) / step)
    log = scale != "linear"

    def clip(value: Any) -> Any:
        return int(round(min(max(value, low), high))) if whole else float(min(max(value, low), high))

    kind = Int if whole else Real
    if scale == "reverse-log":
        return kind(name, low, high, log), lambda v: clip(low + high - v), lambda v: low + high - v
    return kind(name, low, high, log), clip, _same
