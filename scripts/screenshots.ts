import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { chromiumPath, launchChromium } from "../benchmarks/web/chromium.ts";
import { settled } from "../benchmarks/web/settled.ts";
import { loadConfig } from "../cli/config.ts";
import { followStudy } from "../cli/follow-study.ts";
import { studiesPath } from "../cli/paths.ts";
import { withScratchService } from "../cli/scratch-service.ts";
import { loadStudyFile } from "../cli/study-file.ts";
import type { StudyResource } from "../core/resources.ts";
import { withPalette } from "./palette-png.ts";

/**
 * npm run screenshots [-- <folder>]
 *
 * Runs the digits studies in a scratch directory and takes the pictures that the documentation shows, into docs/images.
 * With a folder: every page into it, whole, light and dark, desktop and phone.
 */

const PROJECT = "default";
const STUDIES = ["digits", "digits-hyperband"];
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
/** Those of the documentation are smaller, for a repository keeps every version of them. */
const PAGE = { width: 1200, height: 720 };
/** Charts are drawn within so long after the last answer. Milliseconds. */
const CALM_MS = 700;

interface Shot {
  name: string;
  path: string;
  /** Which picture of it the documentation shows. */
  chosen?: { theme: "light" | "dark"; phone?: boolean };
}

const SHOTS: readonly Shot[] = [
  { name: "studies", path: "/", chosen: { theme: "light" } },
  { name: "new-study", path: "/new?template=digits", chosen: { theme: "light" } },
  { name: "overview", path: "/studies/digits-hyperband", chosen: { theme: "light" } },
  { name: "overview-dark", path: "/studies/digits", chosen: { theme: "dark" } },
  { name: "explore", path: "/studies/digits/explore", chosen: { theme: "light" } },
  { name: "curves", path: "/studies/digits-hyperband/curves", chosen: { theme: "dark" } },
  { name: "timeline", path: "/studies/digits-hyperband/timeline", chosen: { theme: "light" } },
  { name: "trial", path: "/studies/digits-hyperband/trials/1", chosen: { theme: "light" } },
  { name: "trial-metrics", path: "/studies/digits/trials/1?tab=metrics" },
  { name: "trial-logs", path: "/studies/digits/trials/1?tab=logs" },
  { name: "trial-parameters", path: "/studies/digits/trials/1?tab=parameters" },
  { name: "compare-trials", path: "/studies/digits/compare?sel=1,2,3" },
  { name: "compare-studies", path: "/compare?studies=digits,digits-hyperband" },
  { name: "hosts", path: "/hosts", chosen: { theme: "dark" } },
  { name: "settings", path: "/settings" },
  { name: "overview-phone", path: "/studies/digits", chosen: { theme: "light", phone: true } },
];

async function main(named: string | undefined): Promise<void> {
  const chosen = named === undefined;
  const folder = named ?? fileURLToPath(new URL("../docs/images", import.meta.url));
  const executable = chromiumPath();
  if (executable === null) throw new Error("No Chromium: install it, or name it in FETTLE_CHROMIUM.");
  mkdirSync(folder, { recursive: true });
  const io = { out: process.stdout, err: process.stderr, env: process.env, cwd: process.cwd() };
  const { config } = loadConfig({ flags: {}, env: process.env });
  const options = { config, io, name: "desk", slots: 2, keep: false };
  await withScratchService(options, async (client) => {
    for (const name of STUDIES) {
      const file = fileURLToPath(new URL(`../examples/${name}/study.yaml`, import.meta.url));
      await client.post<StudyResource>(studiesPath(PROJECT), (await loadStudyFile(file)).study);
      await followStudy({
        client,
        project: PROJECT,
        study: name,
        signal: AbortSignal.timeout(600_000),
        details: false,
      });
    }
    const browser = await launchChromium(executable);
    for (const shot of SHOTS) await takeAll(browser, client.url, shot, folder, chosen);
    await browser.close();
  });
}

async function takeAll(
  browser: Browser,
  url: string,
  shot: Shot,
  folder: string,
  chosen: boolean,
): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    for (const phone of [false, true]) {
      const isChosen = shot.chosen?.theme === theme && (shot.chosen.phone ?? false) === phone;
      if (chosen && !isChosen) continue;
      const file = chosen ? `${shot.name}.png` : `${shot.name}-${theme}-${phone ? "phone" : "desktop"}.png`;
      await take(browser, url + shot.path, { theme, phone, path: `${folder}/${file}`, fullPage: !chosen });
    }
  }
}

interface Picture {
  theme: "light" | "dark";
  phone: boolean;
  path: string;
  fullPage: boolean;
}

async function take(browser: Browser, url: string, { theme, phone, path, fullPage }: Picture): Promise<void> {
  const context = await browser.newContext({
    viewport: phone ? PHONE : fullPage ? DESKTOP : PAGE,
    colorScheme: theme,
  });
  const page = await context.newPage();
  await page.goto(url);
  await settled(page);
  await page.waitForTimeout(CALM_MS);
  writeFileSync(path, withPalette(await page.screenshot({ fullPage })));
  await context.close();
}

await main(process.argv[2]);
