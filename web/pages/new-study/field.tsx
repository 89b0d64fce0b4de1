import { useId, useState } from "preact/hooks";
import { joinWords, splitWords } from "../../ui/shell-words.ts";
import { errorsAt, useForm, valueAt } from "./form-context.ts";
import { listOf, listText, type Path, readValue, valueText } from "./spec-text.ts";

/** How a value is shown in a field, and read from what is typed. Undefined: there is none. */
interface Notation {
  show(value: unknown): string;
  read(text: string): unknown;
}

const plain: Notation = {
  show: (value) =>
    value === undefined || value === null ? "" : typeof value === "string" ? value : valueText(value),
  read: (text) => (text === "" ? undefined : text),
};

/** What is no number is handed on as it is: the server says what is wrong with it. */
const number: Notation = {
  show: plain.show,
  read: (text) => (text.trim() === "" ? undefined : Number.isNaN(Number(text)) ? text : Number(text)),
};
const list: Notation = {
  show: (value) => (Array.isArray(value) ? listText(value) : plain.show(value)),
  read: (text) => (text.trim() === "" ? undefined : (listOf(text) ?? text)),
};
const json: Notation = {
  show: valueText,
  read: (text) => (text.trim() === "" ? undefined : (readValue(text)?.value ?? text)),
};
const words: Notation = {
  show: (value) => (Array.isArray(value) ? joinWords(value.map(String)) : plain.show(value)),
  read: (text) => (text.trim() === "" ? undefined : splitWords(text)),
};
const NOTATIONS = { plain, number, list, json, words };

interface FieldProps {
  path: Path;
  label: string;
  as?: keyof typeof NOTATIONS;
  /** What holds when it is left empty. */
  placeholder?: string;
  suggestions?: readonly string[];
  /** Characters. */
  width?: number;
  lines?: number;
  title?: string;
}

/** One value of the specification, with what the server has against it. */
export function Field({
  path,
  label,
  as = "plain",
  placeholder,
  suggestions,
  width,
  lines,
  title,
}: FieldProps) {
  const { spec, errors, set } = useForm();
  const id = useId();
  // While it is being typed, the text stays as typed: "1e" is on its way to "1e-4".
  const [draft, setDraft] = useState<string | null>(null);
  const notation = NOTATIONS[as];
  const wrong = errorsAt(errors, path);
  const shared = {
    id,
    placeholder,
    title,
    value: draft ?? notation.show(valueAt(spec, path)),
    "aria-invalid": wrong.length > 0,
    "aria-describedby": wrong.length > 0 ? `${id}-wrong` : undefined,
    spellcheck: false,
    style: { width: "100%", ...(wrong.length > 0 && { borderColor: "var(--bad)" }) },
    onBlur: () => setDraft(null),
    onInput: (event: { currentTarget: { value: string } }) => {
      setDraft(event.currentTarget.value);
      set(path, notation.read(event.currentTarget.value));
    },
  };
  return (
    <div style={{ flex: width === undefined ? "1 1 180px" : `0 1 ${width}ch`, minWidth: 0 }}>
      <FieldLabel id={id} label={label} />
      {lines === undefined ? (
        <input {...shared} list={suggestions === undefined ? undefined : `${id}-known`} autocomplete="off" />
      ) : (
        <textarea {...shared} rows={lines} />
      )}
      {suggestions === undefined ? null : (
        <datalist id={`${id}-known`}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
      <Wrong id={`${id}-wrong`} messages={wrong.map(({ message }) => message)} />
    </div>
  );
}

interface ChoiceProps {
  path: Path;
  label: string;
  options: readonly string[];
  /** What it is when the specification does not say. */
  otherwise: string;
  /** Instead of only putting the value in. */
  onChoose?: (value: string) => void;
}

/** One of a few words. A value that is none of them stays, and is shown. */
export function Choice({ path, label, options, otherwise, onChoose }: ChoiceProps) {
  const { spec, errors, set } = useForm();
  const id = useId();
  const value = plain.show(valueAt(spec, path)) || otherwise;
  const wrong = errorsAt(errors, path);
  const choose = (next: string) => {
    if (onChoose === undefined) set(path, next);
    else onChoose(next);
  };
  return (
    <div>
      <FieldLabel id={id} label={label} />
      <select id={id} value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {[...new Set([...options, value])].map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
      <Wrong id={`${id}-wrong`} messages={wrong.map(({ message }) => message)} />
    </div>
  );
}

function FieldLabel({ id, label }: { id: string; label: string }) {
  return (
    <label for={id} class="small muted" style={{ display: "block" }}>
      {label}
    </label>
  );
}

function Wrong({ id, messages }: { id: string; messages: readonly string[] }) {
  if (messages.length === 0) return null;
  return (
    <div id={id} class="small error" style={{ overflowWrap: "anywhere" }}>
      {messages.join(" ")}
    </div>
  );
}
