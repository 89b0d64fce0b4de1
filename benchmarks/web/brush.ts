import type { Browser } from "playwright-core";
import { settled } from "./settled.ts";
import { freshPage } from "./stage.ts";

const CHART = 'section[aria-label="Trials across parameters"]';
const TABLE = 'section[aria-label="Selected trials"]';
/** Where on an axis the brush begins and how far each movement goes, pixels below its name. */
const FROM = 60;
const STEP = 8;
const MOVES = 20;

export interface Brushing {
  /** Lines drawn. */
  lines: number;
  /** Of each movement, until all that is linked was drawn. */
  milliseconds: number[];
}

/** Drags a brush down an axis of the parallel coordinates and times each movement until the linked table is drawn. */
export async function brush(browser: Browser, url: string): Promise<Brushing> {
  const { page, close } = await freshPage(browser);
  try {
    await page.goto(url);
    const axis = page.locator(`${CHART} button[title*="Drag"]`).first();
    const box = await axis.boundingBox();
    if (box === null) throw new Error("The parallel coordinates have no axis.");
    await page.locator(`${TABLE} tbody tr`).first().waitFor();
    await settled(page);
    const x = box.x + box.width / 2;
    await page.mouse.move(x, box.y + FROM);
    await page.mouse.down();
    const milliseconds: number[] = [];
    for (let move = 1; move <= MOVES; move++) {
      const update = page.evaluate<number>(`linkedUpdate(${JSON.stringify(TABLE)})`);
      await page.mouse.move(x, box.y + FROM + move * STEP);
      milliseconds.push(await update);
    }
    await page.mouse.up();
    const status = await page.locator(`${CHART} [role=status]`).textContent();
    return { lines: Number(/of ([\d,]+) trials/.exec(status ?? "")?.[1]?.replaceAll(",", "")), milliseconds };
  } finally {
    await close();
  }
}
