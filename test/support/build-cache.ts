import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * What tests build from the sources, each in a directory named by their digest: test files that run at the same time
 * build it once or, at worst, each for itself, and never look into a half-written one.
 */

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const KEPT_MS = 3_600_000;

/** Of the files as they are, in folders and by name, and of where they are. */
export function digestOfSources(folders: readonly string[], files: readonly string[]): string {
  const hash = createHash("sha256").update(ROOT);
  for (const name of [...folders.flatMap(filesIn), ...files]) {
    hash
      .update(name)
      .update("\0")
      .update(readFileSync(join(ROOT, name)))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

/** Moves what was built in a scratch directory beside it to its place, and removes what is an hour old. */
export function publish(scratch: string, directory: string): void {
  try {
    renameSync(scratch, directory);
  } catch {
    // Somebody else's is as good as this one.
    rmSync(scratch, { recursive: true, force: true });
  }
  const cache = dirname(directory);
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (path === directory || Date.now() - statSync(path).mtimeMs < KEPT_MS) continue;
    rmSync(path, { recursive: true, force: true });
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((name) => statSync(join(ROOT, name)).isFile())
    .sort();
}
