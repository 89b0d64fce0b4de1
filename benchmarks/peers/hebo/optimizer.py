"""HEBO: its default (GP, MACE). No conditions: flattened. With workers it is asked one at a time: it keeps no account of
what is pending, so that two open suggestions differ by its own randomness only.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd
import torch
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO
from tuning import Categorical, Int, Ordinal, Real, Task, Unsupported

torch.set_num_threads(1)


class HeboPeer:
    def __init__(self, task: Task) -> None:
        if task.objectives > 1:
            raise Unsupported("several objectives need its other optimizer")
        self.task = task
        random.seed(task.seed)
        np.random.seed(task.seed % 2**32)
        torch.manual_seed(task.seed)
        space = DesignSpace().parse([_parameter(d) for d in task.dimensions])
        self.optimizer = HEBO(space, scramble_seed=task.seed)

    def ask(self) -> tuple[Any, dict[str, Any]]:
        row = self.optimizer.suggest(n_suggestions=1)
        return row, {d.name: _plain(d, row[d.name].iloc[0]) for d in self.task.dimensions}

    def tell(self, row: pd.DataFrame, losses: list[float] | None) -> None:
        # It drops values that are not finite: a failure teaches it nothing.
        self.optimizer.observe(row, np.array([[float("nan") if losses is None else losses[0]]]))

    def add(self, values: dict[str, Any], losses: list[float] | None) -> None:
        complete = self.task.complete(values)
        row = pd.DataFrame([{d.name: _label(d, complete[d.name]) for d in self.task.dimensions}])
        self.tell(row, losses)


def _parameter(dimension: Any) -> dict[str, Any]:
    name = dimension.name
    if isinstance(dimension, Categorical):
        return {"name": name, "type": "cat", "categories": [f"c{i}" for i in range(dimension.count)]}
    if isinstance(dimension, Ordinal):
        return {"name": name, "type": "int", "lb": 0, "ub": dimension.count - 1}
    types = {(Real, False): "num", (Real, True): "pow", (Int, False): "int", (Int, True): "pow_int"}
    return {"name": name, "type": types[type(dimension), dimension.log], "lb": dimension.low, "ub": dimension.high}


def _label(dimension: Any, value: Any) -> Any:
    return f"c{value}" if isinstance(dimension, Categorical) else value


def _plain(dimension: Any, value: Any) -> Any:
    if isinstance(dimension, Categorical):
        return int(str(value)[1:])
    return float(value) if isinstance(dimension, Real) else int(value)


PEERS = {"hebo": HeboPeer}
