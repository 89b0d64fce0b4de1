import postgres from "postgres";
import type { Rows } from "./sql.ts";
import type { Build } from "./statement.ts";
import { refuseUnstorable } from "./unstorable.ts";

const CONNECT_TIMEOUT_S = 5;

type DriverOptions = postgres.Options<Record<string, postgres.PostgresType>>;

/**
 * One connection of the pool for one lifetime: once closed it is never used again.
 *
 * postgres.js (3.4.9) reuses its connection objects. When a backend ends inside a transaction, the transaction's next
 * statement either runs on the object's new connection, outside any transaction, or writes to a socket that is gone,
 * which throws outside every promise; and a write pending at that moment wedges the object for good. So each driver
 * instance here has one connection, is told when it closes and is dropped, and has one statement in flight at most.
 */
export interface Connection {
  /** Sends one statement after those before it. @throws CONNECTION_CLOSED once the connection is lost; FettleError "invalid-input" for a value that PostgreSQL cannot take. */
  send<Result extends readonly object[]>(build: Build): Promise<Rows<Result>>;
  readonly lost: boolean;
  close(timeoutMs: number): Promise<void>;
}

/** Opens a connection; resolves when the server has answered on it. `onLost` is called once, however it closes. */
export async function openConnection(
  url: string,
  options: DriverOptions,
  onLost: () => void,
): Promise<Connection> {
  let lost = false;
  let before: Promise<unknown> = Promise.resolve();
  const driver = postgres(url, {
    onnotice: () => undefined,
    // Its query for types rejects a promise that nobody holds when the connection is lost meanwhile (see arrays.ts).
    fetch_types: false,
    connect_timeout: CONNECT_TIMEOUT_S,
    ...options,
    max: 1,
    idle_timeout: undefined,
    max_lifetime: null,
    onclose: () => lose(),
  });

  function lose(): void {
    if (lost) return;
    lost = true;
    void driver.end({ timeout: 0 }).catch(() => undefined);
    onLost();
  }

  function send<Result extends readonly object[]>(build: Build): Promise<Rows<Result>> {
    const result = before
      .then(() => {
        if (lost) throw connectionClosed();
        return build(driver) as PromiseLike<Rows<Result>>;
      })
      .catch(refuseUnstorable);
    before = result.catch(() => undefined);
    return result;
  }

  async function close(timeoutMs: number): Promise<void> {
    await driver.end({ timeout: timeoutMs / 1000 });
    lose();
  }

  try {
    await within(
      (options.connect_timeout ?? CONNECT_TIMEOUT_S) * 1000,
      send((sql) => sql`select 1`),
    );
  } catch (cause) {
    lose();
    throw cause;
  }
  return {
    send,
    close,
    get lost() {
      return lost;
    },
  };
}

export function connectionClosed(): Error {
  return Object.assign(new Error("The connection to PostgreSQL was lost."), { code: "CONNECTION_CLOSED" });
}

/** The driver's own deadline restarts whenever a proxy accepts and closes; this one does not. */
async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(Object.assign(new Error(`PostgreSQL did not answer in ${ms} ms.`), { code: "CONNECT_TIMEOUT" }));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
