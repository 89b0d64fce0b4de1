import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noBrowser, useBrowser } from "../support/browser.ts";
import { type Dashboard, exampleStudy, STUDIES, startDashboard } from "../support/browser-service.ts";

const TRIALS = 8;

describe.skipIf(noBrowser)("the overview of the digits study", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard();
  });
  afterAll(() => dashboard?.close());

  const board = (page: Page) => page.getByRole("region", { name: "Leaderboard" });
  const rows = (page: Page) => board(page).locator("tbody tr");
  const order = (page: Page) =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll("tr[data-trial]")].map(({ dataset }) => dataset.trial)`,
    );
  const search = (page: Page) => new URL(page.url()).searchParams;

  test("says what is missing before the first result, and lives: trials and decisions appear without a reload", async () => {
    await dashboard.study(exampleStudy("digits", TRIALS));
    const page = await browser.open(`${dashboard.url}/studies/digits`);
    const steps = page.getByRole("region", { name: "On the way to the first result" });
    await steps.getByText("No agent is connected.").waitFor();
    await page.evaluate('document.body.setAttribute("data-loaded", "once")');

    dashboard.agent("desk");
    const decisions = page.getByRole("region", { name: "Decisions" });
    await decisions.getByText("completed").first().waitFor({ timeout: 60_000 });
    await rows(page).first().waitFor();
    await dashboard.untilDone("digits");
    await page.getByText("study done").waitFor();
    await expect.poll(() => rows(page).count()).toBe(TRIALS);
    await steps.waitFor({ state: "detached" });
    expect(await page.getAttribute("body", "data-loaded")).toBe("once");
    expect(await page.title()).toContain("digits");
  }, 90_000);

  test("ranks the trials best first, sorts by another column, and the back button undoes it", async () => {
    const { body } = await dashboard.call("GET", `${STUDIES}/digits/leaderboard`);
    const ranked = (body.rows as { trial: number }[]).map(({ trial }) => String(trial));
    const page = await browser.open(`${dashboard.url}/studies/digits`);
    await expect.poll(() => order(page)).toEqual(ranked);

    await board(page).getByRole("button", { name: "Trial", exact: false }).first().click();
    await expect.poll(() => search(page).get("sort")).toBe("number");
    await expect.poll(() => order(page)).toEqual([...ranked].sort((a, b) => Number(a) - Number(b)));
    await page.goBack();
    await expect.poll(() => order(page)).toEqual(ranked);
  });

  test("filters in the API's language, and says of a mistake where it is", async () => {
    browser.allow(/status of 400/);
    const page = await browser.open(`${dashboard.url}/studies/digits`);
    await rows(page).first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("number < 3");
    await page.keyboard.press("Enter");
    await expect.poll(() => rows(page).count()).toBe(3);
    expect(search(page).get("filter")).toBe("number < 3");
    await page.keyboard.press("/");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("numbr < 3");
    await page.keyboard.press("Enter");
    await board(page).getByRole("alert").getByText("number").first().waitFor();
    await page.goto(`${dashboard.url}/studies/digits?filter=number+%3E+1000`);
    await page.getByText(`0 of ${TRIALS} match.`).waitFor();
    await page.getByRole("button", { name: "Clear filter" }).click();
    await expect.poll(() => rows(page).count()).toBe(TRIALS);
  });

  test("keeps a baseline on top, and shows what others differ by", async () => {
    const page = await browser.open(`${dashboard.url}/studies/digits`);
    await rows(page).last().waitFor();
    const worst = (await order(page)).at(-1)!;
    await page.getByLabel(`Pin trial ${worst} as the baseline`).click();
    await expect.poll(async () => (await order(page))[0]).toBe(worst);
    expect(search(page).get("pin")).toBe(worst);
    await page.reload();
    await expect.poll(async () => (await order(page))[0]).toBe(worst);
    await page.getByLabel(`Unpin trial ${worst}`).click();
    await expect.poll(() => search(page).has("pin")).toBe(false);
  });

  test("shows the columns that were chosen, in the address", async () => {
    const page = await browser.open(`${dashboard.url}/studies/digits`);
    await rows(page).first().waitFor();
    const head = board(page).getByRole("columnheader", { name: "lr" });
    expect(await head.count()).toBe(1);
    await board(page).getByText("Columns", { exact: true }).first().click();
    await board(page).getByRole("checkbox", { name: "lr", exact: true }).uncheck();
    await expect.poll(() => head.count()).toBe(0);
    expect(search(page).get("columns")).not.toContain("p:lr");
  });

  test("is used by keyboard: j and k walk, x selects into the address, c compares, Enter opens", async () => {
    const page = await browser.open(`${dashboard.url}/studies/digits`);
    await rows(page).nth(1).waitFor();
    const [first, second] = await order(page);
    for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
    await expect.poll(() => search(page).get("sel")).toBe(`${first},${second}`);
    await page.keyboard.press("k");
    await page.keyboard.press("c");
    await expect.poll(() => new URL(page.url()).pathname).toBe("/studies/digits/compare");
    await page.getByRole("columnheader", { name: `Trial ${first}` }).waitFor();
    await page.getByRole("columnheader", { name: `Trial ${second}` }).waitFor();
    await page.goBack();
    await rows(page).first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /digits \/ trial \d+/ }).waitFor();
  });

  test("is exported as CSV", async () => {
    const page = await browser.open(`${dashboard.url}/studies/digits`);
    const download = page.waitForEvent("download");
    await board(page).getByRole("button", { name: "CSV" }).click();
    expect((await download).suggestedFilename()).toBe("digits.csv");
  });
});
