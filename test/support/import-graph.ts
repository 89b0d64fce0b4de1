import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

/** One import: from a file of ours to a file of ours (repository path), or to a package or node module. */
export interface Import {
  from: string;
  to: string;
  internal: boolean;
}

/** Every TypeScript file below the given folders, as repository paths with forward slashes. */
export function sourceFiles(root: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) => {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name));
    return files.map((entry) => relative(root, join(entry.parentPath, entry.name)));
  });
}

/** The imports of one source text: static, re-exported, dynamic and type-only. A file taken as text (`?raw`) is no code. */
export function importsOf(path: string, text: string): Import[] {
  const imported = ts.preProcessFile(text, true, true).importedFiles;
  const code = imported.filter(({ fileName }) => !fileName.endsWith("?raw"));
  return code.map(({ fileName }) => {
    const internal = fileName.startsWith(".");
    const to = internal ? relative("/", resolve("/", dirname(path), fileName)) : fileName;
    return { from: path, to, internal };
  });
}

export function readImports(root: string, files: readonly string[]): Import[] {
  return files.flatMap((file) => importsOf(file, readFileSync(join(root, file), "utf8")));
}

/** The files of one import cycle, or null. Type-only imports count: two files that need each other are one idea. */
export function findCycle(imports: readonly Import[]): string[] | null {
  const edges = new Map<string, string[]>();
  for (const { from, to, internal } of imports)
    if (internal) edges.set(from, [...(edges.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle !== null) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of edges.keys()) {
    const cycle = visit(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
