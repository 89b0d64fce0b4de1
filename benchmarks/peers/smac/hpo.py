"""SMAC3: the hyperparameter optimisation facade (random forest, log-EI, interleaved random points), its defaults but for
the number of seeds of a configuration: one, as in every other tuner here. Conditions are ConfigSpace's own.
"""

from __future__ import annotations

import tempfile
from typing import Any

from ConfigSpace import (
    CategoricalHyperparameter,
    Configuration,
    ConfigurationSpace,
    InCondition,
    OrdinalHyperparameter,
    UniformFloatHyperparameter,
    UniformIntegerHyperparameter,
)
from smac import HyperparameterOptimizationFacade, Scenario
from smac.runhistory import StatusType, TrialInfo, TrialValue
from tuning import Int, Ordinal, Real, Task, Unsupported


class SmacPeer:
    def __init__(self, task: Task) -> None:
        if task.objectives > 1:
            raise Unsupported("several objectives are scalarised only")
        self.task = task
        self.space = _space(task)
        self.directory = tempfile.TemporaryDirectory(prefix="smac-")
        scenario = Scenario(
            self.space,
            deterministic=True,
            n_trials=task.budget,
            seed=task.seed,
            output_directory=self.directory.name,
        )
        facade = HyperparameterOptimizationFacade
        self.smac = facade(
            scenario,
            lambda config, seed=0: 0.0,
            intensifier=facade.get_intensifier(scenario, max_config_calls=1),
            overwrite=True,
            logging_level=False,
        )

    def ask(self) -> tuple[Any, dict[str, Any]]:
        info = self.smac.ask()
        return info, dict(info.config)

    def tell(self, info: TrialInfo, losses: list[float] | None) -> None:
        if losses is None:
            value = TrialValue(cost=float("inf"), status=StatusType.CRASHED)
        else:
            value = TrialValue(cost=losses[0])
        # Saving the run history at each trial is for resuming; it would be timed as if it were search.
        self.smac.tell(info, value, save=False)

    def add(self, values: dict[str, Any], losses: list[float] | None) -> None:
        self.tell(TrialInfo(config=Configuration(self.space, values=values), seed=0), losses)


def _space(task: Task) -> ConfigurationSpace:
    space = ConfigurationSpace(seed=task.seed)
    known = {d.name: _hyperparameter(d) for d in task.dimensions}
    space.add(list(known.values()))
    for child, condition in task.conditions.items():
        space.add(InCondition(known[child], known[condition.parent], list(condition.values)))
    return space


def _hyperparameter(dimension: Any) -> Any:
    name = dimension.name
    if isinstance(dimension, Real):
        return UniformFloatHyperparameter(name, dimension.low, dimension.high, log=dimension.log)
    if isinstance(dimension, Int):
        return UniformIntegerHyperparameter(name, dimension.low, dimension.high, log=dimension.log)
    if isinstance(dimension, Ordinal):
        return OrdinalHyperparameter(name, list(range(dimension.count)))
    return CategoricalHyperparameter(name, list(range(dimension.count)))


PEERS = {"smac": SmacPeer}
