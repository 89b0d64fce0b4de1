import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "vite";
import { digestOfSources, publish, ROOT } from "./build-cache.ts";

const CACHE = join(ROOT, "node_modules/.cache/fettle-web");

let built: Promise<string> | undefined;

/** The directory of the dashboard built from the sources as they are. */
export function builtDashboard(): Promise<string> {
  built ??= ensureBuilt();
  return built;
}

async function ensureBuilt(): Promise<string> {
  const directory = join(CACHE, digestOfSources(["web", "core"], ["package-lock.json"]));
  if (existsSync(directory)) return directory;
  const scratch = join(CACHE, `building-${randomUUID()}`);
  await mkdir(CACHE, { recursive: true });
  await build({ root: join(ROOT, "web"), logLevel: "error", build: { outDir: scratch, emptyOutDir: true } });
  publish(scratch, directory);
  return directory;
}
