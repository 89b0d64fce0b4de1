import { crc32, deflateSync, inflateSync } from "node:zlib";

/**
 * A PNG of at most 256 colours from one of as many as there are: a third of the size for the picture of a page. Colours by
 * median cut (Heckbert 1982), each box drawn in its most frequent colour, so that plain areas stay as they are.
 */

const COLORS = 256;
const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const [RGB, INDEXED, RGBA] = [2, 3, 6];

/** @param png Of 8 bits a channel, not interlaced, opaque: what browsers make of a page. */
export function withPalette(png: Buffer): Buffer {
  const { width, height, pixels } = decode(png);
  const boxes = cut(histogram(pixels));
  const indexOf = new Map(boxes.flatMap((box, index) => box.map(({ color }) => [color, index] as const)));
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf.get(pixels[y * width + x]!)!;
  const palette = Buffer.from(
    boxes.flatMap((box) => CHANNELS.map((shift) => (mostFrequent(box) >> shift) & 255)),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, INDEXED, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", palette),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

interface Shade {
  /** 0xRRGGBB. */
  color: number;
  count: number;
}
const CHANNELS = [16, 8, 0] as const;

function histogram(pixels: Uint32Array): Shade[] {
  const counts = new Map<number, number>();
  for (const color of pixels) counts.set(color, (counts.get(color) ?? 0) + 1);
  return [...counts].map(([color, count]) => ({ color, count }));
}

/** At most COLORS boxes: whichever would be drawn worst is cut in two, where its pixels halve along its longest side. */
function cut(shades: Shade[]): Shade[][] {
  const boxes = [measured(shades)];
  while (boxes.length < COLORS) {
    const worst = boxes.reduce((most, box) => (box.error > most.error ? box : most));
    if (worst.error === 0) break;
    boxes.splice(boxes.indexOf(worst), 1, ...halves(worst).map(measured));
  }
  return boxes.map(({ shades }) => shades);
}

interface Box {
  shades: Shade[];
  /** Shift of the channel in which it is longest. */
  shift: number;
  /** Its length there, squared, times its pixels' square root: flat areas do not take all colours. */
  error: number;
}

function measured(shades: Shade[]): Box {
  const total = shades.reduce((sum, { count }) => sum + count, 0);
  const sides = CHANNELS.map((shift) => {
    const levels = shades.map(({ color }) => (color >> shift) & 255);
    return {
      shift,
      length: levels.reduce((a, b) => Math.max(a, b)) - levels.reduce((a, b) => Math.min(a, b)),
    };
  });
  const { shift, length } = sides.reduce((longest, side) => (side.length > longest.length ? side : longest));
  return { shades, shift, error: length ** 2 * Math.sqrt(total) };
}

function halves({ shades, shift }: Box): [Shade[], Shade[]] {
  const level = ({ color }: Shade) => (color >> shift) & 255;
  const sorted = shades.toSorted((a, b) => level(a) - level(b));
  const half = sorted.reduce((sum, { count }) => sum + count, 0) / 2;
  let before = 0;
  let at = 0;
  while (at < sorted.length - 1 && (at === 0 || before + sorted[at]!.count <= half))
    before += sorted[at++]!.count;
  return [sorted.slice(0, at), sorted.slice(at)];
}

function mostFrequent(box: readonly Shade[]): number {
  return box.reduce((most, shade) => (shade.count > most.count ? shade : most)).color;
}

function decode(png: Buffer): { width: number; height: number; pixels: Uint32Array } {
  const parts: Buffer[] = [];
  const header = png.subarray(16, 29);
  for (let at = SIGNATURE.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(png.subarray(at + 8, at + 8 + length));
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, type, , , interlaced] = header.subarray(8);
  if (depth !== 8 || interlaced !== 0 || (type !== RGB && type !== RGBA))
    throw new Error(`no PNG of a page: depth ${depth}, colour type ${type}`);
  const channels = type === RGB ? 3 : 4;
  const bytes = unfiltered(inflateSync(Buffer.concat(parts)), width * channels, height, channels);
  const pixels = new Uint32Array(width * height);
  for (let index = 0; index < pixels.length; index++) pixels[index] = bytes.readUIntBE(index * channels, 3);
  return { width, height, pixels };
}

/** PNG specification, 9: each byte was written as its difference to what its neighbours foretell. */
function unfiltered(data: Buffer, rowBytes: number, height: number, channels: number): Buffer {
  const out = Buffer.alloc(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (rowBytes + 1)]!;
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      const left = x < channels ? 0 : out[at - channels]!;
      const above = y === 0 ? 0 : out[at - rowBytes]!;
      const corner = x < channels || y === 0 ? 0 : out[at - rowBytes - channels]!;
      const foretold = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter]!;
      out[at] = data[y * (rowBytes + 1) + 1 + x]! + foretold;
    }
  }
  return out;
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
