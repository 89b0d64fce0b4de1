import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** One thing in a directory, at any depth. */
export interface DirectoryEntry {
  /** From the directory's root. */
  path: string;
  type: "file" | "directory" | "link" | "other";
  bytes: number;
  /** Milliseconds since the epoch. */
  changedMs: number;
}

/** A walk stops here: a directory of millions of files must not hold up what waits for it. */
const MAX_ENTRIES = 100_000;

/** What lies in a directory; links are not followed. What vanishes meanwhile or cannot be read is left out. */
export async function listDirectory(root: string, maxEntries = MAX_ENTRIES): Promise<DirectoryEntry[]> {
  const entries: DirectoryEntry[] = [];
  const waiting = [""];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    const names = await readdir(join(root, directory)).catch(() => []);
    for (const name of names.sort()) {
      if (entries.length >= maxEntries) return entries;
      const path = join(directory, name);
      const stats = await lstat(join(root, path)).catch(() => null);
      if (stats === null) continue;
      const type = typeOf(stats);
      entries.push({ path, type, bytes: type === "file" ? stats.size : 0, changedMs: stats.mtimeMs });
      if (type === "directory") waiting.push(path);
    }
  }
  return entries;
}

function typeOf(stats: Stats): DirectoryEntry["type"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "link" : "other";
}

/** Bytes of all files in it, a lower bound for a directory of very many; null: there is nothing, or no directory. */
export async function measureDirectory(root: string): Promise<number | null> {
  const entries = await listDirectory(root);
  return entries.length === 0 ? null : entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

export async function hasContent(root: string): Promise<boolean> {
  return (await readdir(root).catch(() => [])).length > 0;
}
