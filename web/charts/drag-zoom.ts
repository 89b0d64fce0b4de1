import type uPlot from "uplot";

/** A shorter drag is a click. CSS pixels. */
const LEAST_DRAG = 5;

interface ZoomTold {
  /** A stretch of x was dragged over, from its lower to its higher end. */
  select: (low: number, high: number) => void;
  reset: () => void;
}

/** What uPlot needs to let a stretch of x be dragged over, and a double click undo it. The plot itself does not change. */
export function dragZoom(told: ZoomTold): Required<Pick<uPlot.Cursor, "drag" | "bind">> & {
  setSelect: (plot: uPlot) => void;
} {
  return {
    drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG },
    bind: {
      dblclick: () => () => {
        told.reset();
        return null;
      },
    },
    setSelect(plot) {
      const { left, width } = plot.select;
      if (width < LEAST_DRAG) return;
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      told.select(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
    },
  };
}
