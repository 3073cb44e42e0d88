// Turns of the event loop. Owns letting the process go on; the platform's own function is taken before anything is replaced.

const { setImmediate } = globalThis;

/** Lets the process go on for some turns of its event loop: promises, database callbacks, streams. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
