import { describe, expect, test } from "vitest";
import { argumentsSchema } from "../../core/arguments.ts";
import { checkArguments } from "../../core/check-arguments.ts";
import type { Json } from "../../core/json.ts";
import type { Parameter } from "../../core/space.ts";

const choices = (...values: Json[]): Parameter => ({ name: "s", type: "categorical", choices: values });
const check = (command: string[], parameter: Parameter, style = "equals") =>
  checkArguments(command, [parameter], argumentsSchema.parse({ style })).map(({ pointer }) => pointer);

describe("the check of arguments", () => {
  test.each([["{{s}}"], ["{{args}}"], ["--prompt={{ s }}"], ["{{args:hydra}}"]])(
    "refuses a choice with a line break where %s passes it on",
    (argument) => {
      expect(check(["p", argument], choices("a", "b\nc", "d\re"))).toEqual([
        "/parameters/0/choices/1",
        "/parameters/0/choices/2",
      ]);
    },
  );

  test("refuses values of ordinal and fixed parameters likewise", () => {
    expect(check(["p", "{{args}}"], { name: "s", type: "ordinal", values: ["a", "b\n"] })).toEqual([
      "/parameters/0/values/1",
    ]);
    expect(check(["p", "{{args}}"], { name: "s", type: "fixed", value: "\n" })).toEqual([
      "/parameters/0/value",
    ]);
  });

  test("accepts them where the command passes them as JSON or in a file, or not at all", () => {
    expect(check(["p", "{{params_json}}", "{{params_file}}"], choices("a", "b\nc"))).toEqual([]);
    expect(check(["p"], choices("a", "b\nc"))).toEqual([]);
  });

  test("looks into an object only where the style takes it apart", () => {
    expect(check(["p", "{{args}}"], choices({ text: "b\nc" }))).toEqual([]);
    expect(check(["p", "{{args}}"], choices({ text: "b\nc" }), "dotted")).toEqual([
      "/parameters/0/choices/0",
    ]);
  });

  test("says what cannot be passed, and the way out", () => {
    const [error] = checkArguments(["p", "{{s}}"], [choices("\n")], argumentsSchema.parse({}));
    expect(error?.message).toBe('Parameter "s" holds a NUL or line break, which no argument may hold.');
    expect(error?.hint).toContain("FETTLE_PARAMS_FILE");
  });
});
