import { describe, expect, test } from "vitest";
import { createAutoSearch } from "../../../algorithms/auto/auto.ts";
import { ENGINES } from "../../../algorithms/auto/engines.ts";
import { auto } from "../../../algorithms/auto/index.ts";
import type { Phase } from "../../../algorithms/auto/plan.ts";
import { createGuidedSearch } from "../../../algorithms/common/guided-search.ts";
import type { Algorithm } from "../../../core/algorithm.ts";
import { createProblem } from "../../../core/problem.ts";
import { bowl, play, rngOf } from "../../support/play-search.ts";
import { SPACES } from "../../support/spaces.ts";

const OPTIONS = { objectives: 1, constraints: 0, maxTrials: 60, parallelism: 1, seed: 4, fidelity: null };
const problem = createProblem(SPACES.numeric, OPTIONS);

const PLAN: readonly Phase[] = [
  { until: 8, engines: ["tpe", "rf"], reason: "test" },
  { until: 16, engines: ["cmaes"], reason: "test" },
  { until: null, engines: ["gp"], reason: "test" },
];

describe("the automatic search", () => {
  test("asks the engines of a phase in turn, and those of the next once results are in", () => {
    const { starts } = play(createAutoSearch(problem, PLAN, ENGINES), problem, { trials: 20 });
    const engines = starts.map(({ why }) => why.inputs.engine);
    expect(engines.slice(0, 8)).toEqual(["tpe", "rf", "tpe", "rf", "tpe", "rf", "tpe", "rf"]);
    expect(engines.slice(8, 16)).toEqual(new Array(8).fill("cmaes"));
    expect(engines.slice(16)).toEqual(new Array(4).fill("gp"));
  });

  test("counts results, not trials that were started: parallel ones stay with the engine in charge", () => {
    const { starts } = play(createAutoSearch(problem, PLAN, ENGINES), problem, { trials: 12, parallel: 4 });
    const engines = starts.map(({ why }) => why.inputs.engine);
    expect(engines.slice(8, 11)).not.toContain("cmaes");
    expect(engines.at(-1)).toBe("cmaes");
  });

  test("an engine that comes late has learned from the whole log: it proposes at once, with no design of its own", () => {
    const { starts } = play(createAutoSearch(problem, PLAN, ENGINES), problem, { trials: 18 });
    expect(starts.at(-1)!.why).toMatchObject({ rule: "gp-log-ei", inputs: { results: 17 } });
  });

  test("goes on with TPE where an engine fails, and says so", () => {
    const broken: Algorithm = {
      ...ENGINES.gp,
      create: (given) =>
        createGuidedSearch(given, { name: "gp" }, () => ({
          propose: () => {
            throw new Error("the matrix is singular");
          },
        })),
    };
    const search = createAutoSearch(problem, [{ until: null, engines: ["gp"], reason: "test" }], {
      ...ENGINES,
      gp: broken,
    });
    const { starts } = play(search, problem, { trials: 30 });
    expect(starts[0]!.why.inputs.engine).toBe("gp");
    expect(starts.at(-1)!.why).toMatchObject({
      rule: "tpe",
      inputs: { engine: "tpe", insteadOf: "gp", cause: "the matrix is singular" },
      text: expect.stringContaining("In place of gp: the matrix is singular."),
    });
  });

  test("rebuilt from the log it goes on with the same engine and the same point", () => {
    const search = createAutoSearch(problem, PLAN, ENGINES);
    const { events } = play(search, problem, { trials: 22, parallel: 3, ending: bowl });
    const again = createAutoSearch(problem, PLAN, ENGINES);
    for (const event of events) again.observe(event);
    expect(again.suggest(rngOf(problem, 22))).toStrictEqual(search.suggest(rngOf(problem, 22)));
  });

  test("changes its version whenever that of an engine changes", () => {
    const sum = Object.values(ENGINES).reduce((total, { version }) => total + version, 0);
    expect(auto.version).toBeGreaterThan(sum);
  });
});
