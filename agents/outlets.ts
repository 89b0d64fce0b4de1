import { join } from "node:path";
import { messageOf } from "../core/errors.ts";
import type { MetricPoint } from "../core/event.ts";
import type { Intervals, ReportReply } from "../core/protocol.ts";
import type { StopKind } from "../core/trial.ts";
import { createLogSpool } from "./log-spool.ts";
import { createLogUploader } from "./log-uploader.ts";
import { createMetricReporter } from "./metric-reporter.ts";
import { createReportSpool } from "./report-spool.ts";

/** Where one attempt's output and metrics go: to a spool on this host first, from there to the server. */
export interface Outlets {
  output(bytes: Uint8Array): void;
  points(points: readonly MetricPoint[]): void;
  /** Nothing more comes. Sends the rest: all metrics, then of the log what `logLimitMs` allow. */
  finish(logLimitMs: number): Promise<Delivery>;
  /** Removes the spools. */
  close(): void;
}

export interface Delivery {
  lostLogBytes: number;
  /** Why not all metrics reached the server; null: they did, or the attempt is lost. */
  unreported: string | null;
}

export interface OutletsContext {
  spoolDirectory: string;
  /** Part of the spools' file names. */
  id: string;
  intervals: () => Intervals;
  sendPoints: (points: readonly MetricPoint[]) => Promise<ReportReply>;
  sendLog: (offset: number, bytes: Uint8Array) => Promise<number>;
  onShouldStop: (kind: StopKind | null, reason: string) => void;
  /** The server cannot take the metrics. */
  onUnreported: (message: string) => void;
  /** A spool could not be written. */
  onWriteError: (error: unknown) => void;
  /** A sentence for the agent's log. */
  onProblem: (message: string) => void;
}

/** @throws the file system's error */
export function openOutlets(context: OutletsContext): Outlets {
  const { spoolDirectory, id, intervals, onProblem, onWriteError } = context;
  const log = createLogSpool({ path: join(spoolDirectory, `${id}.log`), onError: onWriteError });
  const metrics = createReportSpool(join(spoolDirectory, `${id}.metrics`));
  const { sendPoints, onShouldStop } = context;
  let unreported: string | null = null;
  const reporter = createMetricReporter({
    spool: metrics,
    send: sendPoints,
    intervals,
    onShouldStop,
    onGiveUp(cause) {
      unreported = `the server could not take its metrics: ${messageOf(cause)}`;
      onProblem(unreported);
      context.onUnreported(unreported);
    },
    onProblem,
  });
  const uploader = createLogUploader({ source: log, send: context.sendLog, intervals, onProblem });
  return {
    output(bytes) {
      log.append(bytes);
      uploader.wake();
    },
    points(points) {
      try {
        reporter.add(points);
      } catch (error) {
        onWriteError(error);
      }
    },
    async finish(logLimitMs) {
      log.end();
      uploader.wake();
      await reporter.finish();
      if (metrics.dropped() > 0) onProblem(`${metrics.dropped()} metric points found no room in the spool`);
      const unsent = await uploader.finish(logLimitMs);
      return { lostLogBytes: log.truncatedBytes() + unsent, unreported };
    },
    close() {
      try {
        log.close();
        metrics.close();
      } catch (error) {
        onProblem(`a spool could not be removed: ${messageOf(error)}`);
      }
    },
  };
}
