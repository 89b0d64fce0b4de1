import { execFileSync } from "node:child_process";
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import postgres, { type Sql } from "postgres";
import { environment, type Server, startServer } from "../service/server.ts";
import { chromiumPath, launchChromium } from "./chromium.ts";

/** What is measured: the built bundle on its embedded database, and a browser before it. */
export interface Stage {
  server: Server;
  sql: Sql;
  browser: Browser;
  close(): Promise<void>;
}

const bundle = new URL("../../dist/fettle.js", import.meta.url).pathname;

export async function openStage(): Promise<Stage> {
  const path = chromiumPath();
  if (path === null) throw new Error("No Chromium: install it, or name it in FETTLE_CHROMIUM.");
  const server = await startServer(bundle);
  const sql = postgres(databaseUrl(server), { max: 1, onnotice: () => undefined });
  const browser = await launchChromium(path, ["--enable-precise-memory-info"]);
  return {
    server,
    sql,
    browser,
    async close() {
      await browser.close();
      await sql.end();
      await server.stop();
    },
  };
}

function databaseUrl({ dataDir }: Server): string {
  const env = environment({ FETTLE_DATA_DIR: dataDir });
  return execFileSync(process.execPath, [bundle, "database-url"], { encoding: "utf8", env }).trim();
}

export interface MeasuredPage {
  page: Page;
  cdp: CDPSession;
  close(): Promise<void>;
}

const DESKTOP = { width: 1440, height: 900 };

/** A page with nothing in its caches. */
export async function freshPage(browser: Browser): Promise<MeasuredPage> {
  const context: BrowserContext = await browser.newContext({ viewport: DESKTOP });
  const page = await context.newPage();
  await page.addInitScript({ path: new URL("in-page.js", import.meta.url).pathname });
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable");
  return { page, cdp, close: () => context.close() };
}

/** Milliseconds from the navigation until an element that fits `selector` was drawn. */
export async function paintMs(browser: Browser, url: string, selector: string): Promise<number> {
  const { page, close } = await freshPage(browser);
  try {
    await page.goto(url, { waitUntil: "commit" });
    return await page.evaluate<number>(`drawn(${JSON.stringify(selector)})`);
  } finally {
    await close();
  }
}

/** Seconds that the main thread has worked so far. */
export async function busySeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
}

/** MB (of 10⁶ bytes) of the page's JavaScript heap and its DOM after a collection. */
export async function heapMb(cdp: CDPSession): Promise<number> {
  await cdp.send("HeapProfiler.collectGarbage");
  const {
    usedSize,
    embedderHeapUsedSize = 0,
    backingStorageSize = 0,
  } = (await cdp.send("Runtime.getHeapUsage")) as {
    usedSize: number;
    embedderHeapUsedSize?: number;
    backingStorageSize?: number;
  };
  return (usedSize + embedderHeapUsedSize + backingStorageSize) / 1e6;
}
