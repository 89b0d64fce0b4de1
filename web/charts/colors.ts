/** Viridis (van der Walt and Smith 2015), in eleven steps: reads the same for colour-blind eyes and in grey. */
const VIRIDIS = [
  [68, 1, 84],
  [72, 36, 117],
  [65, 68, 135],
  [53, 95, 141],
  [42, 120, 142],
  [33, 145, 140],
  [34, 168, 132],
  [68, 191, 112],
  [122, 209, 81],
  [189, 223, 38],
  [253, 231, 37],
] as const;

/** @param share 0 to 1. */
export function viridis(share: number, alpha = 1): string {
  const at = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * (VIRIDIS.length - 1);
  const index = Math.min(VIRIDIS.length - 2, Math.floor(at));
  const rest = at - index;
  const mixed = VIRIDIS[index]!.map((from, channel) =>
    Math.round(from + rest * (VIRIDIS[index + 1]![channel]! - from)),
  );
  return `rgb(${mixed.join(" ")} / ${alpha})`;
}

/** Lines told apart by colour alone: --series-1 to --series-8 of theme.css. */
export const LINE_COLORS = 8;

/** Patterns, as lengths of dashes and gaps, for lines whose colours come again. */
const DASHES: readonly (readonly number[])[] = [[], [2, 3], [9, 3, 2, 3]];

/** The custom property of theme.css that the line in a slot is drawn in. */
function lineVariable(slot: number): string {
  return `--series-${(slot % LINE_COLORS) + 1}`;
}

export function lineStroke(slot: number): string {
  return `var(${lineVariable(slot)})`;
}

/** For canvases. */
export function lineColor(slot: number): string {
  return getComputedStyle(document.documentElement).getPropertyValue(lineVariable(slot)).trim();
}

/** Pixels of dash and gap in turn; none: a solid line. */
export function lineDash(slot: number): readonly number[] {
  return DASHES[Math.floor(slot / LINE_COLORS) % DASHES.length]!;
}
