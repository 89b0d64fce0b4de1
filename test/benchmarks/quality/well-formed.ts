import { expect } from "vitest";

/** Fails unless the markup is one element whose tags close in order, with quoted attributes and escaped text. */
export function expectWellFormed(markup: string): void {
  const open: string[] = [];
  let roots = 0;
  const tag = /<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>/g;
  const between = markup.replace(tag, (_, close: string, name: string, __, empty: string) => {
    if (close) expect(open.pop()).toBe(name);
    else {
      if (open.length === 0) roots++;
      if (!empty) open.push(name);
    }
    return "";
  });
  expect(open).toEqual([]);
  expect(roots).toBe(1);
  // What is left is text: no tag that the pattern did not know, no bare ampersand.
  expect(between).not.toMatch(/</);
  expect(between).not.toMatch(/&(?!(amp|lt|gt|quot);)/);
  expect(markup).not.toMatch(/NaN|undefined|Infinity/);
}
