import type { GpuAssignment } from "../core/executor.ts";
import { type Capacity, chooseGpus, type Gpu, type Resources } from "../core/placement.ts";

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

interface Held {
  resources: Resources;
  /** Names that stay: nvidia-smi counts anew when a card falls off the bus. */
  uuids: readonly string[];
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
      const positions = chooseGpus(resources, left.gpus);
      if (positions === null || resources.cpus > left.cpus + TOLERANCE || resources.memoryMb > left.memoryMb)
        return null;
      const gpus = positions.map((position) => inventory[position]!).sort((a, b) => a.index - b.index);
      const share = { resources, uuids: gpus.map(({ uuid }) => uuid) };
      held.add(share);
      return {
        gpus: gpus.map(({ index }) => index),
        assignment: inventory.length === 0 ? null : assignmentOf(gpus, resources),
        release: () => void held.delete(share),
      };
    },
    update(gpus) {
      inventory = gpus;
    },
  };
}

function remaining(gpu: Gpu, held: ReadonlySet<Held>): Gpu {
  const users = [...held].filter(({ uuids }) => uuids.includes(gpu.uuid));
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
function assignmentOf(gpus: readonly Gpu[], resources: Resources): GpuAssignment {
  return {
    devices: gpus.map((gpu) => (/^(GPU|MIG)-/.test(gpu.uuid) ? gpu.uuid : String(gpu.index))),
    indices: gpus.map(({ index }) => index),
    share: Math.min(1, resources.gpus),
  };
}

function rounded(amount: number): number {
  return Math.round(amount * 1e9) / 1e9;
}
