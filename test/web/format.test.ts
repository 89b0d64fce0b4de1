import { describe, expect, test } from "vitest";
import { duration, paramText, short } from "../../web/app/format.ts";

describe("numbers", () => {
  test.each([
    [0.0001, "1e-4"],
    [0.00012345, "1.23e-4"],
    [0.123456, "0.1235"],
    [1234567, "1.23e6"],
    [12, "12"],
    [0, "0"],
    [null, "–"],
    ["NaN", "NaN"],
  ] as const)("%s reads as %s", (value, text) => {
    expect(short(value)).toBe(text);
  });
});

test.each([
  [5, "5 s"],
  [60, "1 min"],
  [200, "3 min 20 s"],
  [7500, "2 h 5 min"],
  [86_400 * 3 + 4 * 3600, "3 d 4 h"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test("a parameter's value is shown as it was given", () => {
  expect(paramText("adam")).toBe("adam");
  expect(paramText([1, 2])).toBe("[1,2]");
  expect(paramText(0.00001)).toBe("1e-5");
});
