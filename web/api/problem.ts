/** What the API says went wrong (application/problem+json), or that it said nothing. */
export class ProblemError extends Error {
  readonly code: string;
  /** 0: no answer. */
  readonly status: number;
  readonly hint: string | undefined;
  readonly errors: readonly FieldProblem[];

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.code = problem.code;
    this.status = problem.status;
    this.hint = problem.hint;
    this.errors = problem.errors ?? [];
  }
}

export interface FieldProblem {
  pointer: string;
  code: string;
  message: string;
  hint?: string;
}

interface Problem {
  status: number;
  code: string;
  title?: string;
  detail?: string;
  hint?: string;
  errors?: FieldProblem[];
}

export function problemOf(status: number, body: unknown): ProblemError {
  const known = typeof body === "object" && body !== null && "code" in body;
  if (known) return new ProblemError({ ...(body as Problem), status });
  return new ProblemError({ status, code: "unreadable", detail: `The server answered ${status}.` });
}

export function unreachable(): ProblemError {
  return new ProblemError({ status: 0, code: "unreachable", detail: "The server does not answer." });
}
