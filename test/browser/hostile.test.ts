import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { settled } from "../../benchmarks/web/settled.ts";
import { noBrowser, useBrowser } from "../support/browser.ts";
import { type Dashboard, startDashboard } from "../support/browser-service.ts";

/** What would run if any of it were taken for HTML: each leaves its mark on the title. */
const MARKUP = `<img src=x onerror="document.title='pwned'"><script>document.title='pwned'</script>`;
const RTL = "\u202Eשלום عليكم\u202C";
const EMOJI = "🧪👩‍🔬";
const LONG = "long".repeat(2500);
const ANSI = "\u001b[31mred\u001b[0m";
const CHOICES = [MARKUP, `${RTL} ${EMOJI}`, LONG, "javascript:document.title='pwned'"];
const METRIC = "loss<b>bold</b>";

const SCRIPT = `
const lines = JSON.parse(process.argv[1]);
for (const line of lines) console.log(line);
require("node:fs").appendFileSync(process.env.FETTLE_METRICS_FILE, JSON.stringify({ step: 1, ...JSON.parse(process.argv[2]) }) + "\\n");
process.exit(Number(process.argv[3]));
`;

describe.skipIf(noBrowser)("text that others wrote", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard();
    dashboard.agent("desk");
    const argv = [JSON.stringify([MARKUP, RTL, EMOJI, LONG, ANSI]), JSON.stringify({ [METRIC]: 0.5 })];
    const spec = {
      description: MARKUP,
      parameters: [{ name: "choice", type: "categorical" as const, choices: CHOICES }],
      objectives: [{ metric: METRIC, goal: "minimize" as const }],
      algorithm: { name: "grid" },
      budget: { maxTrials: CHOICES.length },
      parallelism: 2,
      tags: [MARKUP.slice(0, 90), RTL, EMOJI],
    };
    await dashboard.study({
      ...spec,
      name: "hostile",
      command: [process.execPath, "-e", SCRIPT, ...argv, "0"],
    });
    await dashboard.study({
      ...spec,
      name: "hostile-failed",
      command: [process.execPath, "-e", SCRIPT, ...argv, "1"],
    });
    await dashboard.untilDone("hostile");
    await dashboard.untilDone("hostile-failed");
  }, 120_000);
  afterAll(() => dashboard?.close());

  test.each([
    "/",
    "/studies/hostile",
    "/studies/hostile/explore",
    "/studies/hostile/curves",
    "/studies/hostile/timeline",
    "/studies/hostile/compare?sel=0,1,2,3",
    "/studies/hostile/trials/0",
    "/studies/hostile/trials/0?tab=metrics",
    "/studies/hostile/trials/0?tab=parameters",
    "/studies/hostile-failed",
    "/studies/hostile-failed/trials/1",
    "/compare",
    "/hosts",
    "/settings",
    `/?filter=${encodeURIComponent(MARKUP)}`,
    `/studies/${encodeURIComponent(MARKUP)}`,
  ])("is shown as text and never run, on %s", async (path) => {
    // A study of that name does not exist, a filter of that kind neither, and the server says so.
    if (path.includes("%3C")) browser.allow(/status of 40[04]/);
    const page = await browser.open(dashboard.url + path);
    await page.getByText("● live").waitFor();
    await settled(page);
    expect(await page.title()).not.toBe("pwned");
    expect(
      await page
        .locator('main img[src="x"], main script, main b:text("bold"), a[href^="javascript:"]')
        .count(),
    ).toBe(0);
    expect(
      await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth"),
      "no overflow",
    ).toBeLessThanOrEqual(0);
  });

  test("stands in the log as it was printed, colours taken out", async () => {
    const page = await browser.open(`${dashboard.url}/studies/hostile/trials/0?tab=logs`);
    const log = page.getByRole("region", { name: "Log", exact: true });
    await log.getByText(MARKUP, { exact: true }).waitFor();
    await log.getByText(RTL).waitFor();
    await log.getByText(EMOJI, { exact: true }).waitFor();
    await log.getByText("red", { exact: true }).waitFor();
    expect(await log.textContent()).not.toContain("\u001b");
    expect(await page.title()).not.toBe("pwned");
  });

  test("stands in the leaderboard, cut to fit, with the whole of it as the title", async () => {
    const page = await browser.open(`${dashboard.url}/studies/hostile`);
    const board = page.getByRole("region", { name: "Leaderboard" });
    await board.getByText(MARKUP, { exact: true }).first().waitFor();
    await board.getByTitle(LONG, { exact: false }).first().waitFor();
    const widest = await board
      .locator(".clip")
      .evaluateAll((cells) =>
        Math.max(...cells.map((cell) => (cell as unknown as { offsetWidth: number }).offsetWidth)),
      );
    expect(widest).toBeLessThan(500);
  });
});
