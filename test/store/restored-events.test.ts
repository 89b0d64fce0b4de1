import { expect, test } from "vitest";
import { settleRestoredEvents } from "../../store/postgres/restored-events.ts";
import { useScenario } from "../support/scenario.ts";
import { waitFor } from "../support/wait-for.ts";

const scenario = useScenario();

/** Ahead of any server that tests run on. */
const OTHER_SERVER = 50_000_000_000;

/** What a dump does that comes from a server that has counted further: its numbers travel as data. */
async function restore(): Promise<void> {
  await scenario.world.sql`update study_events set xid = (xid::text::bigint + ${OTHER_SERVER})::text::xid8`;
}

/** The id of the last event. */
async function lastId(): Promise<string> {
  const [last] = await scenario.world.sql<{ id: string }[]>`
    select xid::text || '-' || id as id from study_events order by xid desc, id desc limit 1`;
  return last!.id;
}

/** The `count` events after a position. Others on this server hold events back for a while. */
async function seqsAfter(position: string, count: number): Promise<number[]> {
  return waitFor(
    async () => {
      const { events } = await scenario.world.store.eventsAfter(position, 100);
      return events.length < count ? null : events.map(({ seq }) => seq);
    },
    { what: `${count} events after ${position}` },
  );
}

async function logLength(id: string): Promise<number> {
  return (await scenario.world.store.studyEvents(id, { afterSeq: 0, limit: 1000 })).length;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test("after a restore a client goes on behind the last event it saw, and all history comes before what is new", async () => {
  const { id } = await scenario.study();
  await restore();
  const seen = await lastId();
  const restored = await logLength(id);
  expect(await settleRestoredEvents(scenario.world.sql)).toBe(restored);

  await scenario.finish(await scenario.claimOne());
  await scenario.advance(id);
  const all = await logLength(id);
  expect(all).toBeGreaterThan(restored);
  expect(await seqsAfter(seen, all - restored)).toEqual(range(restored + 1, all));
  expect(await seqsAfter("0-0", all)).toEqual(range(1, all));
});

test("a client whose last event is not in the backup gets what came since the restore", async () => {
  const { id } = await scenario.study();
  await restore();
  const [xid, number] = (await lastId()).split("-").map(Number) as [number, number];
  const restored = await logLength(id);
  await settleRestoredEvents(scenario.world.sql);

  await scenario.finish(await scenario.claimOne());
  await scenario.advance(id);
  const all = await logLength(id);
  expect(await seqsAfter(`${xid + 1}-${number + 1}`, all - restored)).toEqual(range(restored + 1, all));
});

test("a log that was not restored stays as it is", async () => {
  await scenario.study();
  const last = await lastId();
  expect(await settleRestoredEvents(scenario.world.sql)).toBe(0);
  expect(await lastId()).toBe(last);
});
