import { readdir } from "node:fs/promises";
import { join } from "node:path";

const MAX_FILES = 200;

/**
 * The files that a relative path stands for, in name order: in the first directory that has any. `*` is any part of a
 * name; checked when the study was submitted: no `..`, not absolute.
 */
export async function findFiles(directories: readonly string[], path: string): Promise<string[]> {
  for (const directory of new Set(directories)) {
    const files = await expand(directory, path.split("/").filter(Boolean));
    if (files.length > 0) return files.slice(0, MAX_FILES);
  }
  return [];
}

async function expand(directory: string, segments: readonly string[]): Promise<string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [];
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const matches = entries
    .filter((entry) => matchesName(segment, entry.name) && (rest.length === 0 || !entry.isFile()))
    .map((entry) => join(directory, entry.name))
    .sort();
  if (rest.length === 0) return matches;
  const below = await Promise.all(matches.slice(0, MAX_FILES).map((match) => expand(match, rest)));
  return below.flat();
}

/** Each literal part after the one before it: linear, where a regular expression of many `.*` is not. */
function matchesName(pattern: string, name: string): boolean {
  const [first, ...middle] = pattern.split("*") as [string, ...string[]];
  const last = middle.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of middle) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
