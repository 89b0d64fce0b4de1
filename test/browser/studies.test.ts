import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noBrowser, useBrowser } from "../support/browser.ts";
import { type Dashboard, STUDIES, startDashboard } from "../support/browser-service.ts";

const SPEC = {
  parameters: [{ name: "x", type: "float" as const, low: 0, high: 1 }],
  objectives: [{ metric: "loss", goal: "minimize" as const }],
  budget: { maxTrials: 5 },
};

describe.skipIf(noBrowser)("the list of studies", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard();
  });
  afterAll(() => dashboard?.close());

  test("shows three ways to start while there is none, each to copy", async () => {
    const page = await browser.open(dashboard.url);
    for (const title of ["See it at work", "Tune your script", "Ask over HTTP"]) {
      await page.getByRole("heading", { name: title }).waitFor();
    }
    await page.getByRole("button", { name: "Copy" }).first().click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe("npm run quickstart");

    await dashboard.study({ ...SPEC, name: "alpha" });
    await page.getByRole("link", { name: "alpha", exact: true }).waitFor();
    expect(await page.getByRole("heading", { name: "See it at work" }).count()).toBe(0);
  });

  test("is filtered by name and tag, in the address, and the back button undoes it", async () => {
    await dashboard.study({ ...SPEC, name: "beta", tags: ["vision"] });
    const page = await browser.open(dashboard.url);
    const names = () => page.locator("tbody a[href^='/studies/']").allTextContents();
    await expect.poll(names).toEqual(["beta", "alpha"]);

    await page.keyboard.press("/");
    await page.keyboard.type("alp");
    await page.keyboard.press("Enter");
    await expect.poll(names).toEqual(["alpha"]);
    expect(new URL(page.url()).searchParams.get("filter")).toBe("alp");
    await page.goBack();
    await expect.poll(names).toEqual(["beta", "alpha"]);

    await page.getByTitle("Only studies tagged vision").click();
    await expect.poll(names).toEqual(["beta"]);
    await page.goto(`${dashboard.url}/?filter=nothing-like-it`);
    await page.getByText("No study matches.").waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).first().click();
    await expect.poll(names).toEqual(["beta", "alpha"]);
  });

  test("pauses and resumes the selected studies together", async () => {
    await dashboard.study({ ...SPEC, name: "gamma" });
    const page = await browser.open(dashboard.url);
    await page.getByLabel("Select beta").check();
    await page.getByLabel("Select gamma").check();
    expect(new URL(page.url()).searchParams.get("selected")).toBe("beta,gamma");
    const tools = page.getByRole("toolbar");
    await tools.getByRole("button", { name: "Pause" }).click();
    await expect.poll(() => page.getByRole("cell", { name: "paused", exact: true }).count()).toBe(2);
    const states = await Promise.all(
      ["alpha", "beta", "gamma"].map(
        async (name) => (await dashboard.call("GET", `${STUDIES}/${name}`)).body.state,
      ),
    );
    expect(states).toEqual(["running", "paused", "paused"]);
    await tools.getByRole("button", { name: "Resume" }).click();
    await expect.poll(() => page.getByRole("cell", { name: "paused", exact: true }).count()).toBe(0);
  });

  test("is walked through by keyboard: j moves, x selects, Enter opens", async () => {
    const page = await browser.open(dashboard.url);
    await page.getByRole("link", { name: "gamma", exact: true }).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await expect.poll(() => page.getByLabel("Select beta").isChecked()).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "beta" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/studies/beta");
  });
});

describe.skipIf(noBrowser)("a new study", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard();
  });
  afterAll(() => dashboard?.close());

  test("is checked as it is typed, by the server, and the error stands at its field and its line", async () => {
    browser.allow(/status of 400/);
    const page = await browser.open(`${dashboard.url}/new?template=digits`);
    await page.getByText("The server would take it.").waitFor();
    const name = page.getByLabel("Name", { exact: true }).first();
    await name.fill("Not A Name");
    await page.getByText("1 error to mend first.").waitFor();
    expect(await name.getAttribute("aria-invalid")).toBe("true");
    await page.getByRole("list", { name: "Errors and warnings" }).getByText("name").first().waitFor();
    expect(await page.getByRole("button", { name: "Start the study" }).isDisabled()).toBe(true);
  });

  test("is one text: what the form changes stands in the YAML, and the other way round", async () => {
    const page = await browser.open(`${dashboard.url}/new?template=digits`);
    const yaml = page.getByLabel("The study as YAML");
    await page.getByText("The server would take it.").waitFor();
    await page.getByLabel("Name", { exact: true }).first().fill("renamed");
    await expect.poll(() => yaml.inputValue()).toContain("name: renamed");
    expect(await yaml.inputValue()).toContain("# Rates matter by their ratio");
    await yaml.fill((await yaml.inputValue()).replace("maxTrials: 30", "maxTrials: 7"));
    await expect.poll(() => page.getByLabel("Trials", { exact: true }).inputValue()).toBe("7");
  });

  test("offers the algorithms, schedules and early stoppers that the server has", async () => {
    const { body } = await dashboard.call("GET", "/v1/version");
    const page = await browser.open(`${dashboard.url}/new?template=digits`);
    for (const label of [/^Train many a little/, /^Stop trials early/]) await page.getByLabel(label).check();
    const offered = (label: string) =>
      page.getByLabel(label, { exact: true }).evaluate((field) => {
        const { list } = field as unknown as { list: { options: Iterable<{ value: string }> } };
        return [...list.options].map(({ value }) => value);
      });
    await expect.poll(() => offered("Algorithm")).toEqual(body.algorithms);
    expect(await offered("Schedule")).toEqual(body.schedules);
    expect(await offered("Early stopper")).toEqual(body.earlyStoppers);
  });

  test("shows three commands exactly as they would run, and starts", async () => {
    const page = await browser.open(`${dashboard.url}/new?template=digits`);
    await page.getByText("The server would take it.").waitFor();
    await expect.poll(() => page.locator("code", { hasText: /^--lr=/ }).count()).toBe(3);
    await page.getByRole("button", { name: "Start the study" }).click();
    await page.getByRole("heading", { name: "digits", exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/studies/digits");
    const { body } = await dashboard.call("GET", `${STUDIES}/digits`);
    expect(body.spec).toMatchObject({ name: "digits", budget: { maxTrials: 30 }, parallelism: 2 });
  });
});
