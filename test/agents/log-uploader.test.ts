import { expect, test } from "vitest";
import { RequestError } from "../../agents/client.ts";
import { createLogUploader } from "../../agents/log-uploader.ts";
import { FAST } from "../support/protocol-server.ts";

function uploaderOf(log: Buffer, send: (offset: number, bytes: Uint8Array) => number | Promise<number>) {
  const problems: string[] = [];
  const uploader = createLogUploader({
    source: {
      size: () => log.length,
      read: async (offset, maxBytes) => log.subarray(offset, offset + maxBytes),
    },
    send: async (offset, bytes) => send(offset, bytes),
    intervals: () => FAST,
    onProblem: (problem) => problems.push(problem),
  });
  return { uploader, problems };
}

const LOG = Buffer.from(Array.from({ length: 700 * 1024 }, (_, index) => index % 251));

test("the log is sent in chunks of 256 KiB at most, and arrives whole", async () => {
  let stored = Buffer.alloc(0);
  const sizes: number[] = [];
  const { uploader } = uploaderOf(LOG, (offset, bytes) => {
    expect(offset).toBe(stored.length);
    sizes.push(bytes.length);
    stored = Buffer.concat([stored, bytes]);
    return stored.length;
  });
  expect(await uploader.finish(1_000)).toBe(0);
  expect(stored.equals(LOG)).toBe(true);
  expect(Math.max(...sizes)).toBe(256 * 1024);
});

test("a server that has less than it said is followed back to where it is", async () => {
  let stored = Buffer.alloc(0);
  let restored = false;
  const { uploader } = uploaderOf(LOG, (offset, bytes) => {
    if (!restored && stored.length > 300_000) {
      restored = true;
      stored = stored.subarray(0, 1_000);
    }
    if (offset > stored.length) throw new RequestError("conflict", "a gap");
    stored = Buffer.concat([stored, bytes.subarray(stored.length - offset)]);
    return stored.length;
  });
  expect(await uploader.finish(1_000)).toBe(0);
  expect(stored.equals(LOG)).toBe(true);
});

test("a server that stores nothing is not asked for ever, and the loss is counted", async () => {
  let asked = 0;
  const { uploader, problems } = uploaderOf(LOG, () => {
    asked++;
    return 0;
  });
  expect(await uploader.finish(1_000)).toBe(LOG.length);
  expect(asked).toBe(1);
  expect(problems).toHaveLength(1);
});

test("a server that does not answer holds up the end of the trial for the limit only", async () => {
  const { uploader } = uploaderOf(LOG, () => new Promise<number>(() => undefined));
  const from = performance.now();
  expect(await uploader.finish(50)).toBe(LOG.length);
  expect(performance.now() - from).toBeLessThan(1_000);
});
