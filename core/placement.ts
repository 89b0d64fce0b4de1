import { z } from "zod";
import { textSchema } from "./text.ts";

/** What a trial needs of a host, what a host has free, and the sentence that says why the two do not fit. Pure. */

export const poolSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);

const labelKey = z.string().regex(/^[A-Za-z0-9_./-]{1,63}$/);
export const labelsSchema = z.record(labelKey, textSchema().max(255));

export const resourcesSchema = z
  .strictObject({
    gpus: z
      .number()
      .min(0)
      .max(1024)
      .refine(
        (gpus) => gpus <= 1 || Number.isInteger(gpus),
        "A share of a GPU is below 1; more is a whole number.",
      )
      .default(0)
      .describe("Whole GPUs, or a share of one below 1 (0.5: two trials on a GPU)."),
    gpuMemoryMb: z
      .int()
      .min(0)
      .optional()
      .describe("Memory that each GPU used must have (whole) or leave free (share)."),
    cpus: z
      .number()
      .min(0)
      .max(4096)
      .default(1)
      .describe("CPU cores, for packing; not enforced by the kernel."),
    memoryMb: z.int().min(0).default(0).describe("Main memory, for packing."),
    labels: labelsSchema.default({}).describe("Labels that the agent must carry."),
    pool: poolSchema.default("default"),
  })
  .describe("What one trial needs.");
export type Resources = z.infer<typeof resourcesSchema>;

export const gpuSchema = z.strictObject({
  index: z.int().min(0),
  uuid: textSchema().max(100),
  name: textSchema().max(200),
  memoryMb: z.int().min(0).nullable(),
  /** Share of the GPU that no trial holds, 0 to 1. */
  free: z.number().min(0).max(1),
  freeMemoryMb: z.int().min(0).nullable(),
});
export type Gpu = z.infer<typeof gpuSchema>;

/** What an agent offers at one moment. `cpus` and `memoryMb` are what its running trials leave. */
export const capacitySchema = z.strictObject({
  pool: poolSchema,
  labels: labelsSchema,
  gpus: z.array(gpuSchema).max(1024),
  cpus: z.number().min(0),
  memoryMb: z.int().min(0),
  /** Trials it will start beyond those it runs. */
  slots: z.int().min(0).max(10_000),
});
export type Capacity = z.infer<typeof capacitySchema>;

/** Rounding slack of summed GPU shares (three times 1/3). */
const SHARE_TOLERANCE = 1e-6;

/** Null when a trial fits; else why not, as a clause: "has 1 GPU with 20000 MB free, 2 are needed". */
export function misfit(need: Resources, have: Capacity): string | null {
  if (have.pool !== need.pool) return `is in pool "${have.pool}", not "${need.pool}"`;
  for (const [key, value] of Object.entries(need.labels)) {
    if (have.labels[key] !== value)
      return `has label ${key}=${have.labels[key] ?? "(none)"}, ${key}=${value} is needed`;
  }
  if (have.slots < 1) return "has no free slot";
  if (need.cpus > have.cpus + SHARE_TOLERANCE) return `has ${have.cpus} CPUs free, ${need.cpus} are needed`;
  if (need.memoryMb > have.memoryMb)
    return `has ${have.memoryMb} MB of memory free, ${need.memoryMb} MB are needed`;
  return gpuMisfit(need, have.gpus);
}

function gpuMisfit(need: Resources, gpus: readonly Gpu[]): string | null {
  if (need.gpus === 0) return null;
  const wanted = Math.max(1, need.gpus);
  const usable = gpus.filter((gpu) => gpuFits(need, gpu)).length;
  if (usable >= wanted) return null;
  const size = need.gpuMemoryMb === undefined ? "" : ` with ${need.gpuMemoryMb} MB`;
  const share =
    need.gpus < 1 ? `${need.gpus} of a GPU${size}` : `${wanted} GPU${wanted > 1 ? "s" : ""}${size}`;
  return `has ${gpus.length === 0 ? "no GPU" : `${usable} of ${gpus.length} GPUs that would do`}, ${share} needed`;
}

/** Whether one GPU can take (part of) the trial. */
export function gpuFits(need: Pick<Resources, "gpus" | "gpuMemoryMb">, gpu: Gpu): boolean {
  const share = Math.min(1, need.gpus);
  if (gpu.free + SHARE_TOLERANCE < share) return false;
  if (need.gpuMemoryMb === undefined) return true;
  const memory = share < 1 ? (gpu.freeMemoryMb ?? gpu.memoryMb) : gpu.memoryMb;
  return memory !== null && memory >= need.gpuMemoryMb;
}

/**
 * Positions (in `gpus`) of the GPUs that a trial gets; null when too few fit. A share goes to the fullest GPU that has
 * room, so that whole ones stay whole; among equally full ones, and for whole GPUs, the one with the least memory that
 * will do, so that large ones stay free. Ties go to the lower index.
 */
export function chooseGpus(
  need: Pick<Resources, "gpus" | "gpuMemoryMb">,
  gpus: readonly Gpu[],
): number[] | null {
  if (need.gpus === 0) return [];
  const memory = (gpu: Gpu) => (need.gpus < 1 ? (gpu.freeMemoryMb ?? gpu.memoryMb) : gpu.memoryMb) ?? 0;
  const usable = gpus.map((gpu, position) => ({ gpu, position })).filter(({ gpu }) => gpuFits(need, gpu));
  const wanted = Math.max(1, need.gpus);
  if (usable.length < wanted) return null;
  usable.sort(
    (a, b) => a.gpu.free - b.gpu.free || memory(a.gpu) - memory(b.gpu) || a.gpu.index - b.gpu.index,
  );
  return usable.slice(0, wanted).map(({ position }) => position);
}

/** What is left of a host's capacity once it runs the trial as well. What does not fit takes no GPU. */
export function take(need: Resources, have: Capacity): Capacity {
  const chosen = new Set(chooseGpus(need, have.gpus) ?? []);
  const share = Math.min(1, need.gpus);
  return {
    ...have,
    slots: Math.max(0, have.slots - 1),
    cpus: Math.max(0, have.cpus - need.cpus),
    memoryMb: Math.max(0, have.memoryMb - need.memoryMb),
    gpus: have.gpus.map((gpu, position) =>
      chosen.has(position) ? lessShare(gpu, share, need.gpuMemoryMb) : gpu,
    ),
  };
}

function lessShare(gpu: Gpu, share: number, memoryMb: number | undefined): Gpu {
  const free = Math.max(0, gpu.free - share);
  // A share that asked for no memory of its own takes its part of the card's.
  const taken = memoryMb ?? (gpu.memoryMb ?? 0) * share;
  const freeMemoryMb = gpu.freeMemoryMb === null ? null : Math.max(0, Math.floor(gpu.freeMemoryMb - taken));
  return { ...gpu, free: free < SHARE_TOLERANCE ? 0 : free, freeMemoryMb };
}
