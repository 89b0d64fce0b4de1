import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { settled } from "./settled.ts";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const THEMES = ["light", "dark"] as const;

/** One violation of the Web Content Accessibility Guidelines that axe calls serious or critical. */
export interface Violation {
  path: string;
  theme: (typeof THEMES)[number];
  rule: string;
  /** As CSS selectors. */
  elements: string[];
}

/** Serious and critical violations of each page. */
export async function violations(
  browser: Browser,
  url: string,
  paths: readonly string[],
  themes: readonly (typeof THEMES)[number][] = THEMES,
): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const theme of themes) {
    // axe itself is a script that the policy of the page would refuse.
    const context = await browser.newContext({
      colorScheme: theme,
      reducedMotion: "reduce",
      bypassCSP: true,
    });
    const page = await context.newPage();
    for (const path of paths) {
      await page.goto(url + path);
      await settled(page);
      await page.addScriptTag({ path: axe });
      const rules = await page.evaluate<{ id: string; impact: string; nodes: { target: string[] }[] }[]>(
        'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)',
      );
      for (const { id, impact, nodes } of rules) {
        if (impact === "serious" || impact === "critical")
          found.push({ path, theme, rule: id, elements: nodes.map(({ target }) => target.join(" ")) });
      }
    }
    await context.close();
  }
  return found;
}
