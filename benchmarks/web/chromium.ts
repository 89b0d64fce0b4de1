import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** FETTLE_CHROMIUM, or where Debian's package has it; null when there is none. */
export function chromiumPath(env: NodeJS.ProcessEnv = process.env): string | null {
  const path = env.FETTLE_CHROMIUM ?? "/usr/bin/chromium";
  return existsSync(path) ? path : null;
}

/** A headless Chromium. `args`: switches beside those that every use here needs. */
export function launchChromium(executablePath: string, args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // Root, as in containers, has no sandbox; their /dev/shm is too small for pages.
    args: ["--no-sandbox", "--disable-dev-shm-usage", ...args],
  });
}
