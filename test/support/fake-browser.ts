import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A program that stands where a browser would: it writes down what it is called with, and ends. */
export interface FakeBrowser {
  /** An executable, for BROWSER. */
  path: string;
  /** The arguments of its last call; null before it is called. */
  called(): string[] | null;
}

export function fakeBrowser(folder: string, exitCode = 0): FakeBrowser {
  const path = join(folder, "fake-browser");
  const calls = join(folder, "calls.json");
  const record = `require("node:fs").writeFileSync(${JSON.stringify(calls)}, JSON.stringify(process.argv.slice(2)))`;
  writeFileSync(path, `#!${process.execPath}\n${record};\nprocess.exitCode = ${exitCode};\n`, {
    mode: 0o755,
  });
  return {
    path,
    called: () => (existsSync(calls) ? JSON.parse(readFileSync(calls, "utf8") || "null") : null),
  };
}
