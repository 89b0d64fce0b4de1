import { Choice, Field } from "./field.tsx";
import { arrayAt, useForm, valueAt } from "./form-context.ts";

const TYPES = ["float", "int", "ordinal", "categorical", "fixed"];
const SCALES = ["linear", "log", "reverse-log"];

interface ParameterRowProps {
  index: number;
  /** Of every parameter. */
  names: readonly string[];
}

/** One parameter: its name, its type, and what the type asks for. */
export function ParameterRow({ index, names }: ParameterRowProps) {
  const { spec, set } = useForm();
  const path = ["parameters", index];
  const parameter = valueAt(spec, path);
  const name = names[index] ?? "";
  const others = arrayAt(spec, ["parameters"])
    .filter((other, at) => at !== index && valueAt(other, ["type"]) !== "float")
    .map((other) => String(valueAt(other, ["name"]) ?? ""))
    .filter(Boolean);
  const conditional = valueAt(parameter, ["when"]) !== undefined;
  return (
    <fieldset
      style={{ border: "1px solid var(--line)", borderRadius: 6, padding: "6px 10px 10px", minWidth: 0 }}
    >
      <legend class="visually-hidden">Parameter {name}</legend>
      <div class="row" style={{ alignItems: "start" }}>
        <Field path={[...path, "name"]} label="Name" width={24} />
        <Choice
          path={[...path, "type"]}
          label="Type"
          options={TYPES}
          otherwise=""
          onChoose={(type) => set(path, asType(parameter, type))}
        />
        <div style={{ marginLeft: "auto", display: "flex", gap: 10, paddingTop: 18 }}>
          {conditional || others.length === 0 ? null : (
            <button
              type="button"
              class="link"
              onClick={() => set([...path, "when"], { parameter: others[0], in: [] })}
            >
              Only when …
            </button>
          )}
          <button
            type="button"
            class="link"
            aria-label={`Remove parameter ${name}`}
            onClick={() => set(path, undefined)}
          >
            Remove
          </button>
        </div>
      </div>
      <div class="row" style={{ alignItems: "start", marginTop: 4 }}>
        <TypeFields index={index} />
      </div>
      {conditional ? <Condition index={index} others={others} /> : null}
    </fieldset>
  );
}

function TypeFields({ index }: { index: number }) {
  const { spec } = useForm();
  const at = (key: string) => ["parameters", index, key];
  switch (valueAt(spec, at("type"))) {
    case "float":
    case "int":
      return (
        <>
          <Field path={at("low")} label="Low" as="number" width={11} />
          <Field path={at("high")} label="High" as="number" width={11} />
          <Choice path={at("scale")} label="Scale" options={SCALES} otherwise="linear" />
          <Field path={at("step")} label="Step" as="number" width={8} placeholder="any" />
          <Field path={at("default")} label="Default" as="number" width={11} placeholder="none" />
        </>
      );
    case "ordinal":
      return (
        <>
          <Field path={at("values")} label="Values, in order" as="list" placeholder="16, 32, 64" />
          <Field path={at("default")} label="Default" as="json" width={11} placeholder="none" />
        </>
      );
    case "categorical":
      return (
        <>
          <Field path={at("choices")} label="Choices" as="list" placeholder="relu, tanh" />
          <Field path={at("default")} label="Default" as="json" width={11} placeholder="none" />
        </>
      );
    case "fixed":
      return <Field path={at("value")} label="Value" as="json" />;
    default:
      return null;
  }
}

function Condition({ index, others }: { index: number; others: readonly string[] }) {
  const { spec, set } = useForm();
  const path = ["parameters", index, "when"];
  const parent = valueAt(spec, [...path, "parameter"]);
  const known = arrayAt(spec, ["parameters"]).find((each) => valueAt(each, ["name"]) === parent);
  const values = valueAt(known, ["choices"]) ?? valueAt(known, ["values"]);
  return (
    <div class="row" style={{ alignItems: "start", marginTop: 6 }}>
      <Choice path={[...path, "parameter"]} label="Only when" options={others} otherwise="" />
      <Field
        path={[...path, "in"]}
        label="is one of"
        as="list"
        placeholder={Array.isArray(values) ? values.join(", ") : "values"}
      />
      <button type="button" class="link" style={{ paddingTop: 22 }} onClick={() => set(path, undefined)}>
        Always
      </button>
    </div>
  );
}

/** The parameter as another type, with as much of it as that type has. */
function asType(parameter: unknown, type: string): Record<string, unknown> {
  const old = (key: string) => valueAt(parameter, [key]);
  const kept = Object.fromEntries(
    ["description", "when"].filter((key) => old(key) !== undefined).map((key) => [key, old(key)]),
  );
  const values =
    old("choices") ?? old("values") ?? (old("low") === undefined ? [] : [old("low"), old("high")]);
  return { name: old("name"), type, ...ownFields(), ...kept };

  function ownFields(): Record<string, unknown> {
    if (type === "float" || type === "int") {
      const scale = old("scale");
      return { low: old("low") ?? 0, high: old("high") ?? 1, ...(scale !== undefined && { scale }) };
    }
    if (type === "ordinal") return { values };
    if (type === "categorical") return { choices: values };
    return { value: old("default") ?? (Array.isArray(values) ? values[0] : undefined) ?? 0 };
  }
}
