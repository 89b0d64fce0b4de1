import { describe, expect, test } from "vitest";
import { argumentsSchema } from "../../core/arguments.ts";
import { checkCommand } from "../../core/check-command.ts";

const PARAMETERS = ["learning_rate", "optimizer"];
const codes = (command: string[]) => checkCommand(command, PARAMETERS).map(({ code }) => code);

describe("the check of a command", () => {
  test("finds nothing wrong with what can be rendered", () => {
    expect(
      codes([
        "python",
        "train.py",
        "--lr={{learning_rate}}",
        "{{args}}",
        "{{args:hydra}}",
        "{{params_json}}",
        "{{params_file}}",
        "{{trial_dir}}/{{trial}}",
        "{ {not} a { {placeholder}}",
      ]),
    ).toEqual([]);
  });

  test("names the parameter that an unknown placeholder most likely meant", () => {
    const [error, ...others] = checkCommand(["p", "x", "{{learnin_rate}}"], PARAMETERS);
    expect(others).toEqual([]);
    expect(error).toMatchObject({ pointer: "/command/2", code: "unknown-placeholder" });
    expect(error!.hint).toContain("learning_rate");
  });

  test.each(["{{7*7}}", "{{}}", "{{args:yaml}}", "{{__proto__}}", "{{toString}}"])(
    "refuses the unknown placeholder %s",
    (element) => {
      expect(codes(["p", element])).toEqual(["unknown-placeholder"]);
    },
  );

  test.each(["args", "params_json", "params_file"])(
    "refuses {{%s}} where a parameter has that name too",
    (name) => {
      expect(checkCommand(["p", `{{${name}}}`], ["lr", name])).toMatchObject([
        { pointer: "/command/1", code: "ambiguous-placeholder", hint: expect.stringContaining(`x_${name}`) },
      ]);
      expect(checkCommand(["p", "{{lr}}", "{{args:space}}"], ["lr", name])).toEqual([]);
    },
  );

  test("lets a parameter win that is named as something of the trial", () => {
    expect(checkCommand(["p", "{{seed}}"], ["lr", "seed"])).toEqual([]);
  });

  test.each([
    [["a.b", "a_b"], "a.b"],
    [["lr", "x", "LR"], "lr"],
    [["a_b", "x", "A-B"], "a_b"],
  ])("refuses the names %j, which are one environment variable", (names, first) => {
    expect(checkCommand(["p"], names)).toEqual([
      expect.objectContaining({
        pointer: `/parameters/${names.length - 1}/name`,
        code: "same-variable",
        message: expect.stringContaining(`"${first}" and "${names.at(-1)}"`),
      }),
    ]);
  });

  test("refuses an empty program and a NUL", () => {
    expect(codes(["", "x"])).toEqual(["empty-program"]);
    expect(codes(["p", "a\0b"])).toEqual(["nul-character"]);
  });

  test("refuses several arguments inside one", () => {
    expect(codes(["p", "--all {{args}}"])).toEqual(["args-not-alone"]);
  });

  test.each([
    [["sh", "-c", "train {{optimizer}}"]],
    [["/bin/bash", "-lc", "train {{optimizer}}"]],
    [["bash", "-e", "-c", "train {{optimizer}}"]],
    [["bash", "-euo", "pipefail", "-c", "train {{optimizer}}"]],
    [["bash", "+O", "extglob", "-c", "train {{optimizer}}"]],
    [["sh", "-c", "-e", "train {{optimizer}}"]],
    [["zsh", "-c", "train {{params_json}}"]],
    [["dash", "-c", "{{optimizer}}"]],
    [["env", "A=1", "sh", "-c", "train {{optimizer}}"]],
    [["python3", "-c", "print('{{optimizer}}')"]],
    [["python3", "-W", "ignore", "-c", "print('{{optimizer}}')"]],
    [["python3", "-cprint('{{optimizer}}')"]],
    [["node", "-e", "run('{{optimizer}}')"]],
    [["node", "--eval=run('{{optimizer}}')"]],
  ])("refuses a value inside code: %j", (command) => {
    const [error] = checkCommand(command, PARAMETERS);
    expect(error).toMatchObject({ code: "code-injection", pointer: `/command/${command.length - 1}` });
    expect(error!.hint).toBeTruthy();
  });

  test.each([
    [["sh", "-c", 'train --lr="$1"', "sh", "{{learning_rate}}"]],
    [["python", "train.py", "-c", "{{optimizer}}"]],
    [["bash", "train.sh", "-c", "{{optimizer}}"]],
    [["sh", "-c", "train"]],
    [["bash", "-o", "pipefail", "train.sh", "{{optimizer}}"]],
    [["python", "-m", "train", "--config={{optimizer}}"]],
    [["python", "-u", "train.py", "--c={{optimizer}}"]],
    [["sh", "-c"]],
  ])("allows values beside code: %j", (command) => {
    expect(codes(command)).toEqual([]);
  });

  test("knows the parameters whose booleans have a style of their own", () => {
    const rules = argumentsSchema.parse({ booleanOverrides: { optimiser: "flag", learning_rate: "flag" } });
    expect(checkCommand(["p"], PARAMETERS, rules)).toMatchObject([
      { pointer: "/arguments/booleanOverrides/optimiser", hint: expect.stringContaining("optimizer") },
    ]);
  });
});
