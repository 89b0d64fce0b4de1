import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_TOKEN, TOKEN_AUTH } from "../support/api.ts";
import { noBrowser, useBrowser } from "../support/browser.ts";
import { type Dashboard, startDashboard } from "../support/browser-service.ts";

/** Chromium's word on a request that got no answer or a refusal. */
const NO_ANSWER =
  /net::ERR_CONNECTION_REFUSED|net::ERR_INCOMPLETE_CHUNKED_ENCODING|net::ERR_CONNECTION_RESET|net::ERR_EMPTY_RESPONSE/;
const REFUSED = /status of 401/;

const SPEC = {
  parameters: [{ name: "x", type: "float" as const, low: 0, high: 1 }],
  objectives: [{ metric: "loss", goal: "minimize" as const }],
};

describe.skipIf(noBrowser)("the connection", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard();
    await dashboard.study({ ...SPEC, name: "before" });
  });
  afterAll(() => dashboard?.close());

  test("a server that goes away is announced, what was shown stays, and what happened meanwhile appears without a reload", async () => {
    browser.allow(NO_ANSWER);
    const page = await browser.open(`${dashboard.url}/`);
    await page.getByRole("link", { name: "before", exact: true }).waitFor();
    await page.evaluate('document.body.setAttribute("data-loaded", "once")');

    await dashboard.stopApi();
    await page.getByText("The server does not answer").waitFor();
    expect(await page.getByRole("link", { name: "before", exact: true }).isVisible()).toBe(true);

    await dashboard.startApi();
    await page.getByText("The server does not answer").waitFor({ state: "detached" });
    await dashboard.study({ ...SPEC, name: "after" });
    await page.getByRole("link", { name: "after", exact: true }).waitFor();
    expect(await page.getAttribute("body", "data-loaded")).toBe("once");
  });

  test("events of the time when the server was away are caught up with, from the last one that was seen", async () => {
    browser.allow(NO_ANSWER);
    const page = await browser.open(`${dashboard.url}/`);
    await page.getByText("● live").waitFor();
    await dashboard.post("/v1/projects/default/studies/before/pause");
    await page.getByRole("cell", { name: "paused", exact: true }).waitFor();

    await dashboard.stopApi();
    await page.getByText("The server does not answer").waitFor();
    const resumed = page.waitForRequest(
      (request) => request.url().endsWith("/v1/events") && request.headers()["last-event-id"] !== undefined,
    );
    await dashboard.startApi();
    expect((await resumed).headers()["last-event-id"]).toMatch(/^\d+-\d+$/);
    await page.getByText("● live").waitFor();
  });
});

describe.skipIf(noBrowser)("a server with tokens", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard({ auth: TOKEN_AUTH });
  });
  afterAll(() => dashboard?.close());

  test("a missing token is asked for, and the page that was wanted comes up with its whole address", async () => {
    browser.allow(REFUSED);
    const address = `${dashboard.url}/hosts?project=default`;
    const page = await browser.open(address);
    const question = page.getByRole("dialog", { name: "This server asks for a token" });
    await question.getByLabel("Token").fill(ADMIN_TOKEN);
    await question.getByRole("button", { name: "Go on" }).click();
    await page.getByText("● live").waitFor();
    await question.waitFor({ state: "detached" });
    expect(page.url()).toBe(address);
    await page.reload();
    await page.getByText("● live").waitFor();
    expect(await question.count()).toBe(0);
  });

  test("a wrong token is asked for again", async () => {
    browser.allow(REFUSED);
    const page = await browser.open(`${dashboard.url}/hosts`);
    const question = page.getByRole("dialog", { name: "This server asks for a token" });
    const field = question.getByLabel("Token");
    await field.fill("not-it");
    await question.getByRole("button", { name: "Go on" }).click();
    await expect.poll(() => field.inputValue()).toBe("");
    await field.fill(ADMIN_TOKEN);
    await question.getByRole("button", { name: "Go on" }).click();
    await page.getByText("● live").waitFor();
  });
});
