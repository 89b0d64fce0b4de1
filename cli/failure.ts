import { ERROR_CODES, type ErrorCode, FettleError, messageOf } from "../core/errors.ts";

/** The exit codes, few and stable: scripts branch on them. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: "It worked." },
  failed: { code: 1, meaning: "It failed: the study failed, a check did not pass, or Fettle has a defect." },
  usage: { code: 2, meaning: "The command line, the configuration or the study is wrong." },
  notFound: { code: 3, meaning: "No such study, trial, host or token." },
  auth: { code: 4, meaning: "A token is missing, unknown, expired or too narrow." },
  conflict: { code: 5, meaning: "The object's state does not allow it, or the name is taken." },
  unreachable: { code: 6, meaning: "The server or its database does not answer." },
  timeout: { code: 7, meaning: "The time to wait is over." },
  partial: { code: 8, meaning: "With `--exit-status`: some trials failed, or the target was not reached." },
  interrupted: { code: 130, meaning: "Interrupted by Ctrl-C." },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitName = keyof typeof EXIT_CODES;

const BY_ERROR: Partial<Record<ErrorCode, ExitName>> = {
  "invalid-input": "usage",
  "invalid-study": "usage",
  "invalid-params": "usage",
  "invalid-config": "usage",
  "unsafe-listen": "usage",
  "payload-too-large": "usage",
  "limit-exceeded": "usage",
  "not-found": "notFound",
  "agent-unknown": "notFound",
  unauthenticated: "auth",
  forbidden: "auth",
  "misdirected-host": "auth",
  "already-exists": "conflict",
  conflict: "conflict",
  "precondition-failed": "conflict",
  "idempotency-mismatch": "conflict",
  "stale-attempt": "conflict",
  "stale-session": "conflict",
  "server-unreachable": "unreachable",
  "store-unavailable": "unreachable",
  "too-many-requests": "unreachable",
};

/** The exit code of whatever a command threw. */
export function exitCodeOf(error: unknown): number {
  const name = error instanceof FettleError ? BY_ERROR[error.code] : undefined;
  return EXIT_CODES[name ?? "failed"].code;
}

/** What is wrong, why (each field), and what to do; with `debug` the stack and its causes too. */
export function failureText(error: unknown, debug: boolean): string {
  const lines = error instanceof FettleError ? knownFailure(error) : unknownFailure(error);
  if (debug) lines.push(...stackOf(error));
  return `${lines.join("\n")}\n`;
}

function knownFailure(error: FettleError): string[] {
  const fields = error.fields.flatMap(({ pointer, message, hint }) => [
    // The server's summary of a single field is the field itself.
    ...(error.fields.length === 1 && error.message.endsWith(message)
      ? []
      : [`  ${pointer === "" ? "" : `${pointer}: `}${message}`]),
    ...(hint === undefined || hint === error.hint ? [] : [`    ${hint}`]),
  ]);
  const requestId = error instanceof ServerError ? error.requestId : null;
  return [
    `error: ${error.message}`,
    ...fields,
    ...(fields.length === 0 && error.hint === undefined ? meaningOf(error.code) : []),
    ...(error.hint === undefined ? [] : [error.hint]),
    ...(requestId === null ? [] : [`Request ${requestId}`]),
  ];
}

/** What the code means, where nothing says more; that an input is wrong, or that something is not there, the message says. */
function meaningOf(code: ErrorCode): string[] {
  const exit = BY_ERROR[code];
  return exit === "usage" || exit === "notFound" ? [] : [`  ${ERROR_CODES[code].meaning} (${code})`];
}

function unknownFailure(error: unknown): string[] {
  return [
    `error: ${messageOf(error)}`,
    "  This is a defect of Fettle, or of the machine it runs on.",
    "Run the command again with --debug to see where it comes from.",
  ];
}

function stackOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const cause = error.cause === undefined ? [] : ["caused by:", ...stackOf(error.cause)];
  return [error.stack ?? String(error), ...cause];
}

/** A failure that the server answered with. */
export class ServerError extends FettleError {
  readonly requestId: string | null;

  constructor(code: ErrorCode, message: string, options: ServerErrorOptions) {
    const { requestId, ...rest } = options;
    super(code, message, rest);
    this.requestId = requestId;
  }
}

type ServerErrorOptions = NonNullable<ConstructorParameters<typeof FettleError>[2]> & {
  requestId: string | null;
};
