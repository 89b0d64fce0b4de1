import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import { chromiumPath, launchChromium } from "../../benchmarks/web/chromium.ts";

/** Real pages in a real browser, for tests. */

/** A browser, a server and training processes share two cores: what takes a second alone may take ten. */
const TEST_MS = 90_000;
const STEP_MS = 20_000;

const path = chromiumPath();

/** For `describe.skipIf`: these tests need Chromium, and say so where there is none. */
export const noBrowser = path === null;
if (noBrowser) {
  console.warn(
    "Browser tests are skipped: no /usr/bin/chromium; install chromium, or name one in FETTLE_CHROMIUM.",
  );
}

export interface OpenOptions {
  theme?: "light" | "dark";
  /** Pixels. Default: 1280 × 900. */
  width?: number;
  height?: number;
  /** Shared with other pages: the same storage, the same session. */
  context?: BrowserContext;
}

export interface TestBrowser {
  /** Opens an address; the page is closed after the test, which fails if anything went wrong in it. */
  open(url: string, options?: OpenOptions): Promise<Page>;
  context(options?: OpenOptions): Promise<BrowserContext>;
  /** The browser itself, whose pages nobody watches. */
  browser(): Browser;
  /** What a test brings about on purpose: these are no troubles in it. */
  allow(...troubles: RegExp[]): void;
}

/** One browser for a test file. Every console error, uncaught exception, failed request and broken policy fails its test. */
export function useBrowser(): TestBrowser {
  let browser: Browser;
  let contexts: BrowserContext[] = [];
  let troubles: string[] = [];
  let allowed: RegExp[] = [];

  vi.setConfig({ testTimeout: TEST_MS, hookTimeout: TEST_MS });
  beforeAll(async () => {
    if (path !== null) browser = await launchChromium(path);
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    const unexpected = troubles.filter((trouble) => !allowed.some((pattern) => pattern.test(trouble)));
    await Promise.all(contexts.map((context) => context.close()));
    [contexts, troubles, allowed] = [[], [], []];
    expect(unexpected, "troubles in the browser").toEqual([]);
  });

  async function context(options: OpenOptions = {}): Promise<BrowserContext> {
    const made = await browser.newContext(contextOptions(options));
    contexts.push(made);
    await made.grantPermissions(["clipboard-read", "clipboard-write"]);
    made.on("page", (page) => watch(page, (trouble) => troubles.push(trouble)));
    return made;
  }

  return {
    context,
    browser: () => browser,
    async open(url, options = {}) {
      const page = await (options.context ?? (await context(options))).newPage();
      page.setDefaultTimeout(STEP_MS);
      await page.goto(url);
      return page;
    },
    allow: (...patterns) => void allowed.push(...patterns),
  };
}

function contextOptions({ theme = "light", width = 1280, height = 900 }: OpenOptions): BrowserContextOptions {
  return { colorScheme: theme, viewport: { width, height }, reducedMotion: "reduce" };
}

/** Chromium reports what a content security policy refuses as a console error. */
function watch(page: Page, report: (trouble: string) => void): void {
  page.on("console", (message) => {
    if (message.type() === "error") report(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => report(`uncaught: ${error.stack ?? error.message}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // A page that is left ends its requests.
    if (reason !== "net::ERR_ABORTED") report(`request: ${request.method()} ${request.url()} ${reason}`);
  });
  page.on("dialog", (dialog) => {
    report(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}
