import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { color, themeRevision } from "../app/theme.ts";
import { useWidth } from "./use-width.ts";

interface PlotProps {
  /** uPlot's options but for the size; colours are taken from the theme. Made anew when `revision` changes. */
  options: () => Omit<uPlot.Options, "width" | "height">;
  data: uPlot.AlignedData;
  height: number;
  /** Changes with the options (series, scales). Data alone may change without. */
  revision: string;
}

/** A canvas chart of many points, as wide as its place. */
export function Plot({ options, data, height, revision }: PlotProps) {
  const [element, width] = useWidth<HTMLDivElement>();
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ options, data });
  latest.current = { options, data };
  useEffect(() => {
    if (element.current === null || width === 0) return;
    const made = new uPlot(
      { ...latest.current.options(), width, height },
      latest.current.data,
      element.current,
    );
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [revision, width === 0, height]);

  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height });
  }, [width, height]);
  useEffect(() => {
    plot.current?.setData(data);
  }, [data]);
  useSignalEffect(() => {
    void themeRevision.value;
    plot.current?.redraw();
  });
  return <div ref={element} style={{ minHeight: height }} />;
}

/** An axis in the theme's colours. */
export function themedAxis(axis: uPlot.Axis = {}): uPlot.Axis {
  return {
    stroke: () => color("--muted"),
    grid: { stroke: () => color("--line"), width: 1 },
    ticks: { stroke: () => color("--line"), width: 1 },
    ...axis,
  };
}
