import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noBrowser, useBrowser } from "../support/browser.ts";
import { builtDashboard } from "../support/browser-build.ts";
import { type Dashboard, startDashboard } from "../support/browser-service.ts";

/** kB of 1000 bytes, as build tools count them. */
const MOST_BYTES = 120_000;

test("the dashboard's scripts hold no schema library: of core/ it takes types and pure rules", async () => {
  const assets = join(await builtDashboard(), "assets");
  const scripts = readdirSync(assets).filter((name) => name.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(10);
  // Every schema that zod makes has both, and neither is renamed.
  const withSchemas = scripts.filter((name) =>
    /\b_zod\b|~standard/.test(readFileSync(join(assets, name), "utf8")),
  );
  expect(withSchemas).toEqual([]);
});

describe.skipIf(noBrowser)("the dashboard's size", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard();
    await dashboard.study({
      name: "s",
      parameters: [{ name: "x", type: "float", low: 0, high: 1 }],
      objectives: [{ metric: "loss", goal: "minimize" }],
    });
  });
  afterAll(() => dashboard?.close());

  test.each(["/", "/new", "/studies/s", "/studies/s/explore", "/studies/s/curves"])(
    "%s loads at most 120 kB of scripts and styles, gzipped",
    async (path) => {
      const directory = await builtDashboard();
      const page = await browser.open("about:blank");
      const files: string[] = [];
      page.on("request", (request) => {
        if (/^(script|stylesheet)$/.test(request.resourceType())) files.push(new URL(request.url()).pathname);
      });
      await page.goto(dashboard.url + path);
      await page.locator("main").waitFor();
      await page.waitForLoadState("load");
      await expect.poll(() => page.locator("main").textContent()).not.toBe("Loading …");
      const bytes = files.map((file) => gzipSync(readFileSync(join(directory, file))).length);
      expect(files.length).toBeGreaterThan(2);
      expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_BYTES);
    },
  );

  test("its scripts and styles come compressed", async () => {
    const page = await browser.open("about:blank");
    const encodings: (string | null)[] = [];
    page.on("response", async (response) => {
      if (/^(script|stylesheet|document)$/.test(response.request().resourceType()))
        encodings.push(await response.headerValue("content-encoding"));
    });
    await page.goto(`${dashboard.url}/studies/s`);
    await expect.poll(() => encodings.length).toBeGreaterThan(3);
    expect(new Set(encodings)).toEqual(new Set(["br"]));
  });

  test("all of its scripts and styles together stay below twice that", async () => {
    const assets = join(await builtDashboard(), "assets");
    const code = readdirSync(assets).filter((name) => /\.(js|css)$/.test(name));
    const bytes = code.map((name) => gzipSync(readFileSync(join(assets, name))).length);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2 * MOST_BYTES);
  });
});
