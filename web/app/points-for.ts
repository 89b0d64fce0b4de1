/** Points of a series where the window is wide, and steps of them, so that a small change of the width does not read again. */
const MOST = 1000;
const STEP = 200;

/** About a point a pixel of a chart, whatever the number of charts: so they can be asked for before that is known. */
export function pointsFor(width = window.innerWidth): number {
  return Math.min(MOST, Math.max(2, Math.ceil(width / STEP)) * STEP);
}
