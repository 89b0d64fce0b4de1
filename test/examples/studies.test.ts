import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { findAlgorithm } from "../../algorithms/index.ts";
import { checkStudy, studySpecSchema } from "../../core/study.ts";

const folders = readdirSync("examples", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

test("there are examples", () => {
  expect(folders).toContain("digits");
});

test.each(folders)("the study of examples/%s is accepted as it is written", (folder) => {
  const spec = studySpecSchema.parse(parse(readFileSync(`examples/${folder}/study.yaml`, "utf8")));
  expect(checkStudy(spec)).toEqual([]);
  expect(spec.name).toBe(folder);
  const algorithm = findAlgorithm(spec.algorithm.name);
  expect(algorithm.config.safeParse(spec.algorithm.config).success).toBe(true);
});
