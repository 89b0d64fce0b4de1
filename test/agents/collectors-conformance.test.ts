import { expect, test } from "vitest";
import { collectors } from "../../agents/collectors/index.ts";
import { describeCollector } from "../suites/collector-conformance.ts";

for (const collector of Object.values(collectors)) describeCollector(collector as never);

test("every collector is registered under its own name", () => {
  for (const [name, { kind }] of Object.entries(collectors)) expect(kind).toBe(name);
});
