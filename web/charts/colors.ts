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

/** Distinct lines, after Okabe and Ito: the same trial has the same colour in every chart. */
const LINES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9", "#7f3c8d", "#5c5c5c"];

export function lineColor(trial: number): string {
  return LINES[trial % LINES.length]!;
}
