export interface Mark {
  x: number;
  y: number;
}

/** The mark nearest to a place, within `reach` pixels; null: none is so near. */
export function nearest<Item extends Mark>(marks: readonly Item[], at: Mark, reach = 28): Item | null {
  let found: Item | null = null;
  let best = reach;
  for (const mark of marks) {
    const distance = Math.hypot(mark.x - at.x, mark.y - at.y);
    if (distance >= best) continue;
    best = distance;
    found = mark;
  }
  return found;
}
