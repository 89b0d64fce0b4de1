"""Fills an Optuna storage with a study like the one that Fettle's dashboard is measured with.

Usage: dashboard.py STORAGE_URL TRIALS STEPS
"""

import random
import sys

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial

DISTRIBUTIONS = {
    "lr": FloatDistribution(1e-5, 1, log=True),
    "weight_decay": FloatDistribution(1e-6, 0.1, log=True),
    "width": IntDistribution(8, 512, log=True),
    "dropout": FloatDistribution(0, 0.9),
    "batch": CategoricalDistribution([16, 32, 64, 128]),
    "optimizer": CategoricalDistribution(["sgd", "adam", "rmsprop"]),
}


def trial(number: int, steps: int, rng: random.Random) -> optuna.trial.FrozenTrial:
    lr, decay, width, dropout = (rng.random() for _ in range(4))
    loss = 0.08 + 0.4 * (lr - 0.5) ** 2 + 0.2 * (dropout - 0.3) ** 2 + 0.03 * rng.random()
    fate = rng.random()
    state = TrialState.COMPLETE if fate < 0.65 else TrialState.PRUNED if fate < 0.97 else TrialState.FAIL
    length = steps if state == TrialState.COMPLETE else max(1, steps // 3)
    return create_trial(
        state=state,
        value=loss if state == TrialState.COMPLETE else None,
        params={
            "lr": 10 ** (5 * lr - 5),
            "weight_decay": 10 ** (5 * decay - 6),
            "width": min(512, round(8 * 64**width)),
            "dropout": 0.9 * dropout,
            "batch": rng.choice([16, 32, 64, 128]),
            "optimizer": rng.choice(["sgd", "adam", "rmsprop"]),
        },
        distributions=DISTRIBUTIONS,
        intermediate_values={step: loss * (1 + 2 / step - 2 / length) for step in range(1, length + 1)},
    )


def main(storage: str, trials: int, steps: int) -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    rng = random.Random(7)
    study = optuna.create_study(storage=storage, study_name="small", direction="minimize")
    study.add_trials([trial(number, steps, rng) for number in range(trials)])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
