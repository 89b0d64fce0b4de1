import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { settled } from "../../benchmarks/web/settled.ts";
import { noBrowser, useBrowser } from "../support/browser.ts";
import { type Dashboard, startDashboard, type Training } from "../support/browser-service.ts";

const STEPS = 9;
const PHONE = { width: 390, height: 844 };

/** A bowl over x and y, approached step by step; y = 0.99 and beyond does not run. */
const bowl: Training = (params, trial) => {
  const { x, y } = params as unknown as { x: number; y: number };
  if (trial % 11 === 10) return new Error("It ran out of memory.");
  const floor = (x - 0.3) ** 2 + (y - 0.6) ** 2;
  return Array.from({ length: STEPS }, (_, step) => ({ loss: floor + 1 / (step + 1) }));
};

const BOWL = {
  parameters: [
    { name: "x", type: "float" as const, low: 0, high: 1 },
    { name: "y", type: "float" as const, low: 0, high: 1 },
    { name: "kind", type: "categorical" as const, choices: ["a", "b"] },
  ],
  objectives: [{ metric: "loss", goal: "minimize" as const }],
  parallelism: 8,
  seed: 3,
};

describe.skipIf(noBrowser)("a study of many trials", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard();
    await dashboard.study({
      ...BOWL,
      name: "bowl",
      fidelity: { unit: "epoch", min: 1, max: STEPS, eta: 3, schedule: { name: "asha" } },
      budget: { maxTrials: 40 },
    });
    await dashboard.study({ ...BOWL, name: "whole", budget: { maxTrials: 12 } });
    await dashboard.study({
      name: "choices",
      parameters: ["kind", "shape"].map((name) => ({
        name,
        type: "categorical" as const,
        choices: ["a", "b", "c", "d"],
      })),
      objectives: [{ metric: "loss", goal: "minimize" }],
      budget: { maxTrials: 12 },
      parallelism: 4,
    });
    await dashboard.study({ ...BOWL, name: "untouched", budget: { maxTrials: 8 } });
    await Promise.all([
      dashboard.work("bowl", bowl),
      dashboard.work("whole", bowl),
      dashboard.work("choices", (_, trial) => [{ loss: trial % 5 }]),
    ]);
  }, 120_000);
  afterAll(() => dashboard?.close());

  const open = (path: string) => browser.open(`${dashboard.url}/studies/${path}`);
  const search = (page: Page) => new URL(page.url()).searchParams;

  /** The first canvas of each chart, on which its trials are. */
  const pictures = (page: Page) =>
    page
      .locator("figure div > canvas:first-child")
      .evaluateAll((canvases) =>
        canvases.map((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL()),
      );

  describe("explored", () => {
    test("is narrowed by a brush, in every chart and the table, and the address keeps it", async () => {
      const page = await open("whole/explore");
      const table = page.getByRole("region", { name: "Selected trials" });
      const lines = page.getByRole("region", { name: "Trials across parameters" });
      await lines.getByText("12 of 12 trials selected").waitFor();
      await settled(page);
      const name = lines.getByTitle(/^x: /);
      const box = (await name.boundingBox())!;
      const at = box.x + box.width / 2;
      await page.mouse.move(at, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(at, box.y + 100, { steps: 4 });
      await page.mouse.move(at, box.y + 150, { steps: 4 });
      await page.mouse.up();
      await expect.poll(() => search(page).has("brush")).toBe(true);
      const status = async () =>
        Number(/^(\d+) of 12/.exec((await lines.getByRole("status").textContent()) ?? "")?.[1]);
      const selected = await status();
      expect(selected).toBeLessThan(12);
      expect(await table.locator("tbody tr").count()).toBe(selected);

      await page.reload();
      await expect.poll(status).toBe(selected);
      await lines.getByRole("button", { name: "Do not select by x" }).click();
      await expect.poll(status).toBe(12);
    });

    test("shows the same after a brush that was drawn back and forth as after one that was read", async () => {
      // High enough for all charts: those out of sight are drawn when they come into it.
      const page = await browser.open(`${dashboard.url}/studies/whole/explore`, { height: 2000 });
      const lines = page.getByRole("region", { name: "Trials across parameters" });
      const table = page.getByRole("region", { name: "Selected trials" });
      await lines.getByText("12 of 12 trials selected").waitFor();
      await settled(page);
      const box = (await lines.getByTitle(/^x: /).boundingBox())!;
      const at = box.x + box.width / 2;
      await page.mouse.move(at, box.y + 60);
      await page.mouse.down();
      for (const y of [90, 140, 190, 250, 290, 260, 220, 180, 150, 200, 210])
        await page.mouse.move(at, box.y + y, { steps: 3 });
      await page.mouse.up();
      await expect.poll(() => search(page).has("brush")).toBe(true);
      await settled(page);
      const drawn = await pictures(page);
      const rows = await table.locator("tbody").textContent();

      await page.reload();
      await table.locator("tbody tr").first().waitFor();
      await settled(page);
      expect(await table.locator("tbody").textContent()).toBe(rows);
      // The pointer is where it was, and so is what it points at: no line is hovered on an axis.
      await expect.poll(() => pictures(page)).toEqual(drawn);
    });

    test("shows importance, and the model of two parameters with its uncertainty", async () => {
      const page = await open("whole/explore");
      await page.getByRole("region", { name: "Importance" }).waitFor();
      const contour = page.getByRole("region", { name: "Expected loss over two parameters" });
      await contour.locator("canvas").first().waitFor();
      await contour
        .getByText(/Gaussian process fitted to \d+ completed trials/)
        .first()
        .waitFor();
      await contour.getByRole("button", { name: "Table" }).click();
      await contour.getByRole("columnheader", { name: "uncertainty" }).waitFor();
    });

    test("says why there is no model where there is none, and when there is nothing yet", async () => {
      const page = await open("choices/explore");
      await page.getByText("It needs two float or int parameters").waitFor();
      await page.goto(`${dashboard.url}/studies/untouched/explore`);
      await page.getByText("No trial has ended yet").waitFor();
    });

    test("compares the highlighted trials", async () => {
      const page = await open("whole/explore");
      const boxes = page.getByRole("checkbox", { name: /^Highlight trial/ });
      await boxes.nth(0).check();
      await boxes.nth(1).check();
      await page.getByRole("button", { name: "Compare highlighted" }).click();
      await expect.poll(() => page.getByRole("columnheader", { name: /^Trial \d+/ }).count()).toBe(2);
    });
  });

  describe("by its learning curves", () => {
    test("shows rungs and cuts, and compares at an equal step", async () => {
      const page = await open("bowl/curves");
      const figure = page.getByRole("region", { name: "loss by epoch" });
      await figure.locator("canvas").first().waitFor();
      await figure
        .getByText(/compared at epoch 1, 3, 9/)
        .first()
        .waitFor();
      await figure.getByRole("button", { name: "Table" }).click();
      await figure.getByRole("columnheader", { name: "reason" }).waitFor();
      const values = (epoch: number) =>
        page.getByRole("table", { name: `Values at epoch ${epoch}, best first` }).locator("tbody tr");
      // The last rung before the end, until somebody chooses.
      await values(3).first().waitFor();
      await page.goto(`${dashboard.url}/studies/bowl/curves?at=1`);
      await values(1).first().waitFor();
      await page.getByRole("button", { name: "Clear" }).click();
      await values(3).first().waitFor();
    });

    test("shows the best eight in eight colours, on either theme", async () => {
      for (const theme of ["light", "dark"] as const) {
        const page = await browser.open(`${dashboard.url}/studies/bowl/curves?at=1`, { theme });
        const lines = page.getByRole("table", { name: /^Values at epoch 1/ }).locator("tbody svg line");
        const colors = () => lines.evaluateAll((all) => all.map((line) => line.getAttribute("stroke")));
        await expect.poll(async () => (await colors()).length).toBe(8);
        expect(new Set(await colors()).size).toBe(8);
      }
    });

    test("says how to report where nothing was", async () => {
      const page = await open("untouched/curves");
      await page.getByText("No intermediate values.").waitFor();
    });
  });

  describe("by time", () => {
    test("shows which trial ran where, and what the time went to", async () => {
      const page = await open("bowl/timeline");
      const totals = page.getByRole("region", { name: "Totals" });
      await totals.getByText("useful").waitFor();
      await totals.getByText("failed").waitFor();
      const lanes = page.getByRole("region", { name: "By host and GPU" });
      await lanes.getByRole("button", { name: "Table" }).click();
      await expect.poll(() => lanes.locator("tbody tr").count()).toBeGreaterThan(40);
    });

    test("says why nothing has run", async () => {
      const page = await open("untouched/timeline");
      await page.getByText("Nothing has run.").waitFor();
    });
  });

  describe("by the parameters of a trial", () => {
    test("shows all columns on a phone, and breaks no flag", async () => {
      const page = await browser.open(`${dashboard.url}/studies/whole/trials/2?tab=parameters`, PHONE);
      const panel = page.locator(".panel", { has: page.getByRole("heading", { name: "Parameters" }) });
      await panel.getByText("and the difference").waitFor();
      const [shown, whole] = await panel
        .locator(".scroll")
        .evaluate((element) => [element.clientWidth, element.scrollWidth]);
      expect(whole).toBe(shown);
      const flags = page.locator("pre span", { hasText: "--" });
      expect(await flags.count()).toBe(3);
      expect(await flags.evaluateAll((all) => all.map((flag) => flag.getClientRects().length))).toEqual([
        1, 1, 1,
      ]);
    });
  });

  describe("compared", () => {
    test("shows trials side by side, against a base, equal rows hidden", async () => {
      const page = await open("whole/compare?sel=1,2,3");
      const heads = page.getByRole("columnheader", { name: /^Trial \d+/ });
      await expect.poll(() => heads.count()).toBe(3);
      await page.getByRole("button", { name: "as base" }).first().click();
      await expect.poll(() => search(page).get("base")).toBe("2");
      await page.getByLabel("Hide equal").check();
      await page.getByText(/rows are equal, and hidden/).waitFor();
      await page.getByLabel("Leave trial 3 out").click();
      await expect.poll(() => heads.count()).toBe(2);
    });

    test("asks for two trials where there are fewer, and for two studies", async () => {
      const page = await open("whole/compare");
      await page.getByText("Select two or more rows").waitFor();
      await page.goto(`${dashboard.url}/compare`);
      await page
        .locator("main")
        .getByText(/two|study|studies/i)
        .first()
        .waitFor();
    });
  });
});
