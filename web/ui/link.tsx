import type { ComponentChildren } from "preact";
import { go, href } from "../app/router.ts";

interface LinkProps {
  to: string;
  children: ComponentChildren;
  class?: string;
  title?: string | undefined;
  "aria-current"?: "page" | undefined;
}

/** A link within the dashboard: without a new load, but with everything a link can do. */
export function Link({ to, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a {...rest} href={href(to)} onClick={follow}>
      {children}
    </a>
  );
}
