import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { withPalette } from "../../scripts/palette-png.ts";
import { noBrowser, useBrowser } from "../support/browser.ts";

describe.skipIf(noBrowser)("a picture of a page with a palette", () => {
  const browser = useBrowser();

  /** Pixels as Chromium reads them: 0xRRGGBB. */
  async function pixelsOf(page: Page, png: Buffer): Promise<number[]> {
    return page.evaluate<number[]>(`(async () => {
      const bytes = Uint8Array.from(atob("${png.toString("base64")}"), (one) => one.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      return Array.from({ length: data.length / 4 }, (_, i) => (data[4 * i] << 16) | (data[4 * i + 1] << 8) | data[4 * i + 2]);
    })()`);
  }

  async function shot(html: string): Promise<{ page: Page; png: Buffer }> {
    const page = await browser.open("about:blank", { width: 300, height: 200 });
    await page.setContent(html);
    return { page, png: await page.screenshot() };
  }

  test("is the same to the pixel where the page has few colours", async () => {
    const { page, png } = await shot(
      '<body style="margin:0;background:#0b6e4f"><div style="width:50px;height:30px;background:#fa3"></div>',
    );
    const smaller = withPalette(png);
    expect(await pixelsOf(page, smaller)).toEqual(await pixelsOf(page, png));
    expect(new Set(await pixelsOf(page, smaller)).size).toBe(2);
  });

  test("has at most 256 colours where the page has thousands, each close to what it was, and is smaller", async () => {
    const { page, png } = await shot(
      '<body style="margin:0;background:conic-gradient(red,yellow,lime,aqua,blue,magenta,red)"><h1>Text',
    );
    const smaller = withPalette(png);
    const [before, after] = [await pixelsOf(page, png), await pixelsOf(page, smaller)];
    expect(new Set(before).size).toBeGreaterThan(1000);
    expect(new Set(after).size).toBeLessThanOrEqual(256);
    const distances = before.map((color, index) =>
      Math.max(
        ...[16, 8, 0].map((shift) => Math.abs(((color >> shift) & 255) - ((after[index]! >> shift) & 255))),
      ),
    );
    expect(Math.max(...distances)).toBeLessThan(40);
    expect(smaller.length).toBeLessThan(png.length);
  });

  test("keeps a plain background as it is beside many other colours", async () => {
    const { page, png } = await shot(
      '<body style="margin:0;background:#f5f7f9"><div style="height:60px;background:linear-gradient(90deg,#f4f6f8,#123)"></div>',
    );
    const pixels = await pixelsOf(page, withPalette(png));
    expect(pixels.at(-1)).toBe(0xf5f7f9);
  });
});

test("what is no picture of a page is refused", () => {
  const part = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32BE(data.length, 0);
    numbers.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([numbers.subarray(0, 4), body, numbers.subarray(4)]);
  };
  const grey = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const png = [
    part("IHDR", grey),
    part("IDAT", deflateSync(Buffer.from([0, 9]))),
    part("IEND", Buffer.alloc(0)),
  ];
  expect(() => withPalette(Buffer.concat([signature, ...png]))).toThrow(/colour type 0/);
});
