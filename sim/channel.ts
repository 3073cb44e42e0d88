// BroadcastChannel and Web Locks between the windows of one computer, in this thread. Owns the two; data never passes through them.
import type { Locks } from '../desktop/renderer/sync/ownership.ts';

const open = new Map<string, Set<SimChannel>>();

/** The part of BroadcastChannel that the client uses. */
export class SimChannel {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    open.set(name, (open.get(name) ?? new Set()).add(this));
  }

  postMessage(data: unknown): void {
    for (const other of open.get(this.#name) ?? [])
      if (other !== this) queueMicrotask(() => other.onmessage?.({ data }));
  }

  close(): void {
    this.onmessage = null;
    const others = open.get(this.#name);
    others?.delete(this);
    if (others?.size === 0) open.delete(this.#name);
  }
}

interface Waiting {
  readonly take: () => void;
  readonly leave: (reason: unknown) => void;
}

/** The locks of one computer: the first who asks holds, the others wait. They end with the computer. */
export class SimLocks implements Locks {
  readonly #held = new Map<string, Waiting[]>();

  request(name: string, { signal }: { signal: AbortSignal }, held: () => Promise<void>): Promise<unknown> {
    const turn = new Promise<void>((take, leave) => {
      const waiting = this.#held.get(name);
      if (waiting === undefined) {
        this.#held.set(name, []);
        take();
        return;
      }
      const me: Waiting = { take, leave };
      waiting.push(me);
      signal.addEventListener('abort', () => {
        const at = waiting.indexOf(me);
        if (at < 0) return;
        waiting.splice(at, 1);
        leave(signal.reason);
      });
    });
    return turn.then(() => held().finally(() => this.#release(name)));
  }

  #release(name: string): void {
    const next = this.#held.get(name)?.shift();
    if (next === undefined) this.#held.delete(name);
    else next.take();
  }
}
