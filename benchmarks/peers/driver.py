"""Drives one peer: JSON lines on stdin, one answer each on stdout.

    {"op": "init", "peer", "space", "objectives", "seed", "budget", "workers"} -> {"versions"}
    {"op": "enqueue", "params"} -> {}           a starting point: `ask` hands it out before anything of the peer's own
    {"op": "ask"} -> {"id", "params", "seconds"}  id null: nothing as long as no trial finishes
    {"op": "ask", "params"} -> the same         to a peer that ends trainings early: the next trial has these parameters
    {"op": "report", "id", "step", "loss"} -> {"stop", "seconds"}  to a peer that ends trainings early, one whose `init`
                                             had "fidelity": {"min", "max", "eta"}; a loss of null: not finite
    {"op": "end", "id", "outcome"} -> {"seconds"}  to the same, in place of tell: "completed", "stopped" or "lost"
    {"op": "tell", "id", "losses"} -> {"seconds"}  a loss of null: training diverged
    {"op": "quit"}

`seconds`: real time that the peer took. Failures answer {"unsupported": reason} or {"error": text}, and a next `init`
starts afresh. `driver.py --versions NAME…` prints the installed versions of these packages as one JSON object.
"""

from __future__ import annotations

import os

# Before any import of NumPy, PyTorch or JAX: every tuner is measured on one thread.
for variable in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB"):
    os.environ[f"{variable}_NUM_THREADS"] = "1"
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import ctypes
import importlib.metadata
import importlib.util
import json
import logging
import math
import signal
import sys
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE))
sys.dont_write_bytecode = True

from tuning import Task, Unsupported  # noqa: E402

# Which file of this folder knows the peer.
MODULES = {
    "optuna": "optuna/samplers.py",
    "nevergrad": "nevergrad/ngopt.py",
    "smac": "smac/hpo.py",
    "ax": "ax/client.py",
    "hebo": "hebo/optimizer.py",
    "vizier": "vizier/designer.py",
}
# The same for peers that are told each step of a training.
FIDELITY_MODULES = {
    "optuna": "optuna/pruners.py",
    "synetune": "synetune/schedulers.py",
}


def versions(packages: list[str]) -> dict[str, str | None]:
    def version(name: str) -> str | None:
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            return None

    return {name: version(name) for name in packages}


def load(peer: str, modules: dict[str, str]) -> Any:
    family = peer.split("-")[0]
    # By path, because a folder named like the package it drives must never shadow it.
    spec = importlib.util.spec_from_file_location(f"peer_{family}", HERE / modules[family])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Session:
    """One study of one peer, with the starting points that go before its own."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.task = Task(
            space=request["space"],
            objectives=request["objectives"],
            seed=request["seed"],
            budget=request["budget"],
            workers=request["workers"],
            fidelity=request.get("fidelity"),
        )
        name = request["peer"]
        modules = MODULES if self.task.fidelity is None else FIDELITY_MODULES
        self.peer = load(name, modules).PEERS[name](self.task)
        self.tokens: dict[int, Any] = {}
        self.enqueued: list[dict[str, Any]] = []
        self.given: dict[int, dict[str, Any]] = {}
        self.next_id = 0

    def ask_for(self, params: dict[str, Any]) -> dict[str, Any]:
        number, self.next_id = self.next_id, self.next_id + 1
        before = time.perf_counter()
        self.tokens[number] = self.peer.add_trial(self.task.encode(params))
        return {"id": number, "params": params, "seconds": time.perf_counter() - before}

    def ask(self) -> dict[str, Any]:
        number, self.next_id = self.next_id, self.next_id + 1
        if self.enqueued:
            self.given[number] = self.enqueued.pop(0)
            return {"id": number, "params": self.given[number], "seconds": 0}
        before = time.perf_counter()
        proposal = self.peer.ask()
        seconds = time.perf_counter() - before
        if proposal is None:
            return {"id": None, "params": {}, "seconds": seconds}
        self.tokens[number], values = proposal
        return {"id": number, "params": plain(self.task.decode(values)), "seconds": seconds}

    def report(self, number: int, step: int, loss: float | None) -> dict[str, Any]:
        before = time.perf_counter()
        stop = self.peer.report(self.tokens[number], step, math.nan if loss is None else loss)
        return {"stop": bool(stop), "seconds": time.perf_counter() - before}

    def end(self, number: int, outcome: str) -> dict[str, Any]:
        before = time.perf_counter()
        self.peer.end(self.tokens.pop(number), outcome)
        return {"seconds": time.perf_counter() - before}

    def tell(self, number: int, losses: list[float | None]) -> dict[str, Any]:
        finite = all(loss is not None and math.isfinite(loss) for loss in losses)
        told = losses if finite else None
        before = time.perf_counter()
        if number in self.given:
            self.peer.add(self.task.encode(self.given.pop(number)), told)
        else:
            self.peer.tell(self.tokens.pop(number), told)
        return {"seconds": time.perf_counter() - before}


def plain(params: dict[str, Any]) -> dict[str, Any]:
    """NumPy scalars to what JSON knows."""
    return {name: value.item() if hasattr(value, "item") else value for name, value in params.items()}


def answer(state: dict[str, Session], request: dict[str, Any]) -> dict[str, Any]:
    op = request["op"]
    if op == "init":
        state["session"] = Session(request)
        return {}
    session = state["session"]
    if op == "enqueue":
        session.enqueued.append(request["params"])
        return {}
    if op == "ask":
        return session.ask_for(request["params"]) if "params" in request else session.ask()
    if op == "tell":
        return session.tell(request["id"], request["losses"])
    if op == "report":
        return session.report(request["id"], request["step"], request["loss"])
    if op == "end":
        return session.end(request["id"], request["outcome"])
    raise ValueError(f"unknown op {op}")


def end_with_parent() -> None:
    """A driver deep in a model's fit would not notice that its parent is gone (Linux: PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def quiet() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)


def main() -> None:
    if sys.argv[1:2] == ["--versions"]:
        print(json.dumps(versions(sys.argv[2:])))
        return
    end_with_parent()
    quiet()
    # Libraries print to stdout as they please; the answers have a channel of their own.
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    state: dict[str, Session] = {}
    for line in sys.stdin:
        request = json.loads(line)
        if request["op"] == "quit":
            return
        try:
            reply = answer(state, request)
        except Unsupported as reason:
            reply = {"unsupported": str(reason)}
        except Exception as error:  # noqa: BLE001: a peer's crash is a result
            traceback.print_exc()
            reply = {"error": f"{type(error).__name__}: {error}"[:500]}
        channel.write(json.dumps(reply) + "\n")
        channel.flush()


if __name__ == "__main__":
    main()
