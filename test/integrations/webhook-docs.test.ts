import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { signature } from "../../integrations/webhooks/sign.ts";

/** The snippets of docs/webhooks.md, run as a reader would who copied them. */

const PAGE = readFileSync(new URL("../../docs/webhooks.md", import.meta.url), "utf8");
const SECRET = "whsec_abc";
const BODY = '{"type":"ping","text":"ü"}';

function snippet(language: string): string {
  const code = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(PAGE)?.[1];
  if (code === undefined) throw new Error(`docs/webhooks.md has no ${language} snippet`);
  return code;
}

const now = () => Math.floor(Date.now() / 1000);
const CASES: readonly [string, string | undefined, boolean][] = [
  ["a true signature", signature(Buffer.from(SECRET), BODY, now()), true],
  ["another secret's", signature(Buffer.from("whsec_abd"), BODY, now()), false],
  ["another body's", signature(Buffer.from(SECRET), `${BODY} `, now()), false],
  ["an old one", signature(Buffer.from(SECRET), BODY, now() - 3600), false],
  ["one cut short", signature(Buffer.from(SECRET), BODY, now()).slice(0, -1), false],
  ["none", undefined, false],
];

describe("the snippet for Node", () => {
  test.each(CASES)("judges %s", async (_name, header, valid) => {
    const module = await import(`data:text/javascript,${encodeURIComponent(snippet("js"))}`);
    expect(module.isFromFettle(SECRET, header, Buffer.from(BODY))).toBe(valid);
  });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

describe.skipIf(!hasPython)("the snippet for Python", () => {
  test.each(CASES)("judges %s", (_name, header, valid) => {
    const call = "import sys\nprint(is_from_fettle(sys.argv[1], sys.argv[2], sys.stdin.buffer.read()))";
    const program = `${snippet("python")}\n${call}`;
    const run = spawnSync("python3", ["-c", program, SECRET, header ?? ""], {
      input: BODY,
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    expect(run.stdout.trim()).toBe(valid ? "True" : "False");
  });
});
