import { expect, test } from "vitest";
import { longSearch } from "../../../benchmarks/problems/long-search.ts";
import { definitions } from "../../../benchmarks/problems/synthetic/index.ts";

const chosen = definitions.filter(({ name }) => ["hpo_mixed_6", "jenatton_tree", "pipeline"].includes(name));

test.each(chosen)(
  "a long search of $name comes close to its optimum, the same way each time",
  (definition) => {
    const { name, parameters, loss, optimum } = definition;
    const space = { parameters, constraints: [] };
    const found = longSearch(name, space, loss, 8000);
    expect(found).toBeGreaterThanOrEqual(optimum.loss - 1e-12);
    expect(found).toBeLessThan(optimum.loss + 1e-3);
    expect(longSearch(name, space, loss, 8000)).toBe(found);
  },
);

test("a long search takes about as many evaluations as it was given", () => {
  const { name, parameters, loss } = chosen[0]!;
  let evaluations = 0;
  const counted = (params: Parameters<typeof loss>[0]) => {
    evaluations++;
    return loss(params);
  };
  longSearch(name, { parameters, constraints: [] }, counted, 4000);
  expect(evaluations).toBeGreaterThan(3000);
  expect(evaluations).toBeLessThanOrEqual(4000);
});
