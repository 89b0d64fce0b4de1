import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { FettleError } from "../core/errors.ts";
import { parseConfigFile } from "./config.ts";

/** The data directory's own files: who runs here, and where commands find it. */

const holderSchema = z.object({ pid: z.int(), url: z.string() });

/** @throws FettleError "conflict" while another `fettle up` answers in this directory. */
export async function assertNotRunning(dataDir: string): Promise<void> {
  const holder = readHolder(dataDir);
  if (holder === null || holder.pid === process.pid || !isAlive(holder.pid)) return;
  if (!(await answers(holder.url))) return;
  throw new FettleError(
    "conflict",
    `Fettle already runs in ${dataDir}: process ${holder.pid}, ${holder.url}`,
    {
      hint: `Use that one, stop it (kill ${holder.pid}), or start another with --data-dir and --port.`,
    },
  );
}

/** Notes that this process serves `url`, so that commands in this directory find it. Returns what takes the note away. */
export function announce(dataDir: string, url: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  replaceFile(join(dataDir, "up.json"), JSON.stringify({ pid: process.pid, url }));
  setUrl(dataDir, url);
  return () => {
    if (readHolder(dataDir)?.pid !== process.pid) return;
    rmSync(join(dataDir, "up.json"), { force: true });
    setUrl(dataDir, null);
  };
}

/** Replaces or removes FETTLE_URL in the config file; other lines stay as they are. */
function setUrl(dataDir: string, url: string | null): void {
  const path = join(dataDir, "config");
  const lines = (readText(path) ?? "").split("\n").filter((line) => line !== "");
  const others = lines.filter((line) => parseConfigFile(line).FETTLE_URL === undefined);
  const next = [...others, ...(url === null ? [] : [`FETTLE_URL=${url}`])];
  if (next.length === 0) rmSync(path, { force: true });
  else replaceFile(path, `${next.join("\n")}\n`);
}

function readHolder(dataDir: string): z.infer<typeof holderSchema> | null {
  try {
    return holderSchema.parse(JSON.parse(readText(join(dataDir, "up.json")) ?? ""));
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function answers(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2000) }).then(
    (reply) => reply.ok,
    () => false,
  );
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** All at once: a reader never sees half of it. */
function replaceFile(path: string, content: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, path);
}
