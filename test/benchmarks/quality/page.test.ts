import { describe, expect, test } from "vitest";
import type { Campaign } from "../../../benchmarks/quality/campaigns.ts";
import { indexRuns } from "../../../benchmarks/quality/comparison.ts";
import { reportPage } from "../../../benchmarks/quality/page/index.ts";
import type { Recorded } from "../../../benchmarks/quality/targets.ts";
import type { TimingFigure } from "../../../benchmarks/suggestion/tasks.ts";
import { problemNamed, runOf, runsOf } from "./records.ts";
import { expectWellFormed } from "./well-formed.ts";

const facts = ["one/a", "one/b", "two/a"].map((name) => problemNamed(name));
const methods = ["auto", "tpe", "optuna-tpe", "smac"];
const plan: Campaign[] = [{ methods, problems: ["*"], trials: 200, workers: 1, seeds: [0, 1] }];
const regrets: Record<string, number> = { auto: 0, tpe: 0.2, "optuna-tpe": 0.3 };
const records = [
  ...runsOf(Object.keys(regrets), facts, 2, (method, _, seed) => regrets[method]! * (1 + seed / 10)),
  runOf({ method: "smac", problem: "one/a", status: "failed", error: "no space | left\non device" }),
];
const recorded: Recorded = {
  ...{ index: indexRuns(records), plan, facts, methods, peers: ["optuna-tpe", "smac"], workers: [1, 8] },
};
const timing: TimingFigure[] = [100, 1000].map((trials) => ({
  ...{ kind: "suggestion", method: "tpe", dimensions: 10, trials, version: "1", date: "", machine: "" },
  ...{ value: trials / 100, p95: trials / 50, first: trials, wall: trials / 100 },
}));

const { text, pictures } = reportPage(recorded, timing);

describe("the page of the report", () => {
  test("has tables whose rows all have as many cells as their head", () => {
    const tables = text
      .trim()
      .split("\n\n")
      .filter((paragraph) => paragraph.startsWith("|"));
    expect(tables.length).toBeGreaterThan(8);
    for (const table of tables) {
      const cells = table.split("\n").map((line) => line.replaceAll("\\|", "").split("|").length);
      expect(new Set(cells).size).toBe(1);
    }
  });

  test("shows each of its pictures, and no other", () => {
    const shown = [...text.matchAll(/\]\(quality\/([^)]+)\)/g)].map(([, file]) => file);
    expect(shown).toEqual(pictures.map(({ file }) => file));
    expect(shown).toContain("regret-one-1.svg");
    expect(shown).toContain("ranks-100-1.svg");
    expect(shown).toContain("suggestion-time.svg");
  });

  test("draws all of them well-formed, a regret of 0 included", () => {
    for (const { svg } of pictures) expectWellFormed(svg);
  });

  test("ranks the compared methods, the best first, and says why another is missing", () => {
    const section = text.slice(
      text.indexOf("### 100 trials, sequential"),
      text.indexOf("### 200 trials, sequential"),
    );
    const order = [...section.matchAll(/^\| ([a-z-]+) \|/gm)].map(([, method]) => method);
    expect(order).toEqual(["auto", "tpe", "optuna-tpe"]);
    expect(section).toContain("3 problems that all of these did, at least 2 seeds.");
    expect(section).toContain("Not compared: smac (not measured).");
  });

  test("counts for each method the problems on which it is worse than ours beyond noise", () => {
    expect(text).toContain("| against auto |  | 0/0/3 | 0/0/3 |");
  });

  test("lists runs that failed, with what they said", () => {
    expect(text).toContain("| smac | 1 | one/a | failed: no space \\| left on device |");
  });

  test("says nothing of a number of workers that was not measured", () => {
    expect(text).not.toContain("8 workers");
  });
});
