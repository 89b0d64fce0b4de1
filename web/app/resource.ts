import { type Signal, signal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { EventResource } from "../../core/resources.ts";
import { onEvents } from "../api/live.ts";
import { ProblemError } from "../api/problem.ts";
import { shared } from "./share.ts";

/** Data of the API as a page shows them: what was read last stays while newer is on its way, or the server is away. */
export interface Resource<Data> {
  data: Data | null;
  error: ProblemError | null;
  /** The first answer is still to come. */
  loading: boolean;
  reload: () => void;
}

/** Events bring a page to read again, at most so often where it asks for nothing else. Milliseconds. */
const REFRESH_MS = 500;

/**
 * Reads when the page is shown, when `key` changes, and soon after events that `concerns` picks. Answers that come out of
 * order are dropped.
 */
export function useResource<Data>(
  key: string,
  read: () => Promise<Data>,
  concerns: (event: EventResource) => boolean = () => false,
  refreshMs = REFRESH_MS,
): Resource<Data> {
  const state: Signal<Omit<Resource<Data>, "reload">> = useMemo(
    () => signal({ data: null, error: null, loading: true }),
    [],
  );
  const latest = useRef({ read, concerns, asked: 0, shown: 0, timer: 0 });
  latest.current.read = read;
  latest.current.concerns = concerns;

  const load = useMemo(
    () => async () => {
      const mine = ++latest.current.asked;
      const settle = (change: Partial<Omit<Resource<Data>, "reload">>) => {
        if (mine < latest.current.shown) return;
        latest.current.shown = mine;
        const next = { ...state.value, loading: false, ...change };
        // Most events change little of what was read: what says the same is not shown again.
        if (!sameState(next, state.value)) state.value = next;
      };
      try {
        const data = await latest.current.read();
        settle({ data: shared(state.value.data, data), error: null });
      } catch (error) {
        settle({
          error:
            error instanceof ProblemError
              ? error
              : new ProblemError({ status: 0, code: "internal", detail: String(error) }),
        });
      }
    },
    [],
  );
  useEffect(() => {
    state.value = { ...state.value, loading: state.value.data === null };
    void load();
  }, [key]);

  useEffect(
    () =>
      onEvents((events) => {
        const { current } = latest;
        if (current.timer !== 0 || !events.some((event) => current.concerns(event))) return;
        current.timer = window.setTimeout(() => {
          current.timer = 0;
          void load();
        }, refreshMs);
      }),
    [],
  );
  useSignalEffect(() => void state.value);
  return { ...state.value, reload: () => void load() };
}

function sameState<Data>(a: Omit<Resource<Data>, "reload">, b: Omit<Resource<Data>, "reload">): boolean {
  return a.data === b.data && a.error === b.error && a.loading === b.loading;
}

/** Events of one study. */
export function ofStudy(study: string): (event: EventResource) => boolean {
  return (event) => event.study === study;
}
