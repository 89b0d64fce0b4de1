/** What is to happen, by time; of equal times what was added first. A binary heap. */
export class EventQueue<T> {
  readonly #heap: { time: number; order: number; value: T }[] = [];
  #added = 0;

  add(time: number, value: T): void {
    const heap = this.#heap;
    heap.push({ time, order: this.#added++, value });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#before(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** Removes what happens first; null when nothing will. */
  take(): { time: number; value: T } | null {
    const heap = this.#heap;
    if (heap.length === 0) return null;
    this.#swap(0, heap.length - 1);
    const first = heap.pop()!;
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let least = parent;
      if (left < heap.length && this.#before(left, least)) least = left;
      if (right < heap.length && this.#before(right, least)) least = right;
      if (least === parent) return first;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #before(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one]!, this.#heap[other]!];
    return a.time < b.time || (a.time === b.time && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    const heap = this.#heap;
    [heap[one], heap[other]] = [heap[other]!, heap[one]!];
  }
}
