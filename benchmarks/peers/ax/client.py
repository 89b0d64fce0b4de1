"""Ax: its client with the default generation strategy ("fast": Sobol, then BoTorch). No conditions: flattened."""

from __future__ import annotations

from typing import Any

from ax.api.client import Client
from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig
from tuning import Int, Ordinal, Real, Task


class AxPeer:
    def __init__(self, task: Task) -> None:
        self.task = task
        self.metrics = [f"loss{i}" for i in range(task.objectives)]
        self.client = Client(random_seed=task.seed)
        self.client.configure_experiment(parameters=[_parameter(d) for d in task.dimensions])
        self.client.configure_optimization(objective=", ".join(f"-{metric}" for metric in self.metrics))
        # By default it refuses to propose once its initial design runs on all workers.
        if task.workers > 1:
            self.client.configure_generation_strategy(
                initialization_random_seed=task.seed, allow_exceeding_initialization_budget=True
            )

    def ask(self) -> tuple[Any, dict[str, Any]] | None:
        trials = self.client.get_next_trials(max_trials=1)
        for index, values in trials.items():
            return index, dict(values)
        return None

    def tell(self, index: int, losses: list[float] | None) -> None:
        if losses is None:
            self.client.mark_trial_failed(index)
        else:
            self.client.complete_trial(index, raw_data=dict(zip(self.metrics, losses)))

    def add(self, values: dict[str, Any], losses: list[float] | None) -> None:
        self.tell(self.client.attach_trial(self.task.complete(values)), losses)


def _parameter(dimension: Any) -> RangeParameterConfig | ChoiceParameterConfig:
    if isinstance(dimension, (Real, Int)):
        return RangeParameterConfig(
            name=dimension.name,
            bounds=(dimension.low, dimension.high),
            parameter_type="float" if isinstance(dimension, Real) else "int",
            scaling="log" if dimension.log else "linear",
        )
    values = list(range(dimension.count))
    ordered = isinstance(dimension, Ordinal)
    # One choice is no parameter to Ax.
    if dimension.count == 1:
        return RangeParameterConfig(name=dimension.name, bounds=(0, 0), parameter_type="int")
    return ChoiceParameterConfig(
        name=dimension.name, values=values, parameter_type="int", is_ordered=ordered
    )


PEERS = {"ax": AxPeer}
