import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noBrowser, useBrowser } from "../support/browser.ts";
import { type Dashboard, startDashboard } from "../support/browser-service.ts";
import { waitFor } from "../support/wait-for.ts";

/** Prints two lines, waits until it is told to go on, prints the rest, and fails where x is large. */
const SCRIPT = `
const { existsSync } = require("node:fs");
const [, flag, x] = process.argv;
console.log("first line of trial");
console.log("loss=0.5");
const wait = setInterval(() => {
  if (!existsSync(flag)) return;
  clearInterval(wait);
  console.log("loss=0.25");
  if (Number(x) > 0.5) { console.error("Traceback: the very Error"); process.exit(1); }
  console.log("last line of trial");
}, 20);
`;

describe.skipIf(noBrowser)("a trial", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "fettle-browser-"));
    dashboard = await startDashboard();
    dashboard.agent("desk");
  });
  afterAll(async () => {
    await dashboard?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** One trial with this x, that runs until `finish` is called. */
  async function running(name: string, x: number): Promise<{ page: string; finish: () => void }> {
    const flag = join(folder, name);
    await dashboard.study({
      name,
      command: [process.execPath, "-e", SCRIPT, flag, "{{x}}"],
      parameters: [{ name: "x", type: "fixed", value: x }],
      objectives: [{ metric: "loss", goal: "minimize" }],
      budget: { maxTrials: 1 },
    });
    return { page: `${dashboard.url}/studies/${name}/trials/0`, finish: () => writeFileSync(flag, "") };
  }

  test("follows its log while it runs, and tells its story to the end", async () => {
    const trial = await running("followed", 0.2);
    await waitFor(
      async () =>
        (await dashboard.call("GET", "/v1/projects/default/studies/followed/trials/0")).status === 200,
    );
    const page = await browser.open(`${trial.page}?tab=logs`);
    const log = page.getByRole("region", { name: "Log", exact: true });
    await log.getByText("first line of trial").waitFor();
    await page.getByText("● being written").waitFor();
    expect(await log.getByText("last line of trial").count()).toBe(0);
    trial.finish();
    await log.getByText("last line of trial").waitFor();
    await page.getByText("completed").first().waitFor();

    await page.getByLabel("Search the log").fill("LAST");
    await page.getByText("1 lines").or(page.getByText("1 of 1 lines")).first().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("1");
    expect(new URL(page.url()).searchParams.get("tab")).toBe("story");
    await page.getByText("desk").first().waitFor();
  });

  test("that failed leads to its error, and is run again on request", async () => {
    const trial = await running("failing", 0.9);
    trial.finish();
    await dashboard.untilDone("failing");
    const page = await browser.open(`${trial.page}?tab=logs`);
    await page.getByRole("button", { name: "First error" }).click();
    await page.getByRole("region", { name: "Log", exact: true }).getByText("the very Error").waitFor();
    browser.allow(/status of 409/);
    await page.getByRole("button", { name: "Retry" }).click();
    // The study is over: the server says why not, in place.
    await page.getByRole("alert").waitFor();
  });

  test("gives its parameters to take along, in five forms", async () => {
    const trial = await running("copied", 0.25);
    trial.finish();
    await dashboard.untilDone("copied");
    const page = await browser.open(`${trial.page}?tab=parameters`);
    const copies = async () => {
      await page
        .getByRole("button", { name: /^Cop(y|ied)$/ })
        .first()
        .click();
      return page.evaluate<string>("navigator.clipboard.readText()");
    };
    const text = page.locator("pre").last();
    await expect.poll(() => text.textContent()).toBe("--x=0.25");
    expect(await copies()).toBe("--x=0.25");
    await page.getByRole("button", { name: "JSON", exact: true }).click();
    await expect.poll(async () => JSON.parse((await text.textContent()) ?? "")).toEqual({ x: 0.25 });
    expect(new URL(page.url()).searchParams.get("as")).toBe("JSON");
    for (const form of ["YAML", "env", "Python"]) {
      await page.getByRole("button", { name: form, exact: true }).click();
      await expect.poll(() => text.textContent()).toContain("0.25");
    }
  });

  test("draws its metrics, and has them as a table too", async () => {
    const trial = await running("measured", 0.3);
    trial.finish();
    await dashboard.untilDone("measured");
    const page = await browser.open(`${trial.page}?tab=metrics`);
    const figure = page.getByRole("region", { name: "loss", exact: true });
    await figure.locator("canvas").waitFor();
    await figure.getByRole("button", { name: "Table" }).click();
    await expect.poll(() => figure.getByRole("cell", { name: "0.25" }).count()).toBe(1);
  });

  test("is stopped after a question, and says so", async () => {
    const trial = await running("stopped", 0.4);
    const page = await browser.open(trial.page);
    await page.getByText("running").first().waitFor();
    await page.getByRole("button", { name: "Stop…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Stop it" }).click();
    await page.getByText("cancelled").first().waitFor();
    trial.finish();
  });
});
