import fc from "fast-check";
import { expect, test } from "vitest";
import { readEvents, type ServerSentEvent } from "../../cli/server-sent-events.ts";

async function* chunksOf(chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}

async function read(chunks: readonly Uint8Array[]): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of readEvents(chunksOf(chunks))) events.push(event);
  return events;
}

const bytes = (text: string) => new TextEncoder().encode(text);

test("an event has its id, its name and its data", async () => {
  const text = 'id: 7\nevent: trial.finished\ndata: {"a":1}\n\ndata: x\ndata: y\n\n';
  expect(await read([bytes(text)])).toEqual([
    { id: "7", event: "trial.finished", data: '{"a":1}' },
    { id: null, event: "message", data: "x\ny" },
  ]);
});

test("a comment carries no data", async () => {
  expect(await read([bytes(": still here\n\n")])).toEqual([{ id: null, event: "message", data: "" }]);
});

test("an event that the stream's end cuts off is dropped", async () => {
  expect(await read([bytes("data: whole\n\ndata: ha")])).toMatchObject([{ data: "whole" }]);
});

test("where the bytes are cut makes no difference", async () => {
  const text = bytes("id: 1\ndata: Größe ✓\n\nid: 2\ndata: zwei\n\n");
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 6 }), async (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), text.length];
      const chunks = at.slice(1).map((end, index) => text.slice(at[index], end));
      expect((await read(chunks)).map(({ data }) => data)).toEqual(["Größe ✓", "zwei"]);
    }),
  );
});
