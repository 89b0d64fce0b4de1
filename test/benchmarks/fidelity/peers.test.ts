import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import { type FidelityPeer, openPeerTuner } from "../../../benchmarks/fidelity/peers.ts";
import { simulate } from "../../../benchmarks/fidelity/simulate.ts";
import { createStudyTuner, specOf } from "../../../benchmarks/fidelity/study-tuner.ts";
import { connectPeer } from "../../../benchmarks/peers/peer-process.ts";
import { line, train } from "./line.ts";

/** A peer that needs no package, behind the real driver: it stops whatever reports more than `fidelity.eta` / 4. */
const command = { file: "python3", args: [new URL("./threshold.py", import.meta.url).pathname] };
const hasPython = spawnSync("python3", ["--version"]).status === 0;

const peer = (sampler: FidelityPeer["sampler"]): FidelityPeer => ({
  ...{ name: "threshold", environment: "main", packages: [], note: "", sampler },
  listens: () => "steps",
});
const started: { kill(): void }[] = [];
afterEach(() => {
  for (const process of started.splice(0)) process.kill();
});

async function run(sampler: FidelityPeer["sampler"]) {
  const { request, kill } = connectPeer(peer(sampler), command);
  started.push({ kill });
  const tuner = await openPeerTuner(request, peer(sampler), line, { workers: 2, seed: 3, trials: 100 });
  return simulate(line, tuner, { workers: 2, seed: 3, horizon: 40 });
}

describe.skipIf(!hasPython)("a peer that ends trainings early", () => {
  test("is told each step, and what it stops is not trained on", async () => {
    const { observations, completed } = await run("own");
    // It proposes 0.5, of which the first report is 1.39: more than it takes.
    expect(observations.length).toBeGreaterThan(10);
    expect(Math.max(...observations.map(({ step }) => step))).toBe(1);
    expect(completed.size).toBe(0);
  });

  test("with random search it trains the points that ours draws", async () => {
    const { trainings } = await run("given");
    const options = { workers: 100, seed: 3 };
    const ours = createStudyTuner(line, specOf(line, { algorithm: "random" }, options), "budgets");
    for (const training of trainings.values()) {
      const job = await ours.ask();
      expect(training.lossAt(9)).toBe(train(job!.params).lossAt(9));
    }
  });
});
