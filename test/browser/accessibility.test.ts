import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "../../benchmarks/web/accessibility.ts";
import { settled } from "../../benchmarks/web/settled.ts";
import { noBrowser, useBrowser } from "../support/browser.ts";
import { type Dashboard, STUDIES, startDashboard } from "../support/browser-service.ts";

const TRIALS = 16;
const PHONE_PX = 390;

describe.skipIf(noBrowser)("accessibility", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard();
    dashboard.agent("desk");
    await dashboard.study({
      name: "s",
      parameters: [
        { name: "x", type: "float", low: 0, high: 1 },
        { name: "y", type: "float", low: 1e-4, high: 1, scale: "log" },
      ],
      objectives: [{ metric: "loss", goal: "minimize" }],
      budget: { maxTrials: TRIALS },
      parallelism: 8,
      tags: ["tag"],
    });
    await dashboard.work("s", ({ x }, trial) =>
      trial === 3 ? new Error("It failed.") : [{ loss: 1 }, { loss: Math.abs(Number(x) - 0.5) }],
    );
    await dashboard.study({
      name: "waiting",
      parameters: [{ name: "x", type: "float", low: 0, high: 1 }],
      objectives: [{ metric: "loss", goal: "minimize" }],
    });
    await dashboard.post(`${STUDIES}/waiting/pause`);
  });
  afterAll(() => dashboard?.close());

  const paths = [
    "/",
    "/new?template=digits",
    "/studies/s",
    "/studies/s?pin=2&heat=1&sel=1,2",
    "/studies/s/explore",
    "/studies/s/curves",
    "/studies/s/timeline",
    "/studies/s/compare?sel=1,2",
    "/studies/s/trials/1",
    "/studies/s/trials/1?tab=metrics",
    "/studies/s/trials/1?tab=logs",
    "/studies/s/trials/1?tab=parameters",
    "/studies/s/trials/3",
    "/studies/waiting",
    "/studies/waiting/explore",
    "/studies/waiting/curves",
    "/compare?studies=s,waiting",
    "/hosts",
    "/settings",
  ];

  test.each(["light", "dark"] as const)("axe finds nothing serious on any page in %s", async (theme) => {
    expect(await violations(browser.browser(), dashboard.url, paths, [theme])).toEqual([]);
  });

  test("no page is wider than a phone", async () => {
    const page = await browser.open("about:blank", { width: PHONE_PX, height: 844 });
    const wide: string[] = [];
    for (const path of paths) {
      await page.goto(dashboard.url + path);
      await settled(page);
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      if (width > PHONE_PX) wide.push(`${path}: ${width} px`);
    }
    expect(wide).toEqual([]);
  });
});
