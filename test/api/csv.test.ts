import { expect, test } from "vitest";
import { csvLine } from "../../api/csv.ts";

test.each([
  ["=1+1", "'=1+1"],
  ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\tx", "'\tx"],
  ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
])("text that a spreadsheet would run as a formula is defused: %j", (text, cell) => {
  expect(csvLine([text])).toBe(`${cell}\r\n`);
});

test("numbers keep every digit and stay numbers, also negative and non-finite ones", () => {
  expect(csvLine([-0.1, 1e-320, 0.1 + 0.2, "NaN", "-Infinity"])).toBe(
    "-0.1,1e-320,0.30000000000000004,NaN,-Infinity\r\n",
  );
});

test("separators, quotes and line ends are quoted; null is empty; objects are JSON", () => {
  expect(csvLine(["a,b", 'c"d', "e\nf", null, undefined, { k: [1] }, true])).toBe(
    '"a,b","c""d","e\nf",,,"{""k"":[1]}",true\r\n',
  );
});
