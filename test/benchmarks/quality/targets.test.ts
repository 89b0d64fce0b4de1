import { expect, test } from "vitest";
import type { Campaign } from "../../../benchmarks/quality/campaigns.ts";
import { indexRuns } from "../../../benchmarks/quality/comparison.ts";
import { qualityTargets } from "../../../benchmarks/quality/targets.ts";
import { problemNamed, runsOf } from "./records.ts";

const problems = ["one/a", "one/b", "two/a", "two/b"].map((name) => problemNamed(name));
const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const plan: Campaign[] = [
  { methods: ["auto"], problems: ["*"], trials: 200, workers: 1, seeds },
  { methods: ["optuna-gp"], problems: ["one/*"], trials: 200, workers: 1, seeds },
];
const ours = runsOf(["auto"], problems, 20, () => 1);
const planned = runsOf(["optuna-gp"], problems.slice(0, 2), 20, () => 2);

function against(records: ReturnType<typeof runsOf>) {
  const targets = qualityTargets({
    ...{ index: indexRuns(records), plan, facts: problems },
    ...{ methods: ["auto", "optuna-gp"], peers: ["optuna-gp"], workers: [1] },
  });
  return targets.find(({ what }) => what === "`auto` against every peer, 100 trials, sequential")!;
}

test("a choice that beats every peer with all planned seeds meets its target", () => {
  expect(against([...ours, ...planned])).toMatchObject({ met: true });
});

test("a peer is met on the problems that it is planned for, whatever else is on record of it", () => {
  const others = runsOf(["optuna-gp"], problems.slice(2), 3, () => 0.5);
  expect(against([...ours, ...planned, ...others]).measured).toContain("closest optuna-gp 2/0/0; 20 seeds");
});

test("a choice that a peer beats where it is planned misses its target", () => {
  const better = runsOf(["optuna-gp"], problems.slice(0, 2), 20, () => 0.5);
  expect(against([...ours, ...better])).toMatchObject({ met: false });
});
