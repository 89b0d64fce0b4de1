"""Nevergrad's NGOpt: it picks an algorithm by dimension, budget and workers. No conditions: inactive values are ignored."""

from __future__ import annotations

from typing import Any

import nevergrad as ng
import numpy as np
from tuning import Int, Ordinal, Real, Task


class NevergradPeer:
    def __init__(self, task: Task) -> None:
        self.task = task
        space = ng.p.Dict(**{d.name: _parameter(d) for d in task.dimensions})
        space.random_state = np.random.RandomState(task.seed % 2**32)
        self.optimizer = ng.optimizers.NGOpt(
            parametrization=space, budget=task.budget, num_workers=task.workers
        )

    def ask(self) -> tuple[Any, dict[str, Any]]:
        candidate = self.optimizer.ask()
        return candidate, dict(candidate.value)

    def tell(self, candidate: Any, losses: list[float] | None) -> None:
        # Its documentation: a failed evaluation is told as infinity.
        told = [float("inf")] * self.task.objectives if losses is None else losses
        self.optimizer.tell(candidate, told[0] if self.task.objectives == 1 else told)

    def add(self, values: dict[str, Any], losses: list[float] | None) -> None:
        candidate = self.optimizer.parametrization.spawn_child(new_value=self.task.complete(values))
        self.tell(candidate, losses)


def _parameter(dimension: Any) -> ng.p.Parameter:
    if isinstance(dimension, Real):
        kind = ng.p.Log if dimension.log else ng.p.Scalar
        return kind(lower=dimension.low, upper=dimension.high)
    if isinstance(dimension, Int):
        if dimension.log:
            return ng.p.Log(lower=dimension.low, upper=dimension.high).set_integer_casting()
        return ng.p.Scalar(lower=dimension.low, upper=dimension.high).set_integer_casting()
    if isinstance(dimension, Ordinal):
        return ng.p.TransitionChoice(list(range(dimension.count)))
    return ng.p.Choice(list(range(dimension.count)))


PEERS = {"nevergrad": NevergradPeer}
