import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commands } from "../../cli/commands/index.ts";
import { SETTINGS } from "../../cli/config.ts";
import { GENERATED_PAGES } from "../../scripts/docs-pages.ts";

const root = new URL("../..", import.meta.url);

test.each(Object.entries(GENERATED_PAGES))("%s is what the code says (npm run docs)", async (path, page) => {
  expect(readFileSync(new URL(path, root), "utf8")).toBe(await page());
});

test("the pages name every command and every setting", async () => {
  const cli = await GENERATED_PAGES["docs/cli.md"]!();
  const visible = commands.filter(({ hidden }) => hidden !== true);
  for (const { path } of visible) expect(cli).toContain(`fettle ${path}\n`);
  const configuration = await GENERATED_PAGES["docs/configuration.md"]!();
  for (const { env } of Object.values(SETTINGS)) expect(configuration).toContain(`\`${env}\``);
});
