import fc from "fast-check";
import { expect, test } from "vitest";
import { holds, marksOf, searchFor } from "../../web/pages/trial/log-search.ts";

const found = (line: string, text: string) =>
  marksOf(line, searchFor(text)!).map(([from, to]) => line.slice(from, to));

test.each([
  ["loss=0.5 Loss=0.25", "LOSS", ["loss", "Loss"]],
  ["İİİ error", "error", ["error"]],
  ["İstanbul: İ and error", "İ", ["İ", "İ"]],
  ["ΟΔΟΣ οδός", "σ", ["Σ", "ς"]],
  ["aaaa", "aa", ["aa", "aa"]],
  ["nothing", "error", []],
  ["a.b [c] (d) e\\f /g *h", "[C] (D) E\\F /G *", ["[c] (d) e\\f /g *"]],
])("in %j, %j is found at %j", (line, text, places) => {
  expect(found(line, text)).toEqual(places);
});

test("what is looked for is text, and no pattern", () => {
  expect(found("abc", ".")).toEqual([]);
  expect(found("a+b aab", "a+b")).toEqual(["a+b"]);
});

test("nothing is looked for where nothing was entered", () => {
  expect(searchFor("")).toBeNull();
});

test("any text is found in a line around it, where it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
      const search = searchFor(text)!;
      const line = `İ ${text}`;
      expect(holds(line, search)).toBe(true);
      // Twice, for an expression that remembers where it was would find it once only.
      expect(holds(line, search)).toBe(true);
      for (const [from, to] of marksOf(line, search)) expect(to).toBeGreaterThan(from);
    }),
  );
});

test("a long line is read in time that grows with its length alone", () => {
  const started = performance.now();
  holds("a".repeat(1_000_000), searchFor("aaaaaaaab")!);
  expect(performance.now() - started).toBeLessThan(3000);
});
