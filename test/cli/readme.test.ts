import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { commands } from "../../cli/commands/index.ts";
import { checkStudy, studySpecSchema } from "../../core/study.ts";
import { type FettleProcess, startFettle, untilReady } from "../support/fettle-process.ts";
import { freePort } from "../support/free-port.ts";
import { waitFor } from "../support/wait-for.ts";

const root = new URL("../..", import.meta.url).pathname;
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The code blocks of a section, by its title. */
function blocks(title: string, language: string): string[] {
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? "";
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(
    ([, code]) => code!,
  );
}

test("the README's study is one that Fettle accepts, in twenty lines", () => {
  const [text = ""] = blocks("A study of your own", "yaml");
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(20);
  expect(checkStudy(studySpecSchema.parse(parse(text)))).toEqual([]);
});

test("every command in the README exists", () => {
  const lines = [...readme.matchAll(/(?:^|`|npx |[A-Z_]=\S+ )fettle ([a-z]+)(?: ([a-z]+))?/gm)];
  const known = new Set(commands.map(({ path }) => path));
  expect(lines.length).toBeGreaterThan(8);
  for (const [, first, second] of lines) {
    expect(known.has(first!) || known.has(`${first} ${second}`), `fettle ${first} ${second}`).toBe(true);
  }
});

test("every link in the README leads somewhere", () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)/g)].map(([, path]) => path!);
  expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

describe("the README's walk with curl", () => {
  let directory: string;
  let port: number;
  let up: FettleProcess;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "fettle-readme-"));
    port = await freePort();
    const settings = { FETTLE_PORT: String(port), FETTLE_DATA_DIR: join(directory, ".fettle") };
    up = startFettle(["up", "--no-agent"], settings, directory);
    await untilReady(`http://127.0.0.1:${port}`, up);
  });

  afterAll(async () => {
    await up.kill("SIGTERM");
    rmSync(directory, { recursive: true, force: true });
  });

  test("creates a study, asks, reports, completes, and reads the leaderboard", async () => {
    const [script = ""] = blocks("By curl alone", "sh");
    const here = script.replaceAll("127.0.0.1:7420", `127.0.0.1:${port}`);
    const printed = execFileSync("sh", ["-e", "-c", here], { encoding: "utf8" });
    expect(printed).toContain('"shouldStop":false');
    expect(printed).toContain('"recorded":true');
    const leaderboard = `http://127.0.0.1:${port}/v1/projects/default/studies/parabola/leaderboard`;
    const rows = await waitFor(
      async () => {
        const { rows } = (await (await fetch(leaderboard)).json()) as { rows: unknown[] };
        return rows.length > 0 && rows;
      },
      { what: "the trial on the leaderboard", everyMs: 50 },
    );
    expect(rows).toMatchObject([{ rank: 1, trial: 0, values: [0.42], state: "completed" }]);
  });
});
