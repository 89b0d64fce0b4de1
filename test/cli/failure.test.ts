import { describe, expect, test } from "vitest";
import { EXIT_CODES, exitCodeOf, failureText, ServerError } from "../../cli/failure.ts";
import { ERROR_CODES, type ErrorCode, FettleError } from "../../core/errors.ts";

describe("exit codes", () => {
  test.each([
    ["invalid-study", 2],
    ["invalid-config", 2],
    ["not-found", 3],
    ["unauthenticated", 4],
    ["forbidden", 4],
    ["already-exists", 5],
    ["precondition-failed", 5],
    ["server-unreachable", 6],
    ["internal", 1],
  ] as const)("of %s is %d", (code, exitCode) => {
    expect(exitCodeOf(new FettleError(code, "x"))).toBe(exitCode);
  });

  test("of what is no error of Fettle's is 1", () => {
    expect(exitCodeOf(new TypeError("x"))).toBe(1);
    expect(exitCodeOf("x")).toBe(1);
  });

  test("are those documented, each once", () => {
    const codes = Object.values(EXIT_CODES).map(({ code }) => code);
    expect(codes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 130]);
    const known = new Set<number>(codes);
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      expect(known).toContain(exitCodeOf(new FettleError(code, "x")));
    }
  });
});

describe("what is printed", () => {
  test("names what is wrong, each field, and what to do", () => {
    const error = new ServerError("invalid-study", "The study can never run.", {
      requestId: "r-1",
      hint: "Read docs.",
      fields: [
        { pointer: "/parameters/0/low", code: "range", message: "low is above high.", hint: "Swap them." },
      ],
    });
    expect(failureText(error, false)).toBe(
      [
        "error: The study can never run.",
        "  /parameters/0/low: low is above high.",
        "    Swap them.",
        "Read docs.",
        "Request r-1",
        "",
      ].join("\n"),
    );
  });

  test("without fields says what the code means", () => {
    expect(failureText(new FettleError("stale-session", "Host a is not served."), false)).toBe(
      `error: Host a is not served.\n  ${ERROR_CODES["stale-session"].meaning} (stale-session)\n`,
    );
  });

  test.each([
    new FettleError("not-found", "No study x."),
    new FettleError("invalid-input", "--limit takes a number."),
    new ServerError("invalid-input", "/x: Too large.", {
      requestId: null,
      fields: [{ pointer: "/x", code: "range", message: "Too large." }],
    }),
  ])("is one line where the message says it all: %s", (error) => {
    expect(failureText(error, false)).toBe(`error: ${error.message}\n`);
  });

  test("says the same hint once", () => {
    const hint = "There are: a, b.";
    const fields = [{ pointer: "?objective", code: "unknown-objective", message: "No c.", hint }];
    expect(failureText(new FettleError("invalid-input", "No c.", { fields, hint }), false)).toBe(
      "error: No c.\nThere are: a, b.\n",
    );
  });

  test("is a stack trace only when asked for", () => {
    const error = new Error("boom", { cause: new Error("the reason") });
    expect(failureText(error, false)).not.toMatch(/\n\s+at /);
    const long = failureText(error, true);
    expect(long).toMatch(/\n\s+at /);
    expect(long).toContain("the reason");
  });
});
