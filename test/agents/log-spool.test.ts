import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLogSpool, type LogSpool } from "../../agents/log-spool.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fettle-log-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const spoolOf = (headBytes: number, tailBytes: number) =>
  createLogSpool({ path: join(directory, "log"), headBytes, tailBytes });

async function readAll(spool: LogSpool, chunk = 7): Promise<string> {
  const parts: Uint8Array[] = [];
  for (let offset = 0; ; ) {
    const bytes = await spool.read(offset, chunk);
    if (bytes.length === 0) return Buffer.concat(parts).toString();
    offset += bytes.length;
    parts.push(Uint8Array.from(bytes));
  }
}

describe("the log of an attempt", () => {
  test("can be read by offset while it grows", async () => {
    const spool = spoolOf(100, 10);
    spool.append(Buffer.from("hello "));
    expect(Buffer.from(await spool.read(2, 3)).toString()).toBe("llo");
    spool.append(Buffer.from("world"));
    expect(spool.size()).toBe(11);
    expect(await readAll(spool)).toBe("hello world");
    expect((await spool.read(11, 5)).length).toBe(0);
    expect((await spool.read(999, 5)).length).toBe(0);
    spool.close();
  });

  test("past its cap keeps the head, the tail and how much is between", async () => {
    const spool = spoolOf(10, 5);
    spool.append(Buffer.from("0123456789abc"));
    spool.append(Buffer.from("defghijklmnop"));
    expect(await readAll(spool)).toBe("0123456789");
    spool.end();
    expect(await readAll(spool)).toBe("0123456789\n[fettle: 11 bytes left out here]\nlmnop");
    expect(spool.truncatedBytes()).toBe(11);
    spool.close();
  });

  test("that fits into head and tail together is whole", async () => {
    const spool = spoolOf(10, 5);
    spool.append(Buffer.from("0123456789abcde"));
    spool.end();
    expect(await readAll(spool)).toBe("0123456789abcde");
    expect(spool.truncatedBytes()).toBe(0);
    spool.close();
  });

  test("is head, notice and tail of what was printed, in whatever pieces it came", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }),
        fc.nat(60),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 50 }),
        async (pieces, headBytes, tailBytes, chunk) => {
          const spool = spoolOf(headBytes, tailBytes);
          const ascii = pieces.map((piece) => piece.map((byte) => 97 + (byte % 26)));
          for (const piece of ascii) spool.append(piece);
          spool.end();
          const printed = Buffer.concat(ascii).toString();
          const missing = Math.max(0, printed.length - headBytes - tailBytes);
          const notice = missing > 0 ? `\n[fettle: ${missing} bytes left out here]\n` : "";
          const rest = printed.slice(headBytes);
          const tail = rest.slice(Math.max(0, rest.length - tailBytes));
          expect(await readAll(spool, chunk)).toBe(`${printed.slice(0, headBytes)}${notice}${tail}`);
          expect(spool.truncatedBytes()).toBe(missing);
          spool.close();
        },
      ),
    );
  });

  test("of 1 GB takes little memory and little time", () => {
    const spool = createLogSpool({ path: join(directory, "log") });
    const chunk = Buffer.alloc(65_536, "x");
    const before = process.memoryUsage().rss;
    const began = performance.now();
    for (let bytes = 0; bytes < 1e9; bytes += chunk.length) spool.append(chunk);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    spool.end();
    expect(spool.size()).toBeLessThan(34 * 1024 * 1024);
    spool.close();
  });

  test("survives a full disk: what is written stays, the tail goes on, and the owner is told once", async () => {
    const errors: unknown[] = [];
    // /dev/full answers every write with ENOSPC.
    const spool = createLogSpool({ path: "/dev/full", tailBytes: 5, onError: (error) => errors.push(error) });
    spool.append(Buffer.from("0123456789"));
    spool.append(Buffer.from("abc"));
    spool.end();
    expect(errors).toMatchObject([{ code: "ENOSPC" }]);
    expect(await readAll(spool)).toBe("\n[fettle: 8 bytes left out here]\n89abc");
  });

  test("is removed when it is closed, and what comes later is dropped", () => {
    const spool = spoolOf(10, 5);
    spool.close();
    spool.close();
    spool.append(Buffer.from("late"));
    expect(existsSync(join(directory, "log"))).toBe(false);
    expect(spool.size()).toBe(0);
  });
});
