import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { LINE_COLORS } from "../../web/charts/colors.ts";

const css = readFileSync(resolve("web/app/theme.css"), "utf8");
const [light = "", dark = ""] = css.split(':root[data-theme="dark"]');

type Rgb = readonly [number, number, number];

function property(theme: string, name: string): Rgb {
  const digits = new RegExp(`${name}: #([0-9a-f]{6});`).exec(theme)![1]!;
  return [0, 2, 4].map((at) => linear(Number.parseInt(digits.slice(at, at + 2), 16) / 255)) as unknown as Rgb;
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

/** WCAG 2: 1 for the same, 21 for black on white. */
function contrast(a: Rgb, b: Rgb): number {
  const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const [dim, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (bright + 0.05) / (dim + 0.05);
}

/** In OKLab (Ottosson 2020), where equal distances look equally far apart. */
function distance(a: Rgb, b: Rgb): number {
  const [p, q] = [okLab(a), okLab(b)];
  return Math.hypot(...p.map((value, axis) => value - q[axis]!));
}

function okLab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

describe.each([
  ["light", light],
  ["dark", dark],
])("the colours of lines on %s", (_theme, text) => {
  const colors = Array.from({ length: LINE_COLORS }, (_, index) => property(text, `--series-${index + 1}`));

  test("stand out from the panel as WCAG asks of graphics", () => {
    for (const each of colors) expect(contrast(each, property(text, "--panel"))).toBeGreaterThan(3);
  });

  test("stand out from each other", () => {
    for (const [index, each] of colors.entries())
      for (const other of colors.slice(0, index)) expect(distance(each, other)).toBeGreaterThan(0.12);
  });
});
