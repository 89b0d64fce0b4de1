import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { findSchedule } from "../../algorithms/fidelity/index.ts";
import { findAlgorithm } from "../../algorithms/index.ts";
import { checkStudy, studySpecSchema } from "../../core/study.ts";

const folders = readdirSync("examples", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

test("there are examples", () => {
  expect(folders).toContain("digits");
});

const files = folders.flatMap((folder) =>
  readdirSync(`examples/${folder}`)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => `examples/${folder}/${name}`),
);

test.each(folders)("examples/%s has a study of its name", (folder) => {
  expect(parse(readFileSync(`examples/${folder}/study.yaml`, "utf8")).name).toBe(folder);
});

test.each(files)("%s is accepted as it is written", (file) => {
  const spec = studySpecSchema.parse(parse(readFileSync(file, "utf8")));
  expect(checkStudy(spec)).toEqual([]);
  if (spec.fidelity) findSchedule(spec.fidelity.schedule.name);
  const algorithm = findAlgorithm(spec.algorithm.name);
  expect(algorithm.config.safeParse(spec.algorithm.config).success).toBe(true);
});
