import { useState } from "preact/hooks";
import type { Json } from "../../../core/json.ts";
import type { TrialDetail } from "../../../core/resources.ts";
import type { Parameter } from "../../../core/space.ts";
import type { ProblemError } from "../../api/problem.ts";
import { short } from "../../app/format.ts";
import { ErrorNote } from "../../ui/notes.tsx";

type Params = TrialDetail["params"];

interface EnqueueFormProps {
  parameters: readonly Parameter[];
  /** What the fields start with. */
  params: Params;
  /** @returns the new trial's number. @throws ProblemError */
  enqueue: (params: Params) => Promise<number>;
  /** Null: given up. */
  onDone: (number: number | null) => void;
}

/** One field a parameter; an empty one leaves it out. The server checks, and its words stand at the field. */
export function EnqueueForm({ parameters, params, enqueue, onDone }: EnqueueFormProps) {
  const searched = parameters.filter(({ type }) => type !== "fixed");
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(searched.map(({ name }) => [name, textOf(params[name])])),
  );
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ProblemError | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      onDone(await enqueue(paramsOf(searched, texts)));
    } catch (problem) {
      setError(problem as ProblemError);
      setBusy(false);
    }
  };
  const placed = new Set(searched.map(({ name }) => pointerOf(name)));
  const elsewhere = error !== null && !error.errors.some(({ pointer }) => placed.has(pointer));
  return (
    <form
      class="stack"
      style={{ gap: 10, minWidth: "min(70vw, 420px)" }}
      onSubmit={(event) => void submit(event)}
    >
      {searched.map((parameter) => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          text={texts[parameter.name]!}
          problem={error?.errors.find(({ pointer }) => pointer === pointerOf(parameter.name))?.message}
          onChange={(text) => setTexts({ ...texts, [parameter.name]: text })}
        />
      ))}
      {elsewhere ? <ErrorNote error={error!} /> : null}
      <div class="row">
        <button type="submit" class="primary" disabled={busy}>
          Enqueue
        </button>
        <button type="button" onClick={() => onDone(null)}>
          Cancel
        </button>
        <span class="muted small">It counts towards the study's limits.</span>
      </div>
    </form>
  );
}

interface ParameterFieldProps {
  parameter: Parameter;
  text: string;
  problem: string | undefined;
  onChange: (text: string) => void;
}

function ParameterField({ parameter, text, problem, onChange }: ParameterFieldProps) {
  const { name } = parameter;
  const choices = choicesOf(parameter);
  const id = `enqueue-${name}`;
  const described = { "aria-invalid": problem !== undefined, "aria-describedby": `${id}-hint` };
  return (
    <div class="stack" style={{ gap: 2 }}>
      <label for={id}>{name}</label>
      {choices === null ? (
        <input
          id={id}
          value={text}
          inputMode="decimal"
          autocomplete="off"
          {...described}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <select id={id} value={text} {...described} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">(left out)</option>
          {choices.map((choice) => (
            <option key={textOf(choice)} value={textOf(choice)}>
              {typeof choice === "string" ? choice : JSON.stringify(choice)}
            </option>
          ))}
        </select>
      )}
      <span id={`${id}-hint`} class={problem === undefined ? "muted small" : "error small"}>
        {problem ?? hintOf(parameter)}
      </span>
    </div>
  );
}

function choicesOf(parameter: Parameter): readonly Json[] | null {
  if (parameter.type === "categorical") return parameter.choices;
  return parameter.type === "ordinal" ? parameter.values : null;
}

function hintOf(parameter: Parameter): string {
  const range =
    parameter.type === "float" || parameter.type === "int"
      ? `${parameter.type}, ${short(parameter.low)} to ${short(parameter.high)}`
      : "";
  const when = parameter.when;
  const condition =
    when === undefined
      ? ""
      : `only where ${when.parameter} is ${when.in.map((value) => plain(value)).join(" or ")}`;
  return [range, condition].filter((part) => part !== "").join("; ");
}

function plain(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** JSON, so that the text "1" and the number 1 stay apart; "" for a parameter that is not there. */
function textOf(value: Json | undefined): string {
  return value === undefined ? "" : JSON.stringify(value);
}

/** What is no JSON goes to the server as text, which says what is wrong with it. */
function paramsOf(parameters: readonly Parameter[], texts: Readonly<Record<string, string>>): Params {
  const given = parameters.filter(({ name }) => texts[name]!.trim() !== "");
  return Object.fromEntries(given.map(({ name }) => [name, parsed(texts[name]!)]));
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function pointerOf(name: string): string {
  return `/params/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
