"""OSS Vizier: the designer behind its service's default algorithm, GP-UCB-PE, kept for the whole study, in the service's
64-bit floats. Running trials are told as active before each suggestion. It knows no conditional spaces.
"""

from __future__ import annotations

from typing import Any

import jax
from tuning import Categorical, Int, Ordinal, Real, Task, Unsupported
from vizier import algorithms as vza
from vizier import pyvizier as vz

# Not from vizier.algorithms.designers, which imports the needs of all designers.
from vizier._src.algorithms.designers.gp_ucb_pe import VizierGPUCBPEBandit
from vizier.pyvizier.converters import padding

jax.config.update("jax_enable_x64", True)

# Its own way to have one compiled model serve ten numbers of trials. Without, each suggestion compiles anew: 22 s instead of 9
# beside other work. Random numbers are laid out by the padded shapes, so that points are others. The designer refuses it with
# several metrics.
PADDING = padding.PaddingSchedule(num_trials=padding.PaddingType.MULTIPLES_OF_10)
UNPADDED = padding.PaddingSchedule()
# What is compiled takes 100 MB and is of no use ten trials later.
KEEP_COMPILED = 20


class VizierPeer:
    def __init__(self, task: Task) -> None:
        if task.conditional:
            raise Unsupported("conditional parameters")
        self.task = task
        self.metrics = [f"loss{i}" for i in range(task.objectives)]
        key = jax.random.PRNGKey(task.seed % 2**32)
        schedule = PADDING if task.objectives == 1 else UNPADDED
        self.designer = VizierGPUCBPEBandit(_problem(task, self.metrics), rng=key, padding_schedule=schedule)
        self.count = 0
        self.active: dict[int, vz.Trial] = {}
        # Since the last suggestion: the designer keeps those before.
        self.completed: list[vz.Trial] = []

    def ask(self) -> tuple[Any, dict[str, Any]]:
        if self.count % KEEP_COMPILED == 0:
            jax.clear_caches()
        self.designer.update(vza.CompletedTrials(self.completed), vza.ActiveTrials(list(self.active.values())))
        self.completed = []
        trial = self._start(self.designer.suggest(1)[0])
        values = trial.parameters.as_dict()
        return trial.id, {d.name: _internal(d, values[d.name]) for d in self.task.dimensions}

    def tell(self, number: int, losses: list[float] | None) -> None:
        trial = self.active.pop(number)
        if losses is None:
            trial.complete(vz.Measurement(), infeasibility_reason="diverged")
        else:
            trial.complete(vz.Measurement(metrics=dict(zip(self.metrics, losses))))
        self.completed.append(trial)

    def add(self, values: dict[str, Any], losses: list[float] | None) -> None:
        parameters = {d.name: _external(d, values[d.name]) for d in self.task.dimensions}
        self.tell(self._start(vz.TrialSuggestion(parameters)).id, losses)

    def _start(self, suggestion: vz.TrialSuggestion) -> vz.Trial:
        self.count += 1
        trial = self.active[self.count] = suggestion.to_trial(self.count)
        return trial


def _problem(task: Task, metrics: list[str]) -> vz.ProblemStatement:
    problem = vz.ProblemStatement()
    for dimension in task.dimensions:
        _add(problem.search_space.root, dimension)
    for metric in metrics:
        goal = vz.ObjectiveMetricGoal.MINIMIZE
        problem.metric_information.append(vz.MetricInformation(name=metric, goal=goal))
    return problem


def _add(root: Any, dimension: Any) -> None:
    name = dimension.name
    if isinstance(dimension, Categorical):
        root.add_categorical_param(name, [_external(dimension, i) for i in range(dimension.count)])
    elif isinstance(dimension, Ordinal):
        # The places: its discrete parameters lie at the distances of their numbers, and values mostly grow by factors.
        root.add_discrete_param(name, list(range(dimension.count)))
    else:
        scale = vz.ScaleType.LOG if dimension.log else vz.ScaleType.LINEAR
        add = root.add_float_param if isinstance(dimension, Real) else root.add_int_param
        add(name, dimension.low, dimension.high, scale_type=scale)


def _external(dimension: Any, value: Any) -> Any:
    return f"c{value}" if isinstance(dimension, Categorical) else value


def _internal(dimension: Any, value: Any) -> Any:
    if isinstance(dimension, Categorical):
        return int(value[1:])
    return value if isinstance(dimension, Real) else int(value)


PEERS = {"vizier": VizierPeer}
