/** Room around the text, pixels, and what of a bar's pattern must be seen beside it. */
const PADDING = 4;
const PATTERN = 12;

/**
 * Where a label lies in its bar, on a ground of its own: at the left end of what is in view; null where it does not fit.
 * Pixels. `left`: where the view begins. `patterned`: the bar has a pattern, part of which stays in sight.
 */
export function placeLabel(
  bar: { x: number; width: number; patterned: boolean },
  textWidth: number,
  left: number,
): { x: number; width: number; textX: number } | null {
  const x = Math.max(bar.x, left);
  const width = textWidth + 2 * PADDING;
  const room = bar.x + bar.width - x - (bar.patterned ? PATTERN : 0);
  return width > room ? null : { x, width, textX: x + PADDING };
}
