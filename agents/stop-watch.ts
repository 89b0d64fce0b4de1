import { startTimer } from "./executors/long-timer.ts";

/**
 * Asks the server soon after a report whether the trial should stop. A decision is taken right after the report that it
 * rests on, and would else wait for the next report or heartbeat: up to a whole epoch.
 */
export interface StopWatch {
  /** A report has arrived at the server. */
  reported(): void;
  end(): void;
}

/** After a report: when a turn has usually been taken, and once more for a busy server. Milliseconds. */
const LOOKS_MS = [150, 600];
/** Between two looks of one agent, however many trials it runs. Milliseconds. */
const LEAST_GAP_MS = 150;

/** `look`: a heartbeat. `clock`: milliseconds, monotonic. */
export function createStopWatch(look: () => Promise<void>, clock: () => number): StopWatch {
  /** When the server is to be asked, ascending. */
  let due: number[] = [];
  let cancel = () => {};
  let looking = false;
  let last = Number.NEGATIVE_INFINITY;

  function arm(): void {
    cancel();
    if (due.length === 0 || looking) return;
    const at = Math.max(due[0]!, last + LEAST_GAP_MS);
    cancel = startTimer(Math.max(0, at - clock()), () => void ask());
  }

  async function ask(): Promise<void> {
    looking = true;
    last = clock();
    due = due.filter((at) => at > last);
    await look();
    looking = false;
    arm();
  }

  return {
    reported() {
      const now = clock();
      // The first look still covers what it was due for; the second moves on to the newest report.
      due = [due[0] ?? now + LOOKS_MS[0]!, now + LOOKS_MS[1]!];
      arm();
    },
    end() {
      due = [];
      cancel();
    },
  };
}
