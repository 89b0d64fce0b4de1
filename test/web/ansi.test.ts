import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ansiRuns, finalLine, plainText } from "../../web/pages/trial/ansi.ts";

const ESC = "\u001b";
const texts = (line: string) => ansiRuns(line).map(({ text }) => text);

describe("a line of a terminal", () => {
  test.each([
    ["plain", "plain"],
    [`${ESC}[32mgreen${ESC}[0m and not`, "green and not"],
    [`${ESC}]0;a title\u0007shown`, "shown"],
    [`${ESC}]8;;https://example.org${ESC}\\a link${ESC}]8;;${ESC}\\`, "a link"],
    [`${ESC}[2K${ESC}[1Gdone`, "done"],
    [`${ESC}[?25lhidden cursor${ESC}[?25h`, "hidden cursor"],
    [`${ESC}[>4;1mkeys`, "keys"],
    [`${ESC}(Bcharset`, "charset"],
    ["bell\u0007 and\u0000 nul", "bell and nul"],
    ["tab\tstays", "tab\tstays"],
    [`cut ${ESC}[3`, "cut 3"],
  ])("%j is shown as %j", (line, shown) => {
    expect(plainText(line)).toBe(shown);
  });

  test.each([
    [" 10%\r 50%\r100%", "100%"],
    ["Windows\r", "Windows"],
    ["twice\r\r", "twice"],
    ["\r", ""],
    ["", ""],
  ])("%j that redraws itself stays as it was last: %j", (line, shown) => {
    expect(finalLine(line)).toBe(shown);
  });

  test("has the same text with and without its colours, and none of the controls in it", () => {
    const pieces = fc.oneof(
      fc.string(),
      fc.constantFrom(ESC, `${ESC}[`, "m", "31", ";", "38;5;", ":", "\r", "\u0007", `${ESC}]`, "<b>&"),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const line = parts.join("");
        expect(texts(line).join("")).toBe(plainText(line));
        expect(plainText(line)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 500 },
    );
  });

  test("keeps what reads like HTML as text, and lets no sequence choose a style but those of the theme", () => {
    const evil = `${ESC}[31;url(x)m<img src=x onerror=alert(1)>${ESC}[38;2;1;2;3m<script>`;
    expect(plainText(evil)).toContain("<img src=x onerror=alert(1)>");
    const codes = fc.array(fc.nat(120), { maxLength: 6 });
    fc.assert(
      fc.property(codes, (list) => {
        const [run] = ansiRuns(`${ESC}[${list.join(";")}mx`);
        expect(run!.color === null || /^var\(--[a-z-]+\)$/.test(run!.color)).toBe(true);
      }),
    );
  });

  test("is read in time that grows with its length alone", () => {
    const started = performance.now();
    for (const part of [`${ESC}[`, `${ESC}]`, "\r", `${ESC}[1;`, `${ESC} `]) plainText(part.repeat(200_000));
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe("colours", () => {
  const last = (line: string) => {
    const { color, bold } = ansiRuns(line).at(-1)!;
    return { color, bold };
  };

  test.each([
    [`${ESC}[31mx`, { color: "var(--bad)", bold: false }],
    [`${ESC}[1;32mx`, { color: "var(--good)", bold: true }],
    [`${ESC}[91mx`, { color: "var(--bad)", bold: false }],
    [`${ESC}[90mx`, { color: "var(--muted)", bold: false }],
    [`${ESC}[31mx${ESC}[my`, { color: null, bold: false }],
    [`${ESC}[1;31mx${ESC}[22my`, { color: "var(--bad)", bold: false }],
    [`${ESC}[1;31mx${ESC}[39my`, { color: null, bold: true }],
    [`${ESC}[30mx`, { color: null, bold: false }],
  ])("%j ends as %j", (line, style) => {
    expect(last(line)).toEqual(style);
  });

  test("of 256 or 16 million are passed over with their arguments, and what follows them counts", () => {
    expect(last(`${ESC}[38;5;31;1mx`)).toEqual({ color: null, bold: true });
    expect(last(`${ESC}[48;2;31;1;0;32mx`)).toEqual({ color: "var(--good)", bold: false });
    expect(last(`${ESC}[58;5;1mx`)).toEqual({ color: null, bold: false });
    expect(last(`${ESC}[38:2::31:1:0mx`)).toEqual({ color: null, bold: false });
  });

  test("underlining without a line takes no colour away", () => {
    expect(last(`${ESC}[31mx${ESC}[4:0my`)).toEqual({ color: "var(--bad)", bold: false });
  });
});
