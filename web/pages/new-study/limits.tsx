import { Field } from "./field.tsx";
import { Section } from "./section.tsx";

/** When it ends, and what a trial needs. */
export function Limits() {
  return (
    <Section title="Limits and resources">
      <div class="row" style={{ alignItems: "start" }}>
        <Field path={["budget", "maxTrials"]} label="Trials" as="number" placeholder="no limit" width={12} />
        <Field
          path={["budget", "maxGpuHours"]}
          label="GPU-hours"
          as="number"
          placeholder="no limit"
          width={12}
        />
        <Field
          path={["budget", "maxWallTimeSeconds"]}
          label="Seconds in all"
          as="number"
          placeholder="no limit"
          width={14}
        />
        <Field
          path={["budget", "maxFailedTrials"]}
          label="Failed trials"
          as="number"
          placeholder="no limit"
          width={12}
        />
        <Field path={["parallelism"]} label="At the same time" as="number" placeholder="1" width={15} />
      </div>
      <div class="row" style={{ alignItems: "start" }}>
        <Field
          path={["resources", "gpus"]}
          label="GPUs a trial"
          title="Whole ones, or a share below 1"
          as="number"
          placeholder="0"
          width={12}
        />
        <Field
          path={["resources", "gpuMemoryMb"]}
          label="MB of each GPU"
          as="number"
          placeholder="any"
          width={14}
        />
        <Field path={["resources", "cpus"]} label="CPUs" as="number" placeholder="1" width={8} />
        <Field path={["resources", "memoryMb"]} label="MB of memory" as="number" placeholder="0" width={13} />
        <Field path={["resources", "pool"]} label="Pool" placeholder="default" width={14} />
      </div>
    </Section>
  );
}
