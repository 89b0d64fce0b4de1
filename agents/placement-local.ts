import type { GpuAssignment } from "../core/executor.ts";
import { type Capacity, type Gpu, gpuFits, type Resources } from "../core/placement.ts";

/** Which of this host's GPUs, cores and memory a trial gets, and what is left for the next. */

/** What one trial holds until it is released; releasing it twice is harmless. */
export interface Reservation {
  /** Indices of its GPUs. */
  gpus: readonly number[];
  /** Null on a host without GPUs. */
  assignment: GpuAssignment | null;
  release(): void;
}

export interface Placement {
  free(): Pick<Capacity, "gpus" | "cpus" | "memoryMb">;
  /** Null when there is no room. Pools, labels and slots are not looked at. */
  take(resources: Resources): Reservation | null;
  /** The GPUs that the host has now. Trials on one that is gone keep it until they end. */
  update(gpus: readonly Gpu[]): void;
}

/** Shares are summed in floating point: three times a third is to be all. */
const TOLERANCE = 1e-6;

/**
 * The GPUs for a trial, by index; null when they do not suffice. Shares go to the fullest GPU that still has room, so
 * that whole ones stay whole for those who need them; whole GPUs are those that nobody uses, with the least memory that
 * will do, so that the large ones stay free. Ties go to the lower index.
 */
export function chooseGpus(
  need: Pick<Resources, "gpus" | "gpuMemoryMb">,
  gpus: readonly Gpu[],
): number[] | null {
  if (need.gpus === 0) return [];
  const shared = need.gpus < 1;
  const count = shared ? 1 : need.gpus;
  const fitting = gpus.filter((gpu) => gpuFits(need, gpu) && (shared || gpu.free > 1 - TOLERANCE));
  const size = (gpu: Gpu) => (shared ? (gpu.freeMemoryMb ?? 0) : (gpu.memoryMb ?? 0));
  const ordered = fitting.toSorted((a, b) => a.free - b.free || size(a) - size(b) || a.index - b.index);
  if (ordered.length < count) return null;
  return ordered
    .slice(0, count)
    .map((gpu) => gpu.index)
    .sort((a, b) => a - b);
}

interface Held {
  resources: Resources;
  gpus: readonly number[];
}

/** `offer`: what the agent hands out in all. */
export function createPlacement(offer: Pick<Capacity, "gpus" | "cpus" | "memoryMb">): Placement {
  const held = new Set<Held>();
  let inventory: readonly Gpu[] = offer.gpus;

  const sum = (amount: (resources: Resources) => number) =>
    [...held].reduce((total, { resources }) => total + amount(resources), 0);

  const free = () => ({
    gpus: inventory.map((gpu) => remaining(gpu, held)),
    cpus: rounded(Math.max(0, offer.cpus - sum(({ cpus }) => cpus))),
    memoryMb: Math.max(0, offer.memoryMb - sum(({ memoryMb }) => memoryMb)),
  });

  return {
    free,
    take(resources) {
      const left = free();
      const gpus = chooseGpus(resources, left.gpus);
      if (gpus === null || resources.cpus > left.cpus + TOLERANCE || resources.memoryMb > left.memoryMb)
        return null;
      const share = { resources, gpus };
      held.add(share);
      return { gpus, assignment: assignmentOf(share, inventory), release: () => void held.delete(share) };
    },
    update(gpus) {
      inventory = gpus;
    },
  };
}

function remaining(gpu: Gpu, held: ReadonlySet<Held>): Gpu {
  const users = [...held].filter(({ gpus }) => gpus.includes(gpu.index));
  const free = users.reduce((left, { resources }) => left - Math.min(1, resources.gpus), gpu.free);
  const { freeMemoryMb } = gpu;
  const taken = users.reduce((total, user) => total + memoryOn(gpu, user), 0);
  return {
    ...gpu,
    free: rounded(Math.max(0, free)),
    freeMemoryMb: freeMemoryMb === null ? null : Math.max(0, freeMemoryMb - taken),
  };
}

/** What a trial may use of a GPU's memory: what it asked for, or all, or its share. */
function memoryOn(gpu: Gpu, { resources }: Held): number {
  if (resources.gpus >= 1) return gpu.freeMemoryMb ?? 0;
  return resources.gpuMemoryMb ?? Math.floor((gpu.memoryMb ?? 0) * resources.gpus);
}

/** By uuid: indices mean something else to CUDA than to nvidia-smi unless CUDA_DEVICE_ORDER says so. */
function assignmentOf({ resources, gpus }: Held, inventory: readonly Gpu[]): GpuAssignment | null {
  if (inventory.length === 0) return null;
  const chosen = inventory.filter((gpu) => gpus.includes(gpu.index));
  return {
    devices: chosen.map((gpu) => (/^(GPU|MIG)-/.test(gpu.uuid) ? gpu.uuid : String(gpu.index))),
    indices: gpus,
    share: Math.min(1, resources.gpus),
  };
}

function rounded(amount: number): number {
  return Math.round(amount * 1e9) / 1e9;
}
