"""A peer that needs no package, behind the real driver: it proposes the middle of everything, and stops a training as
soon as it reports more than a quarter of the study's reduction factor."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

PEERS_FOLDER = Path(__file__).resolve().parents[3] / "benchmarks" / "peers"
sys.path.append(str(PEERS_FOLDER))
sys.dont_write_bytecode = True

from tuning import Task, middle  # noqa: E402


class ThresholdPeer:
    def __init__(self, task: Task) -> None:
        self.task = task
        self.cut = task.fidelity["eta"] / 4

    def ask(self) -> tuple[Any, dict[str, Any]]:
        return object(), {d.name: middle(d) for d in self.task.dimensions}

    def add_trial(self, _values: dict[str, Any]) -> Any:
        return object()

    def report(self, _token: Any, _step: int, loss: float) -> bool:
        return loss > self.cut

    def end(self, _token: Any, outcome: str) -> None:
        if outcome not in ("completed", "stopped"):
            raise ValueError(outcome)


PEERS = {"threshold": ThresholdPeer}


if __name__ == "__main__":
    import driver

    driver.FIDELITY_MODULES["threshold"] = __file__
    driver.main()
