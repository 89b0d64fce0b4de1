import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { discoverGpus, parseGpus } from "../../agents/gpu.ts";
import { gpuSchema } from "../../core/placement.ts";

const TWO = `0, GPU-11111111-aaaa, NVIDIA A100-SXM4-80GB, 81920, 512, 3, 00000000:07:00.0, Disabled
1, GPU-22222222-bbbb, NVIDIA A100-SXM4-80GB, 81920, 0, [N/A], 00000000:0A:00.0, Enabled
`;

describe("the answer of nvidia-smi", () => {
  test("is one GPU a line, all of it free", () => {
    expect(parseGpus(TWO)).toEqual([
      {
        index: 0,
        uuid: "GPU-11111111-aaaa",
        name: "NVIDIA A100-SXM4-80GB",
        memoryMb: 81920,
        free: 1,
        freeMemoryMb: 81920,
      },
      {
        index: 1,
        uuid: "GPU-22222222-bbbb",
        name: "NVIDIA A100-SXM4-80GB (MIG)",
        memoryMb: 81920,
        free: 1,
        freeMemoryMb: 81920,
      },
    ]);
  });

  test.each(["[N/A]", "[Not Supported]", "[Unknown Error]", ""])(
    "with %j for memory leaves it open",
    (memory) => {
      const [gpu] = parseGpus(`0, GPU-x, NVIDIA GB10, ${memory}, [N/A], 0, 000F:01:00.0, [N/A]`);
      expect(gpu).toMatchObject({ memoryMb: null, freeMemoryMb: null });
    },
  );

  test("names a card without a uuid by its number", () => {
    const line = (index: number) => `${index}, [N/A], Orin, 1, 0, 0, 00:00.0, [N/A]`;
    expect(parseGpus(`${line(0)}\n${line(1)}`).map(({ uuid }) => uuid)).toEqual(["0", "1"]);
  });

  test("may hold warnings, which are passed over", () => {
    expect(
      parseGpus(`Failed to initialize NVML: Unknown Error\nWARNING: infoROM is corrupted\n${TWO}`),
    ).toHaveLength(2);
  });

  test("gives GPUs of the schema, whatever it is", () => {
    const field = fc.oneof(
      fc.string(),
      fc.constantFrom("0", "1", "[N/A]", "Enabled", "99999999999999999999"),
    );
    fc.assert(
      fc.property(fc.array(fc.array(field)), (lines) => {
        const gpus = parseGpus(lines.map((fields) => fields.join(",")).join("\n"));
        for (const gpu of gpus) expect(gpuSchema.safeParse(gpu).success).toBe(true);
      }),
    );
  });
});

describe("looking for GPUs", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "fettle-gpu-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function fakeTool(script: string): string {
    const path = join(directory, "nvidia-smi");
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o700);
    return path;
  }

  test("asks the tool for what the parser reads", async () => {
    const program = fakeTool(`printf '%s' "$*" > ${directory}/asked; printf '%s' '${TWO}'`);
    expect(await discoverGpus({ program })).toEqual(parseGpus(TWO));
    expect(readFileSync(join(directory, "asked"), "utf8")).toBe(
      "--query-gpu=index,uuid,name,memory.total,memory.used,utilization.gpu,pci.bus_id,mig.mode.current " +
        "--format=csv,noheader,nounits",
    );
  });

  test.each([
    ["is not there", null],
    ["fails", "echo broken >&2; exit 9"],
    ["hangs and ignores TERM", "trap '' TERM; while :; do :; done"],
    ["prints without end", "yes"],
  ])("finds none when the tool %s", async (_what, script) => {
    const program = script === null ? join(directory, "missing") : fakeTool(script);
    const began = performance.now();
    expect(await discoverGpus({ program, timeoutMs: 200 })).toEqual([]);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test("takes another tool by FETTLE_NVIDIA_SMI", async () => {
    process.env.FETTLE_NVIDIA_SMI = fakeTool(`printf '%s' '${TWO}'`);
    try {
      expect(await discoverGpus()).toHaveLength(2);
    } finally {
      delete process.env.FETTLE_NVIDIA_SMI;
    }
  });
});
