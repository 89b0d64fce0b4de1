"""A peer that needs no package, behind the real driver: it proposes the values that it was last given as a starting
point, or the middle of everything. Parameters of some names make it do what peers do:

    told, failed   it proposes how many losses, and how many failures, it has been told so far
    broken         it throws when it is asked
    endless        it computes forever when it is asked

It keeps at most `workers` trials running, prints while it thinks, and a loss of 666 ends its process.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

PEERS_FOLDER = Path(__file__).resolve().parents[3] / "benchmarks" / "peers"
sys.path.append(str(PEERS_FOLDER))
sys.dont_write_bytecode = True

from tuning import Task, Unsupported, middle  # noqa: E402


class EchoPeer:
    def __init__(self, task: Task) -> None:
        if task.objectives > 1:
            raise Unsupported("several objectives")
        self.task = task
        self.values = {d.name: middle(d) for d in task.dimensions}
        self.counts = {"told": 0, "failed": 0}
        self.running = 0

    def ask(self) -> tuple[Any, dict[str, Any]] | None:
        print("thinking", flush=True)
        if "broken" in self.values:
            raise ValueError("it is broken")
        while "endless" in self.values:
            time.sleep(0.01)
        if self.running == self.task.workers:
            return None
        self.running += 1
        counts = {name: count for name, count in self.counts.items() if name in self.values}
        return object(), {**self.values, **counts}

    def tell(self, token: Any, losses: list[float] | None) -> None:
        self.running -= 1
        self._learn(losses)

    def add(self, values: dict[str, Any], losses: list[float] | None) -> None:
        self.values.update(values)
        self._learn(losses)

    def _learn(self, losses: list[float] | None) -> None:
        if losses == [666]:
            print("out of memory", file=sys.stderr, flush=True)
            os._exit(7)
        self.counts["failed" if losses is None else "told"] += 1


PEERS = {"echo": EchoPeer}


if __name__ == "__main__":
    import driver

    driver.MODULES["echo"] = __file__
    driver.main()
