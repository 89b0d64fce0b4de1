import type postgres from "postgres";
import type { Rows, SqlValue, Statement } from "./sql.ts";

/** Sends a statement over some connection. */
export type Send = <Result extends readonly object[]>(build: Build) => Promise<Rows<Result>>;

/** Turns a statement into a query of one driver instance. */
export type Build = (driver: postgres.Sql) => PromiseLike<unknown>;

/** A statement that is built for a connection only when it is known which one, and sent when first awaited. */
class LazyStatement<Result extends readonly object[]> implements Promise<Rows<Result>> {
  readonly [Symbol.toStringTag] = "Statement";
  readonly build: Build;
  readonly #send: Send;
  #result: Promise<Rows<Result>> | undefined;

  constructor(build: Build, send: Send) {
    this.build = build;
    this.#send = send;
  }

  #sent(): Promise<Rows<Result>> {
    this.#result ??= this.#send<Result>(this.build);
    return this.#result;
  }

  // biome-ignore lint/suspicious/noThenProperty: a statement is awaited like a promise, but sent only then.
  then<A = Rows<Result>, B = never>(
    onValue?: ((rows: Rows<Result>) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#sent().then(onValue, onError);
  }

  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<Rows<Result> | B> {
    return this.#sent().catch(onError);
  }

  finally(onEnd?: (() => void) | null): Promise<Rows<Result>> {
    return this.#sent().finally(onEnd);
  }
}

/** The statement of a tagged template; statements among its values become fragments of it. */
export function templateStatement<Result extends readonly object[]>(
  template: TemplateStringsArray,
  values: readonly SqlValue[],
  send: Send,
): Statement<Result> {
  return new LazyStatement<Result>((driver) => driver(template, ...values.map(bindTo(driver))), send);
}

/** The statement of a text without template; several commands at once when there are no parameters. */
export function textStatement<Result extends readonly object[]>(
  text: string,
  parameters: readonly SqlValue[] | undefined,
  send: Send,
): Statement<Result> {
  return new LazyStatement<Result>(
    (driver) =>
      parameters === undefined ? driver.unsafe(text) : driver.unsafe(text, [...parameters] as never[]),
    send,
  );
}

function bindTo(driver: postgres.Sql): (value: unknown) => never {
  const bind = (value: unknown): unknown => {
    if (value instanceof LazyStatement) return value.build(driver);
    if (!Array.isArray(value)) return value;
    if (value[0] instanceof LazyStatement) return value.map(bind);
    // Type 0: the server says which array it takes. The driver would guess from the first element.
    return driver.typed(value, 0);
  };
  return bind as (value: unknown) => never;
}
