"""Optuna 5: one study in memory, asked and told. Conditions are written as its users do, by asking for what is active.

Half-rank warped targets for the GP sampler: `GPSampler` standardises all values so far at each suggestion in one
module function, `optuna.samplers._gp.sampler._standardize_values`. It is replaced for this sampler's calls by one that
first applies Vizier's half-rank warp (algorithm and constants of OSS Vizier's `HalfRankComponent`), so the surrogate,
the incumbent and the acquisition all see warped targets, refitted from scratch each time.
"""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import optuna
from optuna.samplers._gp import sampler as gp_sampler
from scipy.stats import norm
from tuning import Categorical, Int, Ordinal, Real, Task, Unsupported

optuna.logging.set_verbosity(optuna.logging.ERROR)

plain_standardize = gp_sampler._standardize_values

# For up to three objectives, and for more.
GENETIC = (optuna.samplers.NSGAIISampler, optuna.samplers.NSGAIIISampler)


class OptunaPeer:
    def __init__(self, task: Task, sampler: optuna.samplers.BaseSampler) -> None:
        self.task = task
        self.study = optuna.create_study(directions=["minimize"] * task.objectives, sampler=sampler)

    def ask(self) -> tuple[Any, dict[str, Any]]:
        trial = self.study.ask()
        return trial, self._suggest(trial)

    def tell(self, trial: optuna.Trial, losses: list[float] | None) -> None:
        if losses is None:
            self.study.tell(trial, state=optuna.trial.TrialState.FAIL)
        else:
            self.study.tell(trial, losses)

    def add(self, values: dict[str, Any], losses: list[float] | None) -> None:
        self.study.enqueue_trial(values)
        trial, _ = self.ask()
        self.tell(trial, losses)

    def _suggest(self, trial: optuna.Trial) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for dimension in self.task.dimensions:
            if self.task.is_active(dimension.name, values):
                values[dimension.name] = _value(trial, dimension)
        return values


def _value(trial: optuna.Trial, dimension: Real | Int | Ordinal | Categorical) -> Any:
    name = dimension.name
    if isinstance(dimension, Real):
        return trial.suggest_float(name, dimension.low, dimension.high, log=dimension.log)
    if isinstance(dimension, Int):
        return trial.suggest_int(name, dimension.low, dimension.high, log=dimension.log)
    if isinstance(dimension, Ordinal):
        return trial.suggest_int(name, 0, dimension.count - 1)
    return trial.suggest_categorical(name, list(range(dimension.count)))


def half_rank(values: np.ndarray) -> np.ndarray:
    """Maximised values, n x 1: those below the median become quantiles of a Normal around it, by dense rank."""
    y = values[:, 0]
    median = np.median(y)
    unique = np.unique(y)
    good = unique[unique >= median]
    deviation = np.sqrt(np.mean((good - median) ** 2))
    if deviation == 0:
        deviation = np.abs(unique - median).max()
    below = unique[unique < median]
    count = len(below) + 0.5 * float(np.any(unique == median))
    if len(below) == 0 or deviation == 0:
        return values
    quantiles = median + deviation * norm.ppf(0.5 * (np.arange(1, len(below) + 1) - 0.5) / count)
    warped = y.copy()
    mask = y < median
    warped[mask] = quantiles[np.searchsorted(below, y[mask])]
    return warped[:, None]


