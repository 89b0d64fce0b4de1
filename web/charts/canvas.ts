/** Draws in CSS pixels onto a canvas that is empty. False: it drew nothing. */
export type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => unknown;

/** Makes a canvas so large, empty, and sharp on this screen; its context counts in CSS pixels. */
export function sized(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
