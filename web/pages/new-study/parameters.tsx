import { arrayAt, errorsAt, useForm, valueAt } from "./form-context.ts";
import { ParameterRow } from "./parameter-row.tsx";
import { Section } from "./section.tsx";

/** The search space. */
export function Parameters() {
  const { spec, errors, set } = useForm();
  const parameters = arrayAt(spec, ["parameters"]);
  const names = parameters.map((parameter) => String(valueAt(parameter, ["name"]) ?? ""));
  const own = errorsAt(errors, ["parameters"]).filter(({ pointer }) =>
    /^\/parameters(\/\d+)?$/.test(pointer),
  );
  const add = () =>
    set(["parameters", parameters.length], { name: freeName(names), type: "float", low: 0, high: 1 });
  return (
    <Section title="Parameters" errors={own}>
      {parameters.map((_, index) => (
        <ParameterRow key={index} index={index} names={names} />
      ))}
      <div>
        <button type="button" onClick={add}>
          Add a parameter
        </button>
      </div>
    </Section>
  );
}

function freeName(names: readonly string[]): string {
  for (let number = 1; ; number++) if (!names.includes(`x${number}`)) return `x${number}`;
}
