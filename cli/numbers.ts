import type { WireNumber } from "../core/number.ts";

/** Numbers and times as a person reads them; data formats keep every digit. */

/** Four significant digits; small and large ones in scientific notation. `null`: "–". */
export function shortNumber(value: WireNumber | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return value;
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) && magnitude < 1e6) return String(value);
  const scientific = magnitude < 1e-3 || magnitude >= 1e6;
  return scientific ? value.toExponential(2).replace("e+", "e") : String(Number(value.toPrecision(4)));
}

/** "42 s", "3 min 20 s", "2 h 5 min", "3 d 4 h". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const units: [number, string][] = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const first = units.findIndex(([size]) => whole >= size);
  return units
    .slice(first, first + 2)
    .map(([size, name], index) => [
      index === 0 ? Math.floor(whole / size) : Math.floor((whole % units[first]![0]) / size),
      name,
    ])
    .filter(([count]) => count !== 0)
    .map(([count, name]) => `${count} ${name}`)
    .join(" ");
}
