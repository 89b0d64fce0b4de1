import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  eventResourceSchema,
  leaderboardSchema,
  studyResourceSchema,
  trialDetailSchema,
} from "../../core/resources.ts";
import { startService, type TestService } from "../support/service.ts";
import { waitFor } from "../support/wait-for.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const STUDIES = "/v1/projects/default/studies";

function study(name: string, overrides: object = {}) {
  return {
    name,
    parameters: [{ name: "x", type: "float", low: -1, high: 1 }],
    objectives: [{ metric: "loss", goal: "minimize" }],
    budget: { maxTrials: 4 },
    parallelism: 2,
    seed: 1,
    ...overrides,
  };
}

async function suggest(name: string, body: object = {}) {
  const answer = await service.call("POST", `${STUDIES}/${name}/suggest`, {
    workerId: "w1",
    waitSeconds: 10,
    ...body,
  });
  expect(answer.status).toBe(200);
  return answer.body;
}

describe("ask and tell", () => {
  test("runs a study from creation to leaderboard", async () => {
    const created = await service.call("POST", STUDIES, study("whole"));
    expect(created.status).toBe(201);
    expect(created.headers.location).toBe(`${STUDIES}/whole`);
    for (let index = 0; index < 4; index++) {
      const { assignments } = await suggest("whole");
      const [{ trial, params }] = assignments;
      const path = `${STUDIES}/whole/trials/${trial}`;
      const report = await service.call("POST", `${path}/metrics`, {
        points: [{ name: "loss", step: 1, value: params.x ** 2 }],
      });
      expect(report.body).toMatchObject({ accepted: 1, shouldStop: false });
      const done = await service.call("POST", `${path}/complete`, {});
      expect(done.body).toEqual({ recorded: true });
    }
    const ended = await suggest("whole", { waitSeconds: 20 });
    expect(ended).toMatchObject({ assignments: [], done: true });

    const board = await service.call("GET", `${STUDIES}/whole/leaderboard`);
    leaderboardSchema.parse(board.body);
    const losses = board.body.rows.map((row: { values: number[] }) => row.values[0]);
    expect(losses).toHaveLength(4);
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
    const { body } = await service.call("GET", `${STUDIES}/whole`);
    studyResourceSchema.parse(body);
    expect(body).toMatchObject({ state: "done", end: "max-trials", counts: { completed: 4 } });
  });

  test("a worker that comes back gets its unfinished trial", async () => {
    await service.call("POST", STUDIES, study("crash"));
    const first = await suggest("crash");
    const again = await suggest("crash");
    expect(again.assignments[0].trial).toBe(first.assignments[0].trial);
  });

  test("final values may come with the completion, and a repeated completion changes nothing", async () => {
    await service.call("POST", STUDIES, study("final"));
    const { assignments } = await suggest("final");
    const path = `${STUDIES}/final/trials/${assignments[0].trial}`;
    const complete = () => service.call("POST", `${path}/complete`, { values: { loss: 0.25 } });
    expect((await complete()).body).toEqual({ recorded: true });
    expect((await complete()).body).toEqual({ recorded: false });
    const trial = await waitFor(async () => {
      const { body } = await service.call("GET", path);
      return body.state === "completed" ? body : null;
    });
    trialDetailSchema.parse(trial);
    expect(trial.values).toEqual([0.25]);
  });

  test("NaN and infinities travel as strings and never lead", async () => {
    await service.call("POST", STUDIES, study("nan"));
    const { assignments } = await suggest("nan", { count: 2 });
    for (const [index, value] of ["NaN", 7].entries()) {
      const path = `${STUDIES}/nan/trials/${assignments[index].trial}`;
      const points = [
        { name: "loss", step: 1, value },
        { name: "gap", step: 1, value: "-Infinity" },
      ];
      expect((await service.call("POST", `${path}/metrics`, { points })).body.accepted).toBe(2);
      await service.call("POST", `${path}/complete`, {});
    }
    const nan = `${STUDIES}/nan/trials/${assignments[0].trial}`;
    const trial = await waitFor(async () => {
      const { body } = await service.call("GET", nan);
      return body.state === "failed" ? body : null;
    });
    expect(trial).toMatchObject({ objectiveState: "diverged", failureClass: "diverged" });
    expect(trial.metrics.gap.last).toBe("-Infinity");
    const series = await service.call("GET", `${nan}/metrics?names=loss`);
    expect(series.body.series[0].points[0].value).toBe("NaN");
    const rows = await waitFor(async () => {
      const { body } = await service.call("GET", `${STUDIES}/nan/leaderboard`);
      return body.rows.length > 0 ? body.rows : null;
    });
    expect(rows[0]).toMatchObject({ trial: assignments[1].trial, values: [7] });
  });

  test("points may be lines of JSON", async () => {
    await service.call("POST", STUDIES, study("lines"));
    const { assignments } = await suggest("lines");
    const path = `${STUDIES}/lines/trials/${assignments[0].trial}/metrics`;
    const raw = '{"name":"loss","step":1,"value":3}\n{"name":"loss","step":2,"value":"NaN"}\n';
    const headers = { "content-type": "application/x-ndjson" };
    const answer = await service.call("POST", path, undefined, { raw, headers });
    expect(answer.body).toMatchObject({ accepted: 2 });
  });

  test("a trial that nobody runs takes no report", async () => {
    await service.call("POST", STUDIES, study("unstarted", { parallelism: 1 }));
    await service.call("POST", `${STUDIES}/unstarted/trials`, { params: { x: 0 } });
    const answer = await service.call("POST", `${STUDIES}/unstarted/trials/0/complete`, {
      values: { loss: 1 },
    });
    expect(answer).toMatchObject({ status: 409, body: { code: "conflict" } });
  });

  test("a paused study gives nothing, and says so", async () => {
    await service.call("POST", STUDIES, study("paused"));
    await service.call("POST", `${STUDIES}/paused/pause`);
    const answer = await suggest("paused", { waitSeconds: 0 });
    expect(answer).toMatchObject({ assignments: [], done: false });
    expect(answer.reason).toMatch(/paused/i);
  });
});

