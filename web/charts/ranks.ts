import { viridis } from "./colors.ts";

/** Values as ranks: 1 is the best, 0 the worst; equal values have equal ranks, 1 if all are. NaN where there is none. */
export function ranksOf(values: readonly (number | null)[], goal: "minimize" | "maximize"): Float64Array {
  const sign = goal === "minimize" ? 1 : -1;
  const losses = values.flatMap((value) => (value === null ? [] : [sign * value])).sort((a, b) => a - b);
  const first = new Map<number, number>();
  for (const [index, loss] of losses.entries()) if (!first.has(loss)) first.set(loss, index);
  const worst = losses.length === 0 ? 0 : first.get(losses.at(-1)!)!;
  return Float64Array.from(values, (value) =>
    value === null ? Number.NaN : 1 - first.get(sign * value)! / Math.max(1, worst),
  );
}

/** Trials from the best to the worst, those without a value after all. */
export function bestFirst(ranks: Float64Array): Int32Array {
  const key = (trial: number) => (Number.isNaN(ranks[trial]!) ? -1 : ranks[trial]!);
  return Int32Array.from(ranks.keys()).sort((a, b) => key(b) - key(a) || a - b);
}

/** Trials from the worst to the best, those without a value before all: what is drawn last lies on top. */
export function worstFirst(ranks: Float64Array): Int32Array {
  const key = (trial: number) => (Number.isNaN(ranks[trial]!) ? -1 : ranks[trial]!);
  return Int32Array.from(ranks.keys()).sort((a, b) => key(a) - key(b) || a - b);
}

const SHADES = 16;
const shades = new Map<string, string[]>();

/** The end of viridis that stands out from the background is the best: dark on light, light on dark. In 16 steps. */
export function shade(rank: number): string {
  const theme = document.documentElement.dataset.theme === "dark" ? "dark" : "light";
  let known = shades.get(theme);
  if (known === undefined) {
    known = Array.from({ length: SHADES + 1 }, (_, step) => shadeOf(step / SHADES, theme));
    shades.set(theme, known);
  }
  return known[Math.round(Math.min(1, Math.max(0, rank)) * SHADES)]!;
}

function shadeOf(share: number, theme: "light" | "dark"): string {
  return viridis(theme === "dark" ? 0.12 + 0.88 * share : 0.92 * (1 - share));
}
