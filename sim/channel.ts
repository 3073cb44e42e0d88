// BroadcastChannel and Web Locks between the windows of one computer, in this thread. Owns the two; data never passes through them.
import type { Locks } from '../desktop/renderer/sync/ownership.ts';

const open = new Map<string, Set<SimChannel>>();
/** The window whose code runs, while that is known. */
let opening: LockOwner | null = null;

/** The part of BroadcastChannel that the client uses. */
export class SimChannel {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    open.set(name, (open.get(name) ?? new Set()).add(this));
    opening?.channels.push(this);
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

/** The channel of this name that was opened last. */
function lastChannel(name: string): SimChannel | undefined {
  return [...(open.get(name) ?? [])].at(-1);
}

interface Asking {
  readonly owner: LockOwner;
  readonly take: () => void;
}

/** One window: what it holds ends with it. */
export class LockOwner {
  readonly channels: SimChannel[] = [];
  isGone = false;

  /** Runs what this window does at once: the channels that it opens are this window's. */
  as<T>(work: () => T): T {
    opening = this;
    try {
      return work();
    } finally {
      opening = null;
    }
  }
}

/** Names of the channels that are open, of all databases whose name begins so. */
export function openChannels(prefix: string): readonly string[] {
  return [...open.keys()].filter((name) => name.startsWith(prefix));
}

/** The locks of one computer: the first window that asks holds, the others wait. They end with their window. */
export class SimLocks {
  /** The first of each name holds it. */
  readonly #asked = new Map<string, Asking[]>();

  /** The locks as one window sees them. */
  of(owner: LockOwner): Locks {
    return {
      request: async (name, { signal, ifAvailable = false }, held) => {
        // The engine opens the channel of this name right before it asks for the lock.
        const channel = lastChannel(name);
        if (owner.isGone) {
          // What a dead process was about to do: nobody hears of it, and it never gets a lock.
          channel?.close();
          return new Promise(() => undefined);
        }
        if (ifAvailable && this.#asked.has(name)) return held(null);
        if (channel !== undefined) owner.channels.push(channel);
        const me = await this.#turn(owner, name, signal);
        try {
          return await held(me);
        } finally {
          this.#leave(name, me);
        }
      },
    };
  }

  /** The window is gone, and with it what it held or waited for. */
  drop(owner: LockOwner): void {
    owner.isGone = true;
    for (const channel of owner.channels) channel.close();
    for (const [name, asked] of [...this.#asked])
      for (const asking of asked.filter((one) => one.owner === owner)) this.#leave(name, asking);
  }

  #turn(owner: LockOwner, name: string, signal?: AbortSignal): Promise<Asking> {
    return new Promise((resolve, reject) => {
      const me: Asking = { owner, take: () => resolve(me) };
      const asked = this.#asked.get(name) ?? [];
      this.#asked.set(name, asked);
      asked.push(me);
      if (asked[0] === me) me.take();
      else
        signal?.addEventListener('abort', () => {
          if (asked[0] === me || !asked.includes(me)) return;
          this.#leave(name, me);
          reject(signal.reason);
        });
    });
  }

  #leave(name: string, me: Asking): void {
    const asked = this.#asked.get(name) ?? [];
    const at = asked.indexOf(me);
    if (at < 0) return;
    asked.splice(at, 1);
    if (asked.length === 0) this.#asked.delete(name);
    else if (at === 0) asked[0]?.take();
  }
}
