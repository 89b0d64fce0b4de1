import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

const root = new URL("../..", import.meta.url).pathname;

/**
 * Eight hexadecimal digits that change whenever the code changes that an algorithm is made of: all files it imports, with
 * types, comments and layout taken out. A version number is bumped by people and only between releases; records of a
 * benchmark must not outlive the code they measured.
 */
export function fingerprint(algorithm: string): string {
  const entry = [`algorithms/${algorithm}.ts`, `algorithms/${algorithm}/index.ts`].find((path) =>
    existsSync(join(root, path)),
  );
  if (entry === undefined) throw new Error(`No file of algorithm "${algorithm}".`);
  const files = new Map<string, string>();
  collect(join(root, entry), files);
  // The suggestions of every algorithm pass through these, and those of a schedule through its composition with a sampler.
  const composition = algorithm.startsWith("fidelity/") ? [`${SCHEDULES}compose.ts`] : [];
  for (const shared of ["core/encode.ts", "scheduler/log-search.ts", ...composition])
    collect(join(root, shared), files, shared);
  const hash = createHash("sha256");
  for (const [file, code] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${file}\n${code}\n`);
  return hash.digest("hex").slice(0, 8);
}

const SCHEDULES = "algorithms/fidelity/";

/** @param from the file that imports it. */
function collect(file: string, files: Map<string, string>, from = relative(root, file)): void {
  const name = relative(root, file);
  if (files.has(name) || isLeftOut(name) || (name.startsWith(SCHEDULES) && !from.startsWith(SCHEDULES)))
    return;
  const code = readFileSync(file, "utf8");
  const options = { removeComments: true, target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(code, { compilerOptions: options });
  files.set(name, outputText);
  for (const [, path] of outputText.matchAll(/from "(\.[^"]+)"/g))
    collect(join(dirname(file), path!), files, name);
}

/**
 * Through the registries, and where their entries are put together, each would depend on every other. What errors say
 * changes no suggestion.
 */
function isLeftOut(name: string): boolean {
  const registries = ["algorithms/index.ts", `${SCHEDULES}index.ts`, "scheduler/study-search.ts"];
  return registries.includes(name) || name === "core/errors.ts";
}