class WarpedGPSampler(optuna.samplers.GPSampler):
    def _sample_relative_impl(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        gp_sampler._standardize_values = lambda values: plain_standardize(half_rank(values))
        try:
            return super()._sample_relative_impl(*args, **kwargs)
        finally:
            gp_sampler._standardize_values = plain_standardize


class AutoPeer(OptunaPeer):
    """The rule of OptunaHub's AutoSampler, rebuilt from Optuna's own samplers: no package ships it, its users' programs
    download it at run time. The first trial is random. One objective: joint TPE from the first unordered choice or
    condition seen, else the GP up to GP_TRIALS results, then CMA-ES that starts from them. Several: TPE under
    conditions; else up to GP_TRIALS results the GP, TPE for unordered choices or four objectives, then NSGA-II or -III.
    """

    GP_TRIALS = 250

    def __init__(self, task: Task) -> None:
        # One seed for each sampler: from the same one, the GP's own random start would repeat the first trial.
        self.seeds = np.random.RandomState(task.seed % 2**32)
        super().__init__(task, optuna.samplers.RandomSampler(seed=self._seed()))

    def ask(self) -> tuple[Any, dict[str, Any]]:
        completed = self.study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))
        kind = self._kind(completed) if completed else type(self.study.sampler)
        if kind is not type(self.study.sampler):
            self.study.sampler = self._create(kind, completed)
        trial, values = super().ask()
        if self.task.objectives > 1 and kind not in GENETIC:
            # So that the genetic algorithm finds its first generation.
            key = self._genetic()._get_generation_key()
            self.study._storage.set_trial_system_attr(trial._trial_id, key, 0)
        return trial, values

    def _kind(self, completed: list[optuna.trial.FrozenTrial]) -> type[optuna.samplers.BaseSampler]:
        samplers, several = optuna.samplers, self.task.objectives > 1
        conditional = len({frozenset(trial.params) for trial in completed}) > 1
        unordered = any(isinstance(d, Categorical) for d in self.task.dimensions)
        few = len(completed) < self.GP_TRIALS
        if conditional or (unordered and (few or not several)):
            return samplers.TPESampler
        if few:
            return samplers.GPSampler if self.task.objectives < 4 else samplers.TPESampler
        return self._genetic() if several else samplers.CmaEsSampler

    def _genetic(self) -> type[optuna.samplers.BaseSampler]:
        return GENETIC[0] if self.task.objectives < 4 else GENETIC[1]

    def _create(
        self, kind: type[optuna.samplers.BaseSampler], completed: list[optuna.trial.FrozenTrial]
    ) -> optuna.samplers.BaseSampler:
        if kind is optuna.samplers.TPESampler:
            return kind(seed=self._seed(), multivariate=True, constant_liar=True)
        if kind is optuna.samplers.CmaEsSampler:
            first = sorted(completed, key=lambda trial: trial.datetime_complete)[: self.GP_TRIALS]
            return kind(seed=self._seed(), source_trials=first)
        return kind(seed=self._seed())

    def _seed(self) -> int:
        return int(self.seeds.randint(2**31 - 1))


def tpe(task: Task) -> OptunaPeer:
    return OptunaPeer(task, optuna.samplers.TPESampler(seed=task.seed))


def tpe_univariate(task: Task) -> OptunaPeer:
    return OptunaPeer(task, optuna.samplers.TPESampler(seed=task.seed, multivariate=False))


def tpe_group(task: Task) -> OptunaPeer:
    return OptunaPeer(task, optuna.samplers.TPESampler(seed=task.seed, multivariate=True, group=True))


def gp(task: Task) -> OptunaPeer:
    return OptunaPeer(task, optuna.samplers.GPSampler(seed=task.seed, warn_independent_sampling=False))


def gp_warped(task: Task) -> OptunaPeer:
    if task.objectives > 1:
        raise Unsupported("the warp is of one objective")
    return OptunaPeer(task, WarpedGPSampler(seed=task.seed, warn_independent_sampling=False))


def cmaes(task: Task) -> OptunaPeer:
    if task.objectives > 1:
        raise Unsupported("several objectives")
    # With the margin it breaks off as soon as parameters come and go.
    margin = task.discrete and not task.conditional
    sampler = optuna.samplers.CmaEsSampler(seed=task.seed, with_margin=margin, warn_independent_sampling=False)
    return OptunaPeer(task, sampler)


def nsga2(task: Task) -> OptunaPeer:
    return OptunaPeer(task, optuna.samplers.NSGAIISampler(seed=task.seed))


def random(task: Task) -> OptunaPeer:
    return OptunaPeer(task, optuna.samplers.RandomSampler(seed=task.seed))


PEERS: dict[str, Callable[[Task], OptunaPeer]] = {
    "optuna-auto": AutoPeer,
    "optuna-tpe": tpe,
    "optuna-tpe-univariate": tpe_univariate,
    "optuna-tpe-group": tpe_group,
    "optuna-gp": gp,
    "optuna-gp-warped": gp_warped,
    "optuna-cmaes": cmaes,
    "optuna-nsga2": nsga2,
    "optuna-random": random,
}
