import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_TOKEN, TOKEN_AUTH } from "../support/api.ts";
import { noBrowser, useBrowser } from "../support/browser.ts";
import { type Dashboard, exampleStudy, startDashboard } from "../support/browser-service.ts";

describe.skipIf(noBrowser)("hosts and queue", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard();
  });
  afterAll(() => dashboard?.close());

  test("gives the line that adds the first host, which then appears by itself", async () => {
    const page = await browser.open(`${dashboard.url}/hosts`);
    await page.getByText("Waiting for the first agent").waitFor();
    await page.getByText(`fettle agent --url ${dashboard.url}`).waitFor();
    dashboard.agent("desk", 1);
    const host = page.getByRole("region", { name: "Host desk" });
    await host.getByText("0 of 1 in use").waitFor();
  });

  test("says why a trial waits, and drains a host on request", async () => {
    const page = await browser.open(`${dashboard.url}/hosts`);
    const host = page.getByRole("region", { name: "Host desk" });
    await host.getByRole("button", { name: "Drain" }).click();
    await host.getByText("draining").first().waitFor();
    await dashboard.study(exampleStudy("digits", 2));
    const queue = page.getByRole("region", { name: "Queue" });
    await queue.getByRole("row", { name: /digits #0/ }).waitFor();
    await expect.poll(() => queue.getByRole("row", { name: /digits #0/ }).textContent()).toMatch(/drain/);
    await host.getByRole("button", { name: "Resume" }).click();
    await host.locator(".chip", { hasText: /up$/ }).waitFor();
    await dashboard.untilDone("digits");
  }, 60_000);
});

describe.skipIf(noBrowser)("the settings", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard({ auth: TOKEN_AUTH });
  });
  afterAll(() => dashboard?.close());

  test("make a token that is shown once, and revoke it after a question", async () => {
    browser.allow(/status of 401/);
    const page = await browser.open(`${dashboard.url}/settings`);
    await page.getByRole("dialog").getByLabel("Token").fill(ADMIN_TOKEN);
    await page.getByRole("dialog").getByRole("button", { name: "Go on" }).click();
    const tokens = page.getByRole("region", { name: "Tokens" });
    await tokens.getByText("No token yet").waitFor();

    const form = tokens.getByRole("form", { name: "New token" });
    await form.getByLabel("Name").fill("gpu-hosts");
    await form.getByLabel("Scope").selectOption("agent");
    await form.getByRole("button").click();
    await tokens.getByRole("cell", { name: "gpu-hosts" }).waitFor();
    await tokens.locator("pre").getByText(/^ftl_/).waitFor();
    const secret = (await tokens.locator("pre").textContent()) ?? "";
    const headers = { authorization: `Bearer ${secret.trim()}` };
    expect((await fetch(`${dashboard.url}/v1/agents`, { headers })).status).not.toBe(401);

    await page.reload();
    await tokens.getByRole("cell", { name: "gpu-hosts" }).waitFor();
    expect(await tokens.textContent()).not.toContain(secret.trim());
    await tokens.getByRole("button", { name: "Revoke …" }).click();
    const question = page.getByRole("dialog", { name: "Revoke gpu-hosts?" });
    await question.getByRole("button", { name: "Revoke" }).click();
    await tokens.getByText("revoked").waitFor();
    await expect
      .poll(async () => (await fetch(`${dashboard.url}/v1/agents`, { headers })).status, { timeout: 8000 })
      .toBe(401);
  });
});
