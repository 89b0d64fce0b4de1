import type { FastifyError } from "fastify";
import { ERROR_CODES, type ErrorCode, FettleError, type FieldError } from "../core/errors.ts";

/** RFC 9457, as every failed request is answered. */
export interface Problem {
  /** Where the code is explained. */
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  hint?: string;
  errors?: readonly FieldError[];
  requestId: string;
}

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

export function problemOf(error: FettleError, requestId: string): Problem {
  const { code, status, message, hint, fields } = error;
  return {
    type: `/docs/errors.md#${code}`,
    title: ERROR_CODES[code].meaning,
    status,
    code,
    detail: message,
    ...(hint === undefined ? {} : { hint }),
    ...(fields.length === 0 ? {} : { errors: fields }),
    requestId,
  };
}

/** Fastify's own failures, in our codes. */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "payload-too-large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported-media-type",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "invalid-input",
  FST_ERR_CTP_EMPTY_TYPE: "unsupported-media-type",
  FST_ERR_BAD_URL: "invalid-input",
  FST_ERR_ASYNC_CONSTRAINT: "invalid-input",
};

/** What went wrong, as an error of ours. Nothing of an unexpected one is told to the caller. */
export function asFettleError(error: unknown, requestId: string): FettleError {
  if (error instanceof FettleError) return error;
  const { code, message, statusCode } = error as Partial<FastifyError>;
  const known = code === undefined ? undefined : FASTIFY_CODES[code];
  if (known !== undefined) return new FettleError(known, `${message}`);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new FettleError("invalid-input", `${message}`);
  }
  return new FettleError("internal", `Something went wrong; the server's log has it under ${requestId}.`, {
    cause: error,
  });
}

/** Seconds after which the same request may work. */
export function retryAfterSeconds(error: FettleError): number | null {
  if (error.code === "store-unavailable" || error.code === "too-many-requests") return 2;
  return error.status === 503 ? 5 : null;
}
