// Time, timers and chance as the engine uses them, so that tests decide all three. Must not know what they are used for.

export interface Runtime {
  /** Now, as `YYYY-MM-DDTHH:MM:SS.sssZ`. Shown to people and written as devTime; never used to order anything. */
  now(): string;
  /** Calls back once after `ms`; returns the way to cancel. */
  after(ms: number, callback: () => void): () => void;
  /** In [0, 1), for the jitter of reconnects. */
  random(): number;
  randomBytes(length: number): Uint8Array;
}

/** The browser's own. */
export const systemRuntime: Runtime = {
  now: () => new Date().toISOString(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** `length` random bytes as base64url without padding. */
export function randomId(runtime: Runtime, length: number): string {
  return btoa(String.fromCharCode(...runtime.randomBytes(length)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
