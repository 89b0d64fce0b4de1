import type { Page } from "playwright-core";

/** So long nothing changes on a page that has come to rest. Milliseconds. */
const QUIET_MS = 250;
/** A page that never rests (a clock, a running study) is taken as it is after so long. */
const PATIENCE_MS = 8000;

/**
 * Waits until a page of the dashboard shows what it has to show: connected, nothing loading, nothing changing. The event
 * stream keeps the network busy for ever, so the network does not tell.
 */
export async function settled(page: Page): Promise<void> {
  await page.locator("main > *").first().waitFor();
  await page.evaluate(`new Promise((resolve) => {
    const main = document.querySelector("main");
    const started = performance.now();
    let timer = setTimeout(check, ${QUIET_MS});
    function check() {
      const waits = main.querySelector("[aria-busy=true]") !== null || main.textContent.includes("Loading …");
      if (waits && performance.now() - started < ${PATIENCE_MS}) timer = setTimeout(check, ${QUIET_MS});
      else resolve();
    }
    new MutationObserver(() => {
      if (performance.now() - started > ${PATIENCE_MS}) return;
      clearTimeout(timer);
      timer = setTimeout(check, ${QUIET_MS});
    }).observe(main, { childList: true, subtree: true, characterData: true, attributes: true });
  })`);
}
