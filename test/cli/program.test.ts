import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { commands, groups } from "../../cli/commands/index.ts";
import { runCommand as run } from "../support/command-line.ts";
import { freePort } from "../support/free-port.ts";

const root = new URL("../..", import.meta.url).pathname;

describe("help", () => {
  test("of the program names every command that is not hidden, on standard output", async () => {
    const { exitCode, out, err } = await run(["--help"]);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    const listed = new Set([...out.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name));
    const visible = commands.filter(({ hidden }) => hidden !== true);
    for (const { path } of visible) expect(listed).toContain(path.split(" ")[0]);
    expect(listed).not.toContain("database-url");
  });

  test("of a command shows its arguments and options", async () => {
    const { exitCode, out } = await run(["study", "create", "--help"]);
    expect(exitCode).toBe(0);
    expect(out).toContain("--file <study.yaml>");
    expect((await run(["help", "up"])).out).toContain("--data-dir <folder>");
  });

  test("loads no server, no database and no schema: it is read on every start", () => {
    const loaded = staticImports("cli/main.ts");
    expect(loaded).toContain("cli/commands/index.ts");
    expect([...loaded].filter((name) => !/^(node:|(cli|core)\/)/.test(name))).toEqual(["commander"]);
  });

  test("has a sentence for every group", () => {
    const used = commands.filter(({ path }) => path.includes(" ")).map(({ path }) => path.split(" ")[0]);
    expect([...new Set(used)].sort()).toEqual(Object.keys(groups).sort());
  });
});

describe("a command line that is wrong", () => {
  test.each([
    [["stdy"], "study"],
    [["study", "craete"], "create"],
    [["up", "--prot", "1"], "--port"],
  ])("%j ends with 2 and the word that was meant", async (argv, meant) => {
    const { exitCode, out, err } = await run(argv);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toContain(`Did you mean ${meant}?`);
  });

  test("lacks what is required", async () => {
    const { exitCode, err } = await run(["study", "create"]);
    expect(exitCode).toBe(2);
    expect(err).toContain("--file");
  });

  test("names a setting that does not parse by its flag", async () => {
    const { exitCode, err } = await run(["study", "ls", "--url", "ftp://x"]);
    expect(exitCode).toBe(2);
    expect(err).toContain("--url");
    expect(err).not.toMatch(/\n\s+at /);
  });
});

test("a variable that means nothing is warned about, and the command still runs", async () => {
  const { exitCode, err, out } = await run(["version"], { FETTLE_PROT: "1" });
  expect(exitCode).toBe(0);
  expect(err).toContain("FETTLE_PROT is not a setting");
  expect(out).toMatch(/\d+\.\d+\.\d+/);
});

test("without a server a command ends with 6 and says how to start one", async () => {
  const FETTLE_URL = `http://127.0.0.1:${await freePort()}`;
  const { exitCode, out, err } = await run(["study", "ls"], { FETTLE_URL });
  expect({ exitCode, out }).toEqual({ exitCode: 6, out: "" });
  expect(err).toContain(FETTLE_URL);
  expect(err).toContain("fettle up");
});

test("a study file that is not there ends with 3", async () => {
  const { exitCode, err } = await run(["study", "create", "-f", "nowhere.yaml"]);
  expect(exitCode).toBe(3);
  expect(err).toContain("nowhere.yaml");
});

/** Files and packages that importing a file evaluates at once: static imports of values, theirs included. */
function staticImports(entry: string): Set<string> {
  const seen = new Set<string>();
  const visit = (path: string) => {
    seen.add(path);
    const source = ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest);
    for (const statement of source.statements) {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
      if (ts.isImportDeclaration(statement) && statement.importClause?.isTypeOnly) continue;
      const specifier = statement.moduleSpecifier;
      if (specifier === undefined || !ts.isStringLiteral(specifier)) continue;
      if (!specifier.text.startsWith(".")) seen.add(specifier.text);
      else {
        const target = join(path, "..", specifier.text);
        if (!seen.has(target)) visit(target);
      }
    }
  };
  visit(entry);
  return seen;
}
