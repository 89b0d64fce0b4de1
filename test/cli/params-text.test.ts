import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { paramsAs, shellWord } from "../../cli/params-text.ts";
import { argumentsSchema } from "../../core/arguments.ts";

const rules = argumentsSchema.parse({});
const params = { lr: 1e-4, name: "it's me", deep: true, "model.width": 64 };

describe("the best parameters", () => {
  test("as arguments are those that the study's trials get, quoted for a shell", () => {
    expect(paramsAs("args", params, rules)).toBe(
      `--lr=0.0001 '--name=it'\\''s me' --deep=true --model.width=64`,
    );
    expect(paramsAs("args", params, argumentsSchema.parse({ style: "space", booleans: "flag" }))).toBe(
      `--lr 0.0001 --name 'it'\\''s me' --deep --model.width 64`,
    );
  });

  test("for Hydra are overrides", () => {
    expect(paramsAs("hydra", { lr: 0.1, width: 3 }, rules)).toBe("lr=0.1 width=3");
  });

  test("as JSON and YAML keep their types", () => {
    expect(JSON.parse(paramsAs("json", params, rules))).toEqual(params);
    expect(parse(paramsAs("yaml", params, rules))).toEqual(params);
  });

  test("as YAML hold small and large numbers that readers of version 1.1 take for numbers too", () => {
    const given = { tiny: 1e-7, huge: 1e21, exact: -1.5e-9, text: "1e-7" };
    const text = paramsAs("yaml", given, rules);
    expect(text).toBe('tiny: 1.0e-7\nhuge: 1.0e+21\nexact: -1.5e-9\ntext: "1e-7"');
    for (const version of ["1.1", "1.2"] as const) expect(parse(text, { version })).toEqual(given);
  });

  test("as variables have names that a shell takes", () => {
    expect(paramsAs("env", { "model.width": 64, "3d": false }, rules)).toBe("model_width=64\n_3d=false");
  });
});

test("a shell reads a word back as it was, whatever is in it", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 40 }).filter((word) => !word.includes("\0"));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (words) => {
      const script = `printf '%s\\0' ${words.map(shellWord).join(" ")}`;
      const read = execFileSync("sh", ["-c", script]).toString("utf8");
      expect(read).toBe(words.map((word) => `${word}\0`).join(""));
    }),
    { numRuns: 30 },
  );
});
