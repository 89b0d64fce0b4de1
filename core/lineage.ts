/**
 * Which trial started from whose checkpoint: ancestry and family trees, as text too. Pure; for the CLI, the API and pages.
 */

export interface Descendant {
  number: number;
  /** The trial whose checkpoint it started from; null or absent: none. */
  parent?: number | null;
}

/** A trial and its ancestors, the youngest first: [12, 7, 2]. A parent that is not among the trials ends it. */
export function lineageOf(trials: readonly Descendant[], number: number): number[] {
  const parentOf = new Map(trials.map((trial) => [trial.number, knownParent(trial)]));
  const chain = [number];
  for (let parent = parentOf.get(number); parent != null; parent = parentOf.get(parent)) {
    if (!parentOf.has(parent)) break;
    chain.push(parent);
  }
  return chain;
}

/** "12 <- 7 <- 2". */
export function drawLineage(chain: readonly number[]): string {
  return chain.join(" <- ");
}

/**
 * The family trees of all trials, one line a trial, by ascending number among siblings. `label`: what a line says of its
 * trial beside the number, "" for nothing.
 *
 *     2  0.31
 *     ├─ 7  0.12
 *     │  └─ 12  0.08
 *     └─ 9  0.2
 */
export function drawFamilies(
  trials: readonly Descendant[],
  label: (number: number) => string = () => "",
): string {
  const children = childrenOf(trials);
  const lines: string[] = [];
  // A stack, not recursion: a lineage may be as long as a study.
  const stack = reversed(children.get(null)).map((number) => ({ number, lead: "", branch: "" }));
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const { number, lead, branch } = node;
    lines.push(`${lead}${branch}${[number, label(number)].join("  ").trimEnd()}`);
    const below = lead + (branch === "" ? "" : branch === LAST ? "   " : "│  ");
    for (const [index, child] of reversed(children.get(number)).entries()) {
      stack.push({ number: child, lead: below, branch: index === 0 ? LAST : "├─ " });
    }
  }
  return lines.join("\n");
}

const LAST = "└─ ";

/** Children by parent, those without a known parent under null; ascending. */
function childrenOf(trials: readonly Descendant[]): Map<number | null, number[]> {
  const known = new Set(trials.map(({ number }) => number));
  const children = new Map<number | null, number[]>();
  for (const trial of trials.toSorted((a, b) => a.number - b.number)) {
    const parent = knownParent(trial);
    const key = parent !== null && known.has(parent) ? parent : null;
    children.set(key, [...(children.get(key) ?? []), trial.number]);
  }
  return children;
}

/** A checkpoint is older than the trial that starts from it, so a parent has the lower number; anything else is none. */
function knownParent({ number, parent }: Descendant): number | null {
  return parent != null && parent < number ? parent : null;
}

function reversed(numbers: readonly number[] = []): number[] {
  return numbers.toReversed();
}
