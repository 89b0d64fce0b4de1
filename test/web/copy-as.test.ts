import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ARGUMENT_STYLES, type ArgumentRules } from "../../core/arguments.ts";
import { renderArguments } from "../../core/render-arguments.ts";
import type { Params } from "../../core/space.ts";
import { copyAs } from "../../web/ui/copy-as.ts";
import { FORMS } from "../../web/ui/copy-forms.ts";
import { splitWords } from "../../web/ui/shell-words.ts";

const rules: ArgumentRules = { style: "equals", booleans: "value", booleanOverrides: {} };
const hostile = [
  "it's",
  "$HOME `id` $(id)",
  '"; rm -rf / #',
  "a\\b",
  "*",
  "",
  "-x",
  "~",
  "🚀 ümlaut",
  "<b>&amp;",
];

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,12}$/).filter((text) => text !== "__proto__");
/** No NUL and no line break: no argument may hold them. */
const text = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: "grapheme" }).filter((value) => !/[\0\r\n]/.test(value)),
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  fc.constantFrom(1e-7, 1e21, -3e-9, 0.1),
);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(name, scalar, { maxKeys: 3 }),
);
const params = fc.dictionary(name, value, { maxKeys: 5 }) as fc.Arbitrary<Params>;

describe("flags", () => {
  test.each(ARGUMENT_STYLES)("in style %s read back as the arguments that an agent passes", (style) => {
    fc.assert(
      fc.property(params, (given) => {
        const styled = { ...rules, style };
        expect(splitWords(copyAs("flags", given, styled))).toEqual(renderArguments(given, styled));
      }),
    );
  });

  test("mean to a shell what they say, however hostile the values", () => {
    const given = Object.fromEntries(hostile.map((item, index) => [`p${index}`, item]));
    const script = `printf '%s\\0' ${copyAs("flags", given, rules)}`;
    const printed = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8", cwd: "/" });
    expect(printed.split("\0").slice(0, -1)).toEqual(hostile.map((item, index) => `--p${index}=${item}`));
  });

  test("are refused for a value that no argument may hold", () => {
    expect(() => copyAs("flags", { note: "two\nlines" }, rules)).toThrow(/line break/);
  });
});

test("variables, read by a shell, hold the values", () => {
  const given = Object.fromEntries([...hostile, "two\nlines"].map((item, index) => [`p.${index}`, item]));
  const script = `${copyAs("env", given, rules)}\nfor i in $(seq 0 ${hostile.length}); do eval "printf '%s\\0' \\"\\$FETTLE_PARAM_P_$i\\""; done`;
  const printed = execFileSync("/bin/sh", ["-c", script], {
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });
  expect(printed.split("\0").slice(0, -1)).toEqual([...hostile, "two\nlines"]);
});

test("JSON reads back as the parameters", () => {
  fc.assert(
    fc.property(params, (given) => {
      expect(JSON.parse(copyAs("JSON", given, rules))).toEqual(given);
    }),
  );
});

test.each(["1.1", "1.2"] as const)("YAML reads back as the parameters by version %s", (version) => {
  fc.assert(
    fc.property(params, (given) => {
      expect(parse(copyAs("YAML", given, rules), { version }) ?? {}).toEqual(given);
    }),
    { numRuns: 300 },
  );
});

test("YAML writes small and large numbers so that readers of version 1.1 take them for numbers", () => {
  const given = { tiny: 1e-7, huge: -1e21, usual: 0.001, exact: 1.5e-9, list: [1e-8] };
  expect(copyAs("YAML", given, rules).split("\n")).toEqual([
    "tiny: 1.0e-7",
    "huge: -1.0e+21",
    "usual: 0.001",
    "exact: 1.5e-9",
    "list: [1.0e-8]",
  ]);
});

test("Python has its own words for true, false and nothing, also inside lists and objects", () => {
  const given = { a: true, b: null, c: [false, { "x.y": null }], "d.e": 'it\'s "so"', f: 1e-7 };
  expect(copyAs("Python", given, rules)).toBe(
    [
      "params = {",
      '    "a": True,',
      '    "b": None,',
      '    "c": [False, {"x.y": None}],',
      '    "d.e": "it\'s \\"so\\"",',
      '    "f": 1e-7,',
      "}",
    ].join("\n"),
  );
});

test.each(FORMS)("no parameters at all can be taken along as %s", (form) => {
  expect(copyAs(form, {}, rules)).not.toContain("undefined");
});
