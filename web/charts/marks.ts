import { effect, type ReadonlySignal } from "@preact/signals";
import { themeRevision } from "../app/theme.ts";
import { type Draw, sized } from "./canvas.ts";
import { Checkpoints } from "./checkpoints.ts";
import { addedTo, inMask } from "./mask.ts";

/** Marks of trials: those in a mask, over what seldom changes. */
export interface Marks {
  /** What lies beneath; drawn once, and kept as an image. */
  under: Draw;
  /** One byte a trial: 1 is drawn. */
  mask: ReadonlySignal<Uint8Array>;
  /** From the bottom to the top. */
  order: Int32Array;
  /** On top of what is there, in this order. */
  draw: (context: CanvasRenderingContext2D, trials: readonly number[]) => void;
}

/** So long after the last change marks that were added on top come into their order. */
const REST_MS = 150;
/** Whenever such a share of all was added the canvas is kept as an image, to go back to: ten images at most. */
const STRIDE = 1 / 10;

/**
 * Keeps a canvas as the mask has it, while it can be seen. A brush that is being drawn changes the mask by a few trials with
 * each movement, so that no more is drawn than what has come, and what has gone since an earlier image. Returns how to end it.
 */
export function followMarks(
  context: CanvasRenderingContext2D,
  { width, height }: { width: number; height: number },
  { under, mask, order, draw }: Marks,
  visible: ReadonlySignal<boolean>,
): () => void {
  const ground = document.createElement("canvas");
  const checkpoints = new Checkpoints();
  let theme = -1;
  let drawn: Uint8Array | null = null;
  let added = 0;
  let timer = 0;
  const restart = (image: HTMLCanvasElement) => {
    context.save();
    // Pixel by pixel: at a fractional ratio of the screen it would blur.
    context.resetTransform();
    context.clearRect(0, 0, image.width, image.height);
    context.drawImage(image, 0, 0);
    context.restore();
  };
  const drawAll = (wanted: Uint8Array) => {
    restart(ground);
    draw(context, inMask(wanted, order));
  };
  const add = (trials: readonly number[], wanted: Uint8Array) => {
    draw(context, trials);
    added += trials.length;
    if (added === 0 || added < STRIDE * order.length) return;
    checkpoints.keep(context.canvas, wanted);
    added = 0;
  };
  /** Whether it could be made of what is there. */
  const change = (wanted: Uint8Array) => {
    if (drawn === null) return false;
    const come = addedTo(drawn, wanted, order);
    if (come !== null) {
      add(come, wanted);
      return true;
    }
    const earlier = checkpoints.within(wanted);
    if (earlier === null) return false;
    restart(earlier.image);
    added = 0;
    add(addedTo(earlier.mask, wanted, order)!, wanted);
    return true;
  };
  const stop = effect(() => {
    const revision = themeRevision.value;
    const wanted = mask.value;
    // Once in any case: for printing, and for the first sight of it.
    if (!visible.value && drawn !== null) return;
    clearTimeout(timer);
    if (theme !== revision) {
      under(sized(ground, width, height)!, width, height);
      drawn = null;
    }
    theme = revision;
    if (change(wanted)) timer = window.setTimeout(drawAll, REST_MS, wanted);
    else {
      checkpoints.clear();
      added = 0;
      drawAll(wanted);
    }
    drawn = wanted;
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
