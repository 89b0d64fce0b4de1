import { expect, test } from "vitest";
import { loadStudyFile, parseStudy } from "../../cli/study-file.ts";
import { FettleError } from "../../core/errors.ts";

const parsed = (text: string) => parseStudy(text, "study.yaml", "/home/me/project").study;

function refusal(text: string): FettleError {
  try {
    parsed(text);
  } catch (error) {
    if (error instanceof FettleError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

test("a command runs beside its file", () => {
  expect(parsed("command: [a]").workingDirectory).toBe("/home/me/project");
  expect(parsed("command: [a]\nworkingDirectory: train").workingDirectory).toBe("/home/me/project/train");
  expect(parsed("command: [a]\nworkingDirectory: /srv").workingDirectory).toBe("/srv");
});

test("a study without a command has no working directory", () => {
  expect(parsed("name: x")).toEqual({ name: "x" });
});

test("a working directory that is no text is left for the server to refuse", () => {
  expect(parsed("command: [a]\nworkingDirectory: 3").workingDirectory).toBe(3);
});

test("JSON is read as well", () => {
  expect(parsed('{"name": "x", "seed": 3}')).toEqual({ name: "x", seed: 3 });
});

test("YAML that is broken is refused with its line", () => {
  const error = refusal("name: x\nparameters: [a\n");
  expect(error.code).toBe("invalid-study");
  expect(error.message).toMatch(/study\.yaml is not valid YAML: .*line [23]/);
});

test("a key that stands twice is refused", () => {
  expect(refusal("name: x\nname: y\n").message).toContain("unique");
});

test.each(["", "- a\n- b", "just text", "null"])("%j is no study", (text) => {
  expect(refusal(text).message).toBe("study.yaml does not hold a study: names and values are expected.");
});

test("aliases cannot blow up", () => {
  const laughs = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (const [name, before] of ["ba", "cb", "dc", "ed", "fe", "gf"]) {
    laughs.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(", ")}]`);
  }
  expect(refusal(laughs.join("\n"))).toMatchObject({
    code: "invalid-study",
    message: expect.stringMatching(/alias/i),
  });
});

test("a file that is not there is said to be missing, by its path", async () => {
  await expect(loadStudyFile("/nowhere/study.yaml")).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringContaining("/nowhere/study.yaml"),
  });
});

test("a pointer leads to its line, and to the nearest thing around it when it is missing", () => {
  const text = "name: x\nparameters:\n  - name: lr\n    low: 1\n  - { name: a/b, high: 2 }\nobjectives: []\n";
  const { placeOf } = parseStudy(text, "study.yaml", "/");
  expect(
    [
      "/name",
      "/parameters/0/low",
      "/parameters/1/high",
      "/parameters/0/high",
      "/objectives",
      "/seed",
      "",
    ].map(placeOf),
  ).toEqual([
    "study.yaml:1",
    "study.yaml:4",
    "study.yaml:5",
    "study.yaml:3",
    "study.yaml:6",
    "study.yaml:1",
    "study.yaml:1",
  ]);
});
