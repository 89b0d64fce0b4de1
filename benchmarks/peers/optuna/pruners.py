"""Optuna 5's pruners: a training reports each step, and is told whether to go on. What is pruned never comes back.

The least resource, the largest and the reduction factor are those of the study; everything else is as Optuna has it.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any, Callable

import optuna
from tuning import Task

# By path: this folder must not shadow the package it drives.
_spec = importlib.util.spec_from_file_location("peer_optuna_samplers", Path(__file__).with_name("samplers.py"))
samplers = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = samplers
_spec.loader.exec_module(samplers)


class PrunedPeer(samplers.OptunaPeer):
    def __init__(self, task: Task, sampler: optuna.samplers.BaseSampler, pruner: optuna.pruners.BasePruner) -> None:
        super().__init__(task, sampler)
        # Without a study of its own name, Hyperband would deal the same trials to the same brackets in every run.
        self.study = optuna.create_study(study_name=f"seed-{task.seed}", sampler=sampler, pruner=pruner)
        self.losses: dict[int, float] = {}

    def add_trial(self, values: dict[str, Any]) -> optuna.Trial:
        self.study.enqueue_trial(values)
        return self.ask()[0]

    def report(self, trial: optuna.Trial, step: int, loss: float) -> bool:
        trial.report(loss, step)
        self.losses[trial.number] = loss
        return trial.should_prune()

    def end(self, trial: optuna.Trial, outcome: str) -> None:
        loss = self.losses.pop(trial.number, None)
        if outcome == "stopped":
            self.study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        elif outcome == "lost" or loss is None or loss != loss:
            self.study.tell(trial, state=optuna.trial.TrialState.FAIL)
        else:
            self.study.tell(trial, loss)


def successive_halving(task: Task) -> optuna.pruners.BasePruner:
    fidelity = task.fidelity
    return optuna.pruners.SuccessiveHalvingPruner(
        min_resource=int(fidelity["min"]), reduction_factor=int(fidelity["eta"])
    )


def hyperband(task: Task) -> optuna.pruners.BasePruner:
    fidelity = task.fidelity
    return optuna.pruners.HyperbandPruner(
        min_resource=int(fidelity["min"]), max_resource=int(fidelity["max"]), reduction_factor=int(fidelity["eta"])
    )


def median(_task: Task) -> optuna.pruners.BasePruner:
    return optuna.pruners.MedianPruner()


SAMPLERS = {
    "random": lambda task: optuna.samplers.RandomSampler(seed=task.seed),
    "tpe": lambda task: optuna.samplers.TPESampler(seed=task.seed),
}
PRUNERS = {"asha": successive_halving, "hyperband": hyperband, "median": median}


def _peer(pruner: str, sampler: str) -> Callable[[Task], PrunedPeer]:
    return lambda task: PrunedPeer(task, SAMPLERS[sampler](task), PRUNERS[pruner](task))


PEERS: dict[str, Callable[[Task], PrunedPeer]] = {
    f"optuna-{pruner}-{sampler}": _peer(pruner, sampler) for pruner in PRUNERS for sampler in SAMPLERS
}
