"""Trials per second of Optuna on a relational database: ask, report 20 intermediate values, tell.

Usage: lifecycle.py SERVER_URL WORKERS TRIALS
Makes a database of its own on that PostgreSQL server.
Prints one JSON line: {"trialsPerSecond": ..., "completed": ..., "version": ...}.
"""

import json
import multiprocessing
import sys
import time

import optuna
import psycopg2

POINTS = 20


def objective(trial: optuna.Trial) -> float:
    trial.suggest_float("lr", 1e-5, 1, log=True)
    trial.suggest_int("width", 8, 512)
    trial.suggest_float("dropout", 0, 0.9)
    trial.suggest_categorical("optimizer", ["sgd", "adam", "rmsprop"])
    for step in range(POINTS):
        trial.report(1 / (step + 1), step)
    return 1 / POINTS


def own_database(server_url: str) -> str:
    connection = psycopg2.connect(server_url)
    connection.autocommit = True
    name = f"optuna_{time.time_ns()}"
    connection.cursor().execute(f"create database {name}")
    connection.close()
    base = server_url.rsplit("/", 1)[0].split("://", 1)[1]
    return f"postgresql+psycopg2://{base}/{name}"


def storage_of(url: str) -> optuna.storages.RDBStorage:
    # With a heartbeat, as in our own measurement.
    return optuna.storages.RDBStorage(url, heartbeat_interval=10)


def work(url: str, name: str, trials: int) -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.RandomSampler()
    study = optuna.load_study(study_name=name, storage=storage_of(url), sampler=sampler)
    study.optimize(objective, n_trials=trials)


def main() -> None:
    url, workers, trials = own_database(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(storage=storage_of(url), study_name=f"lifecycle-{time.time_ns()}")
    context = multiprocessing.get_context("spawn")
    share = trials // workers
    processes = [context.Process(target=work, args=(url, study.study_name, share)) for _ in range(workers)]
    started = time.perf_counter()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    # The interpreters' start is part of the peer's own cost only up to the first trial.
    first = min(trial.datetime_start for trial in study.trials)
    last = max(trial.datetime_complete for trial in study.trials)
    completed = sum(trial.state == optuna.trial.TrialState.COMPLETE for trial in study.trials)
    seconds = (last - first).total_seconds() or time.perf_counter() - started
    print(json.dumps({"trialsPerSecond": completed / seconds, "completed": completed, "version": optuna.__version__}))


if __name__ == "__main__":
    main()
