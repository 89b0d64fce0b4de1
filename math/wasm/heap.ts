/** Which parts of a linear memory are in use. Addresses and sizes in bytes. */
export interface Heap {
  /** First address of `size` free bytes, the lowest there is. */
  allocate(size: number): number;
  free(address: number): void;
  /** End of the highest allocation: how large the memory has to be. */
  readonly top: number;
}

interface Gap {
  start: number;
  end: number;
}

/** A cache line, which also keeps vectors aligned. */
const ALIGNMENT = 64;

/** First fit; a heap here holds tens of blocks. `base`: where it starts. */
export function createHeap(base: number): Heap {
  const start = align(base);
  const sizes = new Map<number, number>();
  let gaps: Gap[] = [];
  let top = start;

  return {
    get top() {
      return top;
    },
    allocate(size) {
      const needed = align(size);
      const gap = gaps.find((candidate) => candidate.end - candidate.start >= needed);
      const address = gap ? gap.start : top;
      if (gap) gap.start += needed;
      else top += needed;
      gaps = gaps.filter((candidate) => candidate.end > candidate.start);
      sizes.set(address, needed);
      return address;
    },
    free(address) {
      const size = sizes.get(address);
      if (size === undefined) throw new RangeError(`Nothing is allocated at ${address}.`);
      sizes.delete(address);
      gaps = merged([...gaps, { start: address, end: address + size }]);
      const last = gaps.at(-1);
      if (last?.end === top) {
        top = last.start;
        gaps.pop();
      }
    },
  };
}

function align(size: number): number {
  return Math.ceil(Math.max(1, size) / ALIGNMENT) * ALIGNMENT;
}

/** In order, neighbours joined. */
function merged(gaps: Gap[]): Gap[] {
  const joined: Gap[] = [];
  for (const gap of gaps.sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last?.end === gap.start) last.end = gap.end;
    else joined.push({ ...gap });
  }
  return joined;
}
