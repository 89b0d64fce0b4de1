import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cache = join(root, "node_modules/.cache/fettle-web");
const KEPT_MS = 3_600_000;

let built: Promise<string> | undefined;

/**
 * The directory of the dashboard built from the sources as they are. Its name is their digest: test files that run at the
 * same time build it once or, at worst, each for itself, and never look into a half-written one.
 */
export function builtDashboard(): Promise<string> {
  built ??= ensureBuilt();
  return built;
}

async function ensureBuilt(): Promise<string> {
  const directory = join(cache, await digestOfSources());
  if (existsSync(directory)) return directory;
  const scratch = join(cache, `building-${randomUUID()}`);
  await mkdir(cache, { recursive: true });
  await build({ root: join(root, "web"), logLevel: "error", build: { outDir: scratch, emptyOutDir: true } });
  // Somebody else's is as good as this one.
  await rename(scratch, directory).catch(() => rm(scratch, { recursive: true, force: true }));
  await removeOld(directory);
  return directory;
}

async function digestOfSources(): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of ["web", "core"]) {
    const names = await readdir(join(root, folder), { recursive: true });
    for (const name of names.sort()) {
      const path = join(root, folder, name);
      if (statSync(path).isFile()) hash.update(name).update("\0").update(readFileSync(path)).update("\0");
    }
  }
  return hash
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex")
    .slice(0, 16);
}

async function removeOld(kept: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    if (path === kept || Date.now() - statSync(path).mtimeMs < KEPT_MS) continue;
    await rm(path, { recursive: true, force: true });
  }
}
