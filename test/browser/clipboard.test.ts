import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launchChromium } from "../../benchmarks/web/chromium.ts";
import { noBrowser, useBrowser } from "../support/browser.ts";
import { type Dashboard, startDashboard } from "../support/browser-service.ts";

/** A name of this machine that a browser does not take for this machine: over plain HTTP it is no secure origin. */
const NAME = "fettle.test";

describe.skipIf(noBrowser)("copying", () => {
  const secure = useBrowser();
  let dashboard: Dashboard;
  let remote: Browser;
  let address: string;
  beforeAll(async () => {
    dashboard = await startDashboard({ auth: { mode: "open-loopback", allowedHosts: [NAME] } });
    address = dashboard.url.replace("127.0.0.1", NAME);
    remote = await launchChromium(chromiumPath()!, [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`]);
  });
  afterAll(async () => {
    await remote?.close();
    await dashboard?.close();
  });

  const copyFirst = (page: Page) => page.getByRole("button", { name: "Copy", exact: true }).first().click();

  /** What a person would paste. */
  async function pasted(page: Page): Promise<string> {
    await page.evaluate(
      'document.body.append(Object.assign(document.createElement("textarea"), { id: "paste" }))',
    );
    await page.locator("#paste").focus();
    await page.keyboard.press("ControlOrMeta+v");
    return page.locator("#paste").inputValue();
  }

  test("works on this machine, by the clipboard's own interface", async () => {
    const page = await secure.open(dashboard.url);
    await copyFirst(page);
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await pasted(page)).toBe("npm run quickstart");
  });

  test("works over plain HTTP, where that interface is absent, and keeps the focus", async () => {
    const page = await remote.newPage();
    await page.goto(address);
    await page.getByRole("button", { name: "Copy", exact: true }).first().waitFor();
    expect(await page.evaluate("[isSecureContext, navigator.clipboard === undefined]")).toEqual([
      false,
      true,
    ]);
    await copyFirst(page);
    const copied = page.getByRole("button", { name: "Copied" });
    await copied.waitFor();
    expect(await copied.evaluate((button) => button.ownerDocument.activeElement === button)).toBe(true);
    expect(await pasted(page)).toBe("npm run quickstart");
    await page.close();
  });

  test("shows the text selected where a browser forbids both ways", async () => {
    const page = await remote.newPage();
    await page.addInitScript("document.execCommand = () => false");
    await page.goto(address);
    await copyFirst(page);
    const dialog = page.getByRole("dialog", { name: "Copy by hand" });
    await dialog.waitFor();
    const selected =
      "(({ value, selectionStart: a, selectionEnd: b }) => value.slice(a, b))(document.activeElement)";
    expect(await page.evaluate(selected)).toBe("npm run quickstart");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.close();
  });
});
