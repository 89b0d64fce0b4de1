import { expect, test } from "vitest";
import { createLocalSearcher, type Searcher } from "../../scheduler/searcher.ts";
import { createStateCache } from "../../scheduler/state-cache.ts";
import { advanceWith } from "../support/advance.ts";
import { useScenario } from "../support/scenario.ts";
import { specOf } from "../support/simulated-study.ts";

const scenario = useScenario();
const ONE_TRIAL = { command: ["true"], budget: { maxTrials: 1 }, parallelism: 1 };

/** A scheduler, and the studies whose searches it keeps. */
function watched(capacity: number) {
  const local = createLocalSearcher();
  const kept = new Set<string>();
  const searcher: Searcher = {
    ...local,
    ask(question) {
      kept.add(question.studyId);
      return local.ask(question);
    },
    forget(studyId) {
      kept.delete(studyId);
      local.forget(studyId);
    },
  };
  const advance = advanceWith({ store: scenario.world.store, searcher, cache: createStateCache(capacity) });
  return { kept, advance };
}

const create = () =>
  scenario.world.store.createStudy("default", specOf({ name: "s", ...ONE_TRIAL }), "user:test");

test("the search of a study that another scheduler ended is forgotten", async () => {
  const { kept, advance } = watched(4);
  const { id } = await create();
  await advance(id);
  expect([...kept]).toEqual([id]);
  const claimed = await scenario.claimOne();
  await scenario.report(claimed, [{ name: "loss", step: 1, value: 1 }]);
  await scenario.finish(claimed);
  await scenario.advance(id);
  expect((await scenario.again()).state).toBe("done");
  await advance(id);
  expect([...kept]).toEqual([]);
});

test("the search of a deleted study is forgotten", async () => {
  const { kept, advance } = watched(4);
  const { id } = await create();
  await advance(id);
  await scenario.world.store.deleteStudy(id, "user:test");
  await advance(id);
  expect([...kept]).toEqual([]);
});

test("a search leaves with the state of its study, when others need the room", async () => {
  const { kept, advance } = watched(2);
  const ids = [];
  for (const name of ["a", "b", "c"]) {
    const spec = specOf({ ...ONE_TRIAL, name });
    ids.push((await scenario.world.store.createStudy("default", spec, "user:test")).id);
  }
  for (const id of ids) await advance(id);
  expect([...kept]).toEqual(ids.slice(1));
});
