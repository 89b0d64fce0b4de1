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

/** Of a test that reports 100,000 points first. */
const LONG_MS = 180_000;

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

  /** One trial that reported a value at each of so many steps, all small but for one. */
  async function spiky(name: string, points: number, spike: number): Promise<string> {
    await dashboard.study({
      name,
      parameters: [{ name: "x", type: "fixed", value: 1 }],
      objectives: [{ metric: "loss", goal: "minimize" }],
      budget: { maxTrials: 1 },
    });
    const study = `/v1/projects/default/studies/${name}`;
    await dashboard.post(`${study}/suggest`, { workerId: "test", count: 1, waitSeconds: 5 });
    const BATCH = 5000;
    for (let at = 0; at < points; at += BATCH) {
      const sent = Array.from({ length: BATCH }, (_, k) => {
        const step = at + k + 1;
        return { name: "loss", step, value: step === spike ? 50 : 1 + 0.1 * Math.sin(step / 40) };
      });
      await dashboard.post(`${study}/trials/0/metrics`, { points: sent });
    }
    await dashboard.post(`${study}/trials/0/complete`);
    return `${dashboard.url}/studies/${name}/trials/0`;
  }

  test(
    "of 100,000 points shows a single spike at every zoom, and more of the points about it",
    async () => {
      const SPIKE = 61_803;
      const page = await browser.open(`${await spiky("long", 100_000, SPIKE)}?tab=metrics`);
      const figure = page.getByRole("region", { name: "loss", exact: true });
      const drawing = figure.getByRole("figure");
      const plot = figure.locator(".u-over");
      const shown = () => {
        const [low, high] = (new URL(page.url()).searchParams.get("steps") ?? "1~100000").split("~");
        return [Number(low), Number(high)] as const;
      };
      /** Points of the stretch that is shown: from the sentence that stands for the chart. */
      const drawn = async () =>
        Number(/(\d+) of 100000 points drawn/.exec((await drawing.getAttribute("aria-label")) ?? "")?.[1]);
      const drag = async (from: number, to: number) => {
        const box = (await plot.boundingBox())!;
        await page.mouse.move(box.x + from * box.width, box.y + 60);
        await page.mouse.down();
        await page.mouse.move(box.x + to * box.width, box.y + 80, { steps: 4 });
        await page.mouse.up();
      };
      await plot.waitFor();
      await expect.poll(() => drawing.getAttribute("aria-label")).toContain(`highest 50 at step ${SPIKE}`);

      await drag(0.55, 0.7);
      await expect.poll(() => shown()[1] - shown()[0]).toBeLessThan(20_000);
      // Of the whole curve there were 1000 for all of it, a sixth of them in here.
      await expect.poll(drawn).toBeGreaterThan(500);
      for (let zoom = 0; zoom < 4; zoom++) {
        expect(await drawing.getAttribute("aria-label")).toContain(`highest 50 at step ${SPIKE}`);
        const [from, to] = shown();
        // The spike in the middle, with some room: dragged over in the plot's own, padded scale.
        const place = (step: number) => (0.02 + (step - from) / (to - from)) / 1.04;
        const part = (to - from) / 8;
        await drag(place(Math.max(from, SPIKE - part)), place(Math.min(to, SPIKE + part)));
        await expect.poll(() => shown()[1] - shown()[0]).toBeLessThan(0.4 * (to - from) + 2);
        const every = shown()[1] - shown()[0] + 1;
        await expect.poll(drawn).toBeGreaterThanOrEqual(Math.min(every, 500));
      }
      expect(shown()[1] - shown()[0]).toBeLessThan(100);

      await figure.getByRole("button", { name: "Table" }).click();
      await figure.getByRole("cell", { name: String(SPIKE), exact: true }).waitFor();
      expect(await figure.locator("tbody tr").count()).toBe(shown()[1] - shown()[0] + 1);
      await figure.getByRole("button", { name: "Chart" }).click();

      await page.reload();
      await expect.poll(drawn).toBeLessThan(100);
      await plot.dblclick();
      await expect.poll(() => new URL(page.url()).searchParams.has("steps")).toBe(false);
    },
    LONG_MS,
  );

  test("is zoomed by keyboard alone", async () => {
    const page = await browser.open(`${await spiky("keys", 5000, 2500)}?tab=metrics`);
    const figure = page.getByRole("region", { name: "loss", exact: true });
    const steps = () => new URL(page.url()).searchParams.get("steps");
    await figure.locator(".u-over").waitFor();
    await figure.getByRole("button", { name: "Table" }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("+");
    expect(steps()).toBe("1250~3751");
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowLeft");
    expect(steps()).toBe("1562~2813");
    await page.keyboard.press("-");
    await page.keyboard.press("-");
    await page.keyboard.press("-");
    expect(steps()).toBe(null);
    await page.keyboard.press("+");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    expect(steps()).toBe(null);
  });

  test("asks for everything that it shows first at once, and for nothing twice", async () => {
    const page = await browser.open("about:blank");
    const asked: string[] = [];
    const scripts: number[] = [];
    page.on("request", (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.startsWith("/v1/projects")) asked.push(pathname + search);
      if (request.resourceType() === "script") scripts.push(asked.length);
    });
    await page.goto(`${await spiky("asked", 5000, 2500)}?tab=metrics`);
    await page.getByRole("region", { name: "loss", exact: true }).locator("canvas").waitFor();
    const study = "/v1/projects/default/studies/asked";
    expect(asked).toEqual([study, `${study}/trials/0`, `${study}/trials/0/metrics?maxPoints=1000`]);
    // Before the page's own code was asked for.
    expect(scripts.at(-1)).toBe(3);
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
