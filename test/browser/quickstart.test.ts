import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noBrowser, useBrowser } from "../support/browser.ts";
import { type FakeBrowser, fakeBrowser } from "../support/fake-browser.ts";
import { type FettleProcess, startFettle } from "../support/fettle-process.ts";
import { waitFor } from "../support/wait-for.ts";

const TRIALS = 30;
/** 30 real trainings, on cores that other tests use too. */
const STUDY_MS = 150_000;

describe.skipIf(noBrowser)("quickstart --open", () => {
  const browser = useBrowser();
  let folder: string;
  let opener: FakeBrowser;
  let quickstart: FettleProcess;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fettle-opened-"));
    // PostgreSQL, which does not run as root, must be able to enter it.
    chmodSync(folder, 0o711);
    opener = fakeBrowser(folder);
    quickstart = startFettle(["quickstart", "--open"], { BROWSER: opener.path, TMPDIR: folder }, folder);
  });
  afterAll(async () => {
    await quickstart.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  const leftovers = () => readdirSync(folder).filter((name) => name.startsWith("fettle-"));

  test("opens the study's page, which lives: trials appear one after another without a reload", {
    timeout: STUDY_MS + 30_000,
  }, async () => {
    const [url = ""] = await waitFor(() => opener.called(), { timeoutMs: 40_000, what: "the opened page" });
    const page = await browser.open(url);
    const rows = page.getByRole("region", { name: "Leaderboard" }).locator("tbody tr");
    await page.evaluate('document.body.setAttribute("data-loaded", "once")');

    const seen = new Set<number>();
    const count = async () => seen.add(await rows.count()).has(TRIALS);
    await waitFor(count, { timeoutMs: STUDY_MS, what: `${TRIALS} trials on the page`, everyMs: 200 });
    // One by one, or a few at a time, as they ended: not at once at the end.
    expect(seen.size).toBeGreaterThan(5);
    expect(await page.getAttribute("body", "data-loaded")).toBe("once");
    await page.getByText("study done").waitFor();
  });

  test("keeps the page after the end, until Ctrl-C, and leaves nothing behind", async () => {
    const stays = () => quickstart.log().includes("The dashboard stays at http://");
    await waitFor(stays, { timeoutMs: 30_000, what: "the last line" });
    const [url = ""] = opener.called() ?? [];
    const page = await browser.open(url);
    await page.getByText("study done").waitFor();
    expect(leftovers()).toHaveLength(1);
    browser.allow(/net::ERR_/);
    await quickstart.kill("SIGINT");
    expect(await quickstart.exited, quickstart.log()).toBe(0);
    expect(leftovers()).toEqual([]);
    await page.getByText("The server does not answer").waitFor();
    expect(await page.getByText("study done").isVisible()).toBe(true);
  });
});
