import type { AgentResource } from "../../../core/resources.ts";
import { percent, short } from "../../app/format.ts";

type Gpu = AgentResource["gpus"][number];

/** A GPU: its model, its memory, and the share of it that trials hold. */
export function GpuTile({ gpu }: { gpu: Gpu }) {
  const used = 1 - gpu.free;
  return (
    <div
      class="grow"
      style={{
        border: "1px solid var(--line)",
        borderRadius: 6,
        padding: "6px 9px",
        minWidth: 150,
        maxWidth: 240,
      }}
    >
      <div class="clip" title={`${gpu.name}, ${gpu.uuid}`}>
        <strong>{gpu.index}</strong> {gpu.name}
      </div>
      <div class="bar" style={{ margin: "5px 0" }} aria-hidden="true">
        <span style={{ width: `${100 * used}%` }} />
      </div>
      <div class="small muted">
        {used === 0 ? "free" : `${percent(used)} in use`}
        {memoryText(gpu)}
      </div>
    </div>
  );
}

function memoryText({ memoryMb, freeMemoryMb }: Gpu): string {
  if (memoryMb === null) return "";
  const gigabytes = (megabytes: number) => short(megabytes / 1024, 3);
  if (freeMemoryMb === null || freeMemoryMb === memoryMb) return ` · ${gigabytes(memoryMb)} GB`;
  return ` · ${gigabytes(freeMemoryMb)} of ${gigabytes(memoryMb)} GB free`;
}
