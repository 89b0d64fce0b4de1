"""Syne Tune's asynchronous successive halving: a training reports each step, and is told whether to go on.

Its releases since 2025 have the stopping variant alone, and no MOBSTER any more: ASHA with random search and BOHB (ASHA with
kernel density estimates) are driven here. ASHACQR (conformal quantile regression) takes more than a second a suggestion.
"""

from __future__ import annotations

import datetime
import math
from typing import Any, Callable

from syne_tune import config_space as cs
from syne_tune.backend.trial_status import Trial
from syne_tune.optimizer.baselines import ASHA, BOHB
from syne_tune.optimizer.scheduler import SchedulerDecision
from tuning import Categorical, Int, Ordinal, Real, Task, Unsupported

METRIC, STEP = "loss", "step"


class SyneTunePeer:
    def __init__(self, task: Task, baseline: Callable[..., Any]) -> None:
        if task.conditional:
            raise Unsupported("conditions")
        fidelity = task.fidelity
        self.scheduler = baseline(
            config_space={d.name: _domain(d) for d in task.dimensions},
            metric=METRIC,
            time_attr=STEP,
            max_t=int(fidelity["max"]),
            grace_period=int(fidelity["min"]),
            reduction_factor=fidelity["eta"],
            random_seed=task.seed,
        )
        self.asked = 0
        self.worst = 0.0
        self.last: dict[int, dict[str, Any]] = {}

    def ask(self) -> tuple[Trial, dict[str, Any]] | None:
        suggestion = self.scheduler.suggest()
        if suggestion is None:
            return None
        return self.add_trial(suggestion.config), dict(suggestion.config)

    def add_trial(self, values: dict[str, Any]) -> Trial:
        """Past the searcher: only for random search, which has nothing to learn from it."""
        trial = Trial(self.asked, values, datetime.datetime.now())
        self.asked += 1
        self.scheduler.on_trial_add(trial)
        return trial

    def report(self, trial: Trial, step: int, loss: float) -> bool:
        # It knows no missing values: what diverged is as bad as the worst so far.
        self.worst = max(self.worst, loss) if math.isfinite(loss) else self.worst
        result = {METRIC: loss if math.isfinite(loss) else self.worst, STEP: step}
        self.last[trial.trial_id] = result
        return self.scheduler.on_trial_result(trial, result) == SchedulerDecision.STOP

    def end(self, trial: Trial, outcome: str) -> None:
        result = self.last.pop(trial.trial_id, None)
        if outcome == "completed" and result is not None:
            self.scheduler.on_trial_complete(trial, result)
        elif outcome == "stopped":
            self.scheduler.on_trial_remove(trial)
        else:
            self.scheduler.on_trial_error(trial)


def _domain(dimension: Real | Int | Ordinal | Categorical) -> Any:
    if isinstance(dimension, Real):
        return (cs.loguniform if dimension.log else cs.uniform)(dimension.low, dimension.high)
    if isinstance(dimension, Int):
        return (cs.lograndint if dimension.log else cs.randint)(dimension.low, dimension.high)
    if isinstance(dimension, Ordinal):
        return cs.randint(0, dimension.count - 1)
    return cs.choice(list(range(dimension.count)))


PEERS: dict[str, Callable[[Task], SyneTunePeer]] = {
    "synetune-asha": lambda task: SyneTunePeer(task, ASHA),
    "synetune-bohb": lambda task: SyneTunePeer(task, BOHB),
}
