import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseFields } from "../../core/field-errors.ts";
import { printable, storable, textSchema } from "../../core/text.ts";

const binary = fc.string({ unit: "binary", maxLength: 50 });
const units = fc.array(fc.nat(0xffff), { maxLength: 50 }).map((codes) => String.fromCharCode(...codes));

describe("text of a request", () => {
  test.each(["a\u0000b", "\ud83d", "\ude00 alone"])("%j is refused with the rule and the way out", (text) => {
    const parsed = parseFields(z.strictObject({ name: textSchema() }), { name: text });
    expect(parsed).toMatchObject({
      ok: false,
      errors: [{ pointer: "/name", message: expect.stringMatching(/U\+0000.*surrogate.*Remove/) }],
    });
  });

  test("may be any other", () => {
    for (const text of ["", "\u{1f600}", "\u0001\u007f\u0085", "\ufffd\uffff"])
      expect(textSchema().safeParse(text).success).toBe(true);
  });
});

test("a value is refused for what lies deep in it, keys included, and the path is told", () => {
  const schema = storable(z.unknown());
  const wrong = { a: [{ "b\u0000": 1 }, "\ud800"], c: "fine" };
  const paths = schema.safeParse(wrong).error?.issues.map(({ path }) => path);
  expect(paths).toEqual([
    ["a", "0", "b\u0000"],
    ["a", "1"],
  ]);
});

describe("printable text", () => {
  test("has a mark for each character that it cannot have, and is as long as before", () => {
    expect(printable("a\u0000\u001b[1m\u009f\ud83d\tb\n\u{1f600}")).toBe(
      "a\ufffd\ufffd[1m\ufffd\ufffd\tb\n\u{1f600}",
    );
  });

  test("can always be stored", () => {
    fc.assert(
      fc.property(fc.oneof(binary, units), (text) => {
        expect(textSchema().safeParse(printable(text)).success).toBe(true);
        expect(printable(text)).toHaveLength(text.length);
      }),
    );
  });
});
