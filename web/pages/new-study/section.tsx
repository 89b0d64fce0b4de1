import type { ComponentChildren } from "preact";
import type { FieldProblem } from "../../api/problem.ts";

interface SectionProps {
  title: string;
  /** Of the section itself and of no field in it. */
  errors?: readonly FieldProblem[];
  /** Beside the title. */
  controls?: ComponentChildren;
  children?: ComponentChildren;
}

export function Section({ title, errors = [], controls, children }: SectionProps) {
  return (
    <section class="stack" style={{ gap: 8 }} aria-label={title}>
      <div class="row">
        <h2 class="grow">{title}</h2>
        {controls}
      </div>
      {errors.map(({ pointer, message }) => (
        <div key={pointer + message} class="small error">
          {message}
        </div>
      ))}
      {children}
    </section>
  );
}
