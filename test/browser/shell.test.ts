import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noBrowser, useBrowser } from "../support/browser.ts";
import { type Dashboard, startDashboard } from "../support/browser-service.ts";

/** In the page: writes a script and a handler into it, and waits until the policy has refused both. */
const WRITE_SCRIPTS = `new Promise((resolve) => {
  const directives = [];
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
    if (directives.push(effectiveDirective) === 2) resolve(directives.sort());
  });
  const script = document.createElement("script");
  script.textContent = "document.title = 'executed'";
  document.head.append(script);
  const image = document.createElement("img");
  image.setAttribute("onerror", "document.title = 'executed'");
  document.body.append(image);
})`;

describe.skipIf(noBrowser)("every page", () => {
  const browser = useBrowser();
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await startDashboard();
  });
  afterAll(() => dashboard?.close());

  test("allows no script but its own files", async () => {
    const reply = await fetch(dashboard.url);
    const policy = reply.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(policy).toMatch(/default-src 'self'(;|$)/);
    expect(await reply.text()).not.toMatch(/<script(?![^>]*\bsrc=)/);
  });

  test("runs nothing that is written into it", async () => {
    browser.allow(/Content Security Policy/);
    const page = await browser.open(dashboard.url);
    const refused = await page.evaluate(WRITE_SCRIPTS);
    expect(refused).toEqual(["script-src-attr", "script-src-elem"]);
    expect(await page.title()).not.toContain("executed");
  });

  test("asks no other server for anything", async () => {
    const page = await browser.open("about:blank");
    const hosts = new Set<string>();
    page.on("request", (request) => hosts.add(new URL(request.url()).host));
    for (const path of ["/", "/new", "/compare", "/hosts", "/settings"]) {
      await page.goto(dashboard.url + path);
      await page.getByText("● live").waitFor();
    }
    expect([...hosts]).toEqual([new URL(dashboard.url).host]);
  });

  test("is light or dark as the system has it, until one is chosen, and that one stays", async () => {
    const page = await browser.open(dashboard.url, { theme: "dark" });
    const theme = () => page.locator("html").getAttribute("data-theme");
    expect(await theme()).toBe("dark");
    await page.getByRole("button", { name: /^Theme: system/ }).click();
    expect(await theme()).toBe("light");
    await page.reload();
    await page.getByRole("button", { name: /^Theme: light/ }).waitFor();
    expect(await theme()).toBe("light");
  });

  test("lists its shortcuts at a question mark", async () => {
    const page = await browser.open(`${dashboard.url}/hosts`);
    await page.getByText("● live").waitFor();
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Shortcuts on this page" });
    await dialog.getByText("go to the studies").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.keyboard.press("g");
    expect(new URL(page.url()).pathname).toBe("/");
  });

  test("says so when an address has no page", async () => {
    const page = await browser.open(`${dashboard.url}/nowhere/at/all`);
    await page.getByText("No page has this address.").waitFor();
    await page.getByRole("link", { name: "All studies" }).click();
    expect(new URL(page.url()).pathname).toBe("/");
  });
});
