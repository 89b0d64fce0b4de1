import type { Connection } from "./connection.ts";

/** Hands out connections, at most `max` at a time, opening them as needed; waiters are served in order. */
export interface Pool {
  use<Value>(work: (connection: Connection) => Promise<Value>): Promise<Value>;
  end(timeoutMs: number): Promise<void>;
}

interface Waiter {
  take(connection: Connection): void;
  /** Asks the waiter to try again: a place became free, but without a connection. */
  retry(): void;
  fail(error: Error): void;
}

export function createPool(max: number, open: (onLost: () => void) => Promise<Connection>): Pool {
  const idle: Connection[] = [];
  const all = new Set<Connection>();
  const waiters: Waiter[] = [];
  let places = max;
  let ended: Promise<void> | undefined;
  let whenQuiet: (() => void) | undefined;
  let busy = 0;

  async function acquire(): Promise<Connection> {
    for (;;) {
      if (ended !== undefined) throw connectionEnded();
      const ready = idle.pop();
      if (ready !== undefined && !ready.lost) return ready;
      if (ready !== undefined) continue;
      if (places > 0) return await openAtPlace();
      const handed = await new Promise<Connection | undefined>((resolve, reject) => {
        waiters.push({ take: resolve, retry: () => resolve(undefined), fail: reject });
      });
      if (handed !== undefined) return handed;
    }
  }

  async function openAtPlace(): Promise<Connection> {
    places -= 1;
    let connection: Connection | undefined;
    // Called once for every place taken: a connection that failed to open was lost too.
    const onLost = () => {
      places += 1;
      if (connection !== undefined) all.delete(connection);
      waiters.shift()?.retry();
    };
    connection = await open(onLost);
    all.add(connection);
    if (connection.lost) all.delete(connection);
    return connection;
  }

  function release(connection: Connection): void {
    if (connection.lost) return;
    const waiter = waiters.shift();
    if (waiter === undefined) idle.push(connection);
    else waiter.take(connection);
  }

  async function use<Value>(work: (connection: Connection) => Promise<Value>): Promise<Value> {
    if (ended !== undefined) throw connectionEnded();
    busy += 1;
    try {
      const connection = await acquire();
      try {
        return await work(connection);
      } finally {
        release(connection);
      }
    } finally {
      busy -= 1;
      if (busy === 0) whenQuiet?.();
    }
  }

  async function close(timeoutMs: number): Promise<void> {
    for (const waiter of waiters.splice(0)) waiter.fail(connectionEnded());
    let timer: NodeJS.Timeout | undefined;
    if (busy > 0) {
      await Promise.race([
        new Promise<void>((resolve) => {
          whenQuiet = resolve;
        }),
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, timeoutMs);
        }),
      ]);
    }
    clearTimeout(timer);
    await Promise.all([...all].map((connection) => connection.close(0)));
  }

  function end(timeoutMs: number): Promise<void> {
    ended ??= close(timeoutMs);
    return ended;
  }

  return { use, end };
}

function connectionEnded(): Error {
  return Object.assign(new Error("The connection pool was closed."), { code: "CONNECTION_ENDED" });
}
