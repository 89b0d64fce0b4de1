import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What Prometheus reads at /metrics. One registry an app, so that several live in one process. */
export interface Telemetry {
  request(route: string, method: string, status: number, seconds: number): void;
  pointsIngested(count: number): void;
  claimed(trials: number): void;
  hintPublished(): void;
  hintFailed(): void;
  text(): Promise<string>;
  contentType: string;
  close(): void;
}

export interface Gauges {
  /** Requests that wait in long-polls. */
  waiting: () => number;
  eventClients: () => number;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createTelemetry(gauges: Gauges): Telemetry {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  const requests = counter("fettle_http_requests_total", "Requests answered.", ["route", "method", "status"]);
  const durations = new Histogram({
    name: "fettle_http_request_seconds",
    help: "From the request's first byte to the end of the answer. Long-polls include their waiting.",
    labelNames: ["route"],
    buckets: SECONDS,
    registers,
  });
  const points = counter("fettle_metric_points_total", "Metric points accepted as new.");
  const claims = counter("fettle_claimed_trials_total", "Trials handed to agents and workers.");
  const published = counter("fettle_hints_published_total", "Hints for the schedulers, published.");
  const failed = counter(
    "fettle_hints_failed_total",
    "Hints that the queue did not take; the sweep replaces them.",
  );
  gauge("fettle_waiting_requests", "Requests that wait in long-polls.", gauges.waiting);
  gauge("fettle_event_clients", "Clients of the event stream.", gauges.eventClients);
  gauge("fettle_resident_memory_bytes", "Resident memory of the process.", () => process.memoryUsage.rss());
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  gauge("fettle_event_loop_lag_p99_seconds", "How late timers ran since the last reading, p99.", () => {
    const seconds = delay.percentile(99) / 1e9;
    delay.reset();
    return seconds;
  });
  return {
    request(route, method, status, seconds) {
      requests.inc({ route, method, status });
      durations.observe({ route }, seconds);
    },
    pointsIngested: (count) => points.inc(count),
    claimed: (trials) => claims.inc(trials),
    hintPublished: () => published.inc(),
    hintFailed: () => failed.inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close: () => void delay.disable(),
  };
}
