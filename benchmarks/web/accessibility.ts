import { createRequire } from "node:module";
import type { Browser } from "playwright-core";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** One violation of the Web Content Accessibility Guidelines that axe calls serious or critical. */
export interface Violation {
  path: string;
  theme: "light" | "dark";
  rule: string;
  elements: number;
}

/** Serious and critical violations of each page, in both themes. */
export async function violations(
  browser: Browser,
  url: string,
  paths: readonly string[],
): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const theme of ["light", "dark"] as const) {
    const context = await browser.newContext({
      colorScheme: theme,
      reducedMotion: "reduce",
      bypassCSP: true,
    });
    const page = await context.newPage();
    for (const path of paths) {
      await page.goto(url + path);
      await page.waitForLoadState("networkidle", { timeout: 3000 }).catch(() => undefined);
      await page.addScriptTag({ path: axe });
      const rules = await page.evaluate<{ id: string; impact: string; nodes: unknown[] }[]>(
        'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)',
      );
      for (const { id, impact, nodes } of rules) {
        if (impact === "serious" || impact === "critical")
          found.push({ path, theme, rule: id, elements: nodes.length });
      }
    }
    await context.close();
  }
  return found;
}
