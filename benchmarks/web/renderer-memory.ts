import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";

/** MB (of 10⁶ bytes) of private memory of the largest page's process. Linux. */
export async function rendererMb(browser: Browser): Promise<number> {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  await cdp.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  return Math.max(...renderers.map(({ id }) => privateMb(id)));
}

function privateMb(pid: number): number {
  const lines = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").split("\n");
  const kib = lines
    .filter((line) => line.startsWith("Private_"))
    .reduce((sum, line) => sum + Number(/(\d+) kB/.exec(line)?.[1] ?? 0), 0);
  return (kib * 1024) / 1e6;
}
