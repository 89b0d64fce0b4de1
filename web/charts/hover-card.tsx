import type { ComponentChildren } from "preact";

/** A card beside the pointer, kept within the window. It says nothing that cannot be had otherwise. */
export function HoverCard({ x, y, children }: { x: number; y: number; children: ComponentChildren }) {
  const leftwards = x > window.innerWidth / 2;
  const upwards = y > window.innerHeight / 2;
  const style = {
    ...(leftwards ? { right: `${window.innerWidth - x + 14}px` } : { left: `${x + 14}px` }),
    ...(upwards ? { bottom: `${window.innerHeight - y + 14}px` } : { top: `${y + 14}px` }),
  };
  return (
    <div class="tooltip" style={style}>
      {children}
    </div>
  );
}
