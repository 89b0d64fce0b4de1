import { MetricCharts } from "./metrics.tsx";
import type { TabProps } from "./tab-props.ts";

/** Names of metrics that tell how a machine is used: "gpu_util", "system/mem.used", "cpu0". */
const SYSTEM =
  /(?:^|[^a-z])(?:system|sys|gpus?|cuda|vram|cpu|mem|memory|ram|rss|disk|io|net|network|power|temperature|throughput)(?:[^a-z]|$)/i;

/** How it used its machine, as far as it was reported. */
export function System(props: TabProps) {
  const workers = [...new Set(props.trial.attempts.map(({ worker }) => worker))];
  const where = workers.length === 0 ? "It has not run yet." : `It ran on ${workers.join(", ")}.`;
  return (
    <MetricCharts
      {...props}
      wanted={(metric) => SYSTEM.test(metric)}
      none={`No system use was reported. ${where} Agents do not measure it: metrics that the script reports itself under names such as gpu_util, mem_gb or cpu are drawn here.`}
    />
  );
}
