/** A canvas as it was when it showed the marks of a mask. */
interface Checkpoint {
  mask: Uint8Array;
  image: HTMLCanvasElement;
}

/**
 * Images of a canvas while marks were added to it, from few to many. Marks cannot be taken away from a canvas; so when their
 * mask shrinks, as under a brush that is drawn back, one goes back to the last image within it and adds what is missing.
 */
export class Checkpoints {
  private kept: Checkpoint[] = [];

  keep(canvas: HTMLCanvasElement, mask: Uint8Array): void {
    const image = document.createElement("canvas");
    image.width = canvas.width;
    image.height = canvas.height;
    image.getContext("2d")?.drawImage(canvas, 0, 0);
    this.kept.push({ mask, image });
  }

  /** The largest one within a mask; those that are not are forgotten. Null: there is none. */
  within(mask: Uint8Array): Checkpoint | null {
    for (;;) {
      const last = this.kept.at(-1);
      if (last === undefined) return null;
      if (last.mask.every((shown, trial) => shown <= mask[trial]!)) return last;
      this.kept.pop();
    }
  }

  clear(): void {
    this.kept = [];
  }
}
