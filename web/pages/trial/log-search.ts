/** Finds a text in a log whatever its case. Folded by the expression: lower case may be longer than what it came from. */

export type Search = RegExp;

/** Where it begins and ends in a line. */
export type Mark = readonly [from: number, to: number];

const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/** Null: nothing is looked for. Every character stands for itself: no text makes an expression that runs away. */
export function searchFor(text: string): Search | null {
  return text === "" ? null : new RegExp(text.replace(SPECIAL, "\\$&"), "giu");
}

export function holds(line: string, search: Search): boolean {
  return line.search(search) !== -1;
}

export function marksOf(line: string, search: Search): Mark[] {
  return [...line.matchAll(search)].map((match): Mark => [match.index, match.index + match[0].length]);
}