describe("the event stream", () => {
  test("resumes by its last id without a gap or a repetition", async () => {
    const base = await service.listen();
    await service.call("POST", STUDIES, study("streamed"));
    const first = await readEvents(`${base}/v1/events?study=streamed`, "0-0", (events) => events.length >= 2);
    for (const event of first) eventResourceSchema.parse(event);
    const { assignments } = await suggest("streamed");
    await service.call("POST", `${STUDIES}/streamed/trials/${assignments[0].trial}/complete`, {
      values: { loss: 1 },
    });
    const finished = (events: StreamedEvent[]) => events.some(({ type }) => type === "trial.finished");
    const second = await readEvents(`${base}/v1/events?study=streamed`, first.at(-1)!.id, finished);
    const seqs = [...first, ...second].map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  test("sends only the types asked for, also of what happens while it is open", async () => {
    const base = await service.listen().catch(() => `http://127.0.0.1:${addressPort()}`);
    await service.call("POST", STUDIES, study("typed"));
    const reading = readEvents(
      `${base}/v1/events?study=typed&types=study.paused`,
      null,
      (events) => events.length === 1,
      {
        onOpen: () => void service.call("POST", `${STUDIES}/typed/pause`),
      },
    );
    expect((await reading).map(({ type }) => type)).toEqual(["study.paused"]);
  });

  test("refuses a position that is none", async () => {
    const answer = await service.call("GET", "/v1/events", undefined, {
      headers: { "last-event-id": "zzz" },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid-input" } });
  });
});

function addressPort(): number {
  return (service.app.server.address() as { port: number }).port;
}

interface StreamedEvent {
  id: string;
  seq: number;
  type: string;
}

/** Reads server-sent events until `enough`. */
async function readEvents(
  url: string,
  lastEventId: string | null,
  enough: (events: StreamedEvent[]) => boolean,
  { onOpen = () => {} }: { onOpen?: () => void } = {},
): Promise<StreamedEvent[]> {
  const client = new AbortController();
  const headers = lastEventId === null ? {} : { "last-event-id": lastEventId };
  const reply = await fetch(url, {
    headers,
    signal: AbortSignal.any([client.signal, AbortSignal.timeout(15_000)]),
  });
  expect(reply.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const events: StreamedEvent[] = [];
  let text = "";
  let opened = false;
  for await (const chunk of reply.body!.pipeThrough(new TextDecoderStream())) {
    if (!opened) onOpen();
    opened = true;
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop()!;
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) events.push(JSON.parse(data));
    }
    if (enough(events)) break;
  }
  client.abort();
  return events;
}
