import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findCycle, type Import, importsOf, readImports, sourceFiles } from "./support/import-graph.ts";

const root = new URL("..", import.meta.url).pathname;

/** The dependency rule: each folder, and what of ours it may import. `*`: everything. */
const MAY_IMPORT: Record<string, readonly string[] | "*"> = {
  core: [],
  math: [],
  algorithms: ["core", "math"],
  store: ["core"],
  queue: ["core"],
  scheduler: ["core", "algorithms"],
  api: ["core", "algorithms", "integrations"],
  integrations: ["core"],
  agents: ["core"],
  web: ["core"],
  benchmarks: ["core", "math", "algorithms", "scheduler"],
  cli: "*",
};

/** Packages without I/O, clock or randomness of their own (ADR 0006). */
const CORE_PACKAGES = ["zod", "seedrandom", "@marcbachmann/cel-js", "re2js"];

const folders = Object.keys(MAY_IMPORT).filter((folder) => existsSync(join(root, folder)));
const files = sourceFiles(root, folders);
const imports = readImports(root, files);

const folderOf = (path: string) => path.split("/")[0] as string;

/** Every import that breaks the dependency rule, as a sentence. */
function violations(checked: readonly Import[]): string[] {
  return checked.flatMap(({ from, to, internal }) => {
    const folder = folderOf(from);
    if (internal) {
      const allowed = MAY_IMPORT[folder];
      const target = folderOf(to);
      const fine = target === folder || allowed === "*" || allowed?.includes(target);
      return fine ? [] : [`${from} imports ${to}: ${folder} may not import ${target}`];
    }
    const pure = folder !== "core" || CORE_PACKAGES.some((name) => to === name || to.startsWith(`${name}/`));
    const bare = folder !== "math";
    return pure && bare ? [] : [`${from} imports ${to}: ${folder} stays free of it`];
  });
}

describe("the dependency rule", () => {
  test("holds in every file", () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(violations(imports)).toEqual([]);
  });

  test.each([
    ["core/space.ts", 'import { readFile } from "node:fs/promises";'],
    ["core/space.ts", 'import type { Sql } from "../store/postgres/sql.ts";'],
    ["algorithms/random.ts", 'export { decide } from "../scheduler/decide.ts";'],
    ["api/app.ts", 'const { connect } = await import("../store/postgres/connect.ts");'],
    ["agents/loop.ts", 'import "../api/app.ts";'],
    ["math/sobol.ts", 'import { z } from "zod";'],
  ])("catches a violation planted in %s: %s", (path, line) => {
    expect(violations(importsOf(path, line))).toHaveLength(1);
  });

  test("no files import each other in a circle", () => {
    expect(findCycle(imports)).toBeNull();
    const planted = importsOf("core/space.ts", 'import "./a.ts";').concat(
      importsOf("core/a.ts", 'import "./space.ts";'),
    );
    expect(findCycle(planted)).toEqual(["core/space.ts", "core/a.ts", "core/space.ts"]);
  });
});

describe("the code's shape", () => {
  test("no file that somebody wrote is longer than 400 lines", () => {
    const written = files.filter((file) => !file.endsWith(".d.ts"));
    const long = written.filter((file) => readFileSync(join(root, file), "utf8").split("\n").length > 401);
    expect(long).toEqual([]);
  });

  test.each(["Math.random(", "Date.now(", "new Date()"])(
    "core, math, algorithms and the decisions are free of %s",
    (call) => {
      const pure = files.filter(
        (file) => ["core", "math", "algorithms"].includes(folderOf(file)) || file === "scheduler/decide.ts",
      );
      expect(pure.filter((file) => readFileSync(join(root, file), "utf8").includes(call))).toEqual([]);
    },
  );

  test("no process is started through a shell", () => {
    const shell = /shell:\s*true|\bexecSync\(|\bexec\(\s*[`"']/;
    expect(files.filter((file) => shell.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
  });
});
