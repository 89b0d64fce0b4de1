import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Gpu } from "../core/placement.ts";

/** The host's NVIDIA GPUs, as its own tool tells them. */

const FIELDS = "index,uuid,name,memory.total,memory.used,utilization.gpu,pci.bus_id,mig.mode.current";
const QUERY = [`--query-gpu=${FIELDS}`, "--format=csv,noheader,nounits"];

export interface DiscoverOptions {
  /** Default: FETTLE_NVIDIA_SMI, or nvidia-smi on the PATH. */
  program?: string;
  /** A driver in trouble hangs for minutes; then there are no GPUs for now. Default 5000. */
  timeoutMs?: number;
}

/**
 * Every GPU, all of it free. None where there is no tool, or it fails or hangs: the host then serves trials without
 * GPUs. A GPU that is cut into MIG instances says so in its name; it is handed out as a whole.
 */
export async function discoverGpus(options: DiscoverOptions = {}): Promise<Gpu[]> {
  const program = options.program ?? process.env.FETTLE_NVIDIA_SMI ?? "nvidia-smi";
  try {
    const { stdout } = await promisify(execFile)(program, QUERY, {
      timeout: options.timeoutMs ?? 5000,
      killSignal: "SIGKILL",
      maxBuffer: 1024 * 1024,
    });
    return parseGpus(stdout);
  } catch {
    return [];
  }
}

/** One GPU a line, fields in the order of the query; lines of another shape (warnings) are passed over. */
export function parseGpus(csv: string): Gpu[] {
  return csv.split("\n").flatMap((line) => {
    const fields = line.split(",").map((field) => field.trim());
    const [index, uuid, name, total, , , , mig] = fields;
    if (fields.length < 8 || !/^\d{1,6}$/.test(index!) || !uuid) return [];
    const memoryMb = known(total);
    const suffix = mig === "Enabled" ? " (MIG)" : "";
    return [
      {
        index: Number(index),
        // "[N/A]" would name several cards alike.
        uuid: uuid.startsWith("[") ? index! : uuid.slice(0, 100),
        name: `${name!.slice(0, 190)}${suffix}`,
        memoryMb,
        free: 1,
        freeMemoryMb: memoryMb,
      },
    ];
  });
}

/** Null for "[N/A]", "[Not Supported]", "[Unknown Error]" and whatever else is no number. */
function known(field: string | undefined): number | null {
  return field !== undefined && /^\d{1,12}$/.test(field) ? Number(field) : null;
}
