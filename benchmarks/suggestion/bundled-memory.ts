import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { build } from "tsdown";
import type { MemoryTask } from "./tasks.ts";

const root = new URL("../..", import.meta.url).pathname;
/** Below node_modules, so that what is not bundled is found. */
const outDir = `${root}node_modules/.cache/fettle-benchmark-memory`;

/** Megabytes resident in a fresh process; from the bundle, because from source every thread would hold a compiler. */
export async function residentMb(task: MemoryTask): Promise<number> {
  await build({
    entry: {
      memory: "benchmarks/suggestion/memory.ts",
      // Where the worker pool looks for it.
      "suggest-worker": "scheduler/suggest-worker.ts",
    },
    ...{ cwd: root, outDir, config: false, format: "esm", platform: "node", target: "node20" },
    ...{ fixedExtension: false, dts: false, logLevel: "warn" },
  });
  const { stdout } = await promisify(execFile)(process.execPath, [
    `${outDir}/memory.js`,
    JSON.stringify(task),
  ]);
  return Number(stdout) / 1e6;
}
