import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson, parseJsonLines } from "../../api/json-body.ts";
import type { FettleError } from "../../core/errors.ts";

const bytes = (text: string) => Buffer.from(text);

function refusal(text: string | Buffer): string | undefined {
  try {
    parseJson(typeof text === "string" ? bytes(text) : text);
    return undefined;
  } catch (error) {
    return (error as FettleError).fields[0]?.code;
  }
}

describe("strict JSON", () => {
  test("gives what JSON.parse gives for every document without a repeated key", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes("__proto__"));
        expect(parseJson(bytes(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each([
    ['{"a":1,"a":2}', "duplicate-key"],
    ['{"x":{"a":1,"\\u0061":2}}', "duplicate-key"],
    ['[{"a":1},{"b":[{"c":0,"c":0}]}]', "duplicate-key"],
    ['{"__proto__":{"admin":true}}', "forbidden-key"],
    ['{"\\u005f\\u005fproto__":1}', "forbidden-key"],
    ["[9007199254740993]", "number-precision"],
    ["[-9007199254740993]", "number-precision"],
    ["[1e400]", "number-range"],
    ["[".repeat(100_000), "too-deep"],
    ['{"a":'.repeat(100_000), "too-deep"],
    ["{", "invalid-json"],
    ["NaN", "invalid-json"],
    ["[01]", "invalid-json"],
    ["[-]", "invalid-json"],
    ['"\\', "invalid-json"],
    ["[1] x", "invalid-json"],
    [Buffer.from([0x22, 0xff, 0x22]), "invalid-utf8"],
  ])("refuses %j as %s", (text, code) => {
    expect(refusal(text)).toBe(code);
  });

  test.each([
    '{"a":{"a":1},"b":{"a":1}}',
    '["a","a"]',
    '{"a":"a","b":"\\"a\\":1"}',
    "[9007199254740992,9007199254740994]",
    '{"constructor":1,"prototype":2}',
    "[1e-320,1.7976931348623157e308,-0.0]",
  ])("accepts %s", (text) => {
    expect(refusal(text)).toBeUndefined();
  });

  test("stays linear in a megabyte of backslashes", () => {
    const started = performance.now();
    expect(refusal(`"${"\\\\".repeat(500_000)}`)).toBe("invalid-json");
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("lines of JSON", () => {
  test("are parsed one by one, empty ones passed over", () => {
    expect(parseJsonLines(bytes('{"a":1}\r\n\n  \n{"a":2}\n'))).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test("name the line that is wrong", () => {
    expect(() => parseJsonLines(bytes('{"a":1}\n{"a":}\n'))).toThrow(/Line 2/);
  });
});
