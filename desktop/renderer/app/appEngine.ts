// What the screens work with: the sync engine and the machine below it. Owns the small joints between both; must not know Dexie or sockets.
import type { CountersignHost } from '../../host/index.ts';
import type { Kept } from '../api/index.ts';
import type { Engine } from '../sync/engine.ts';

/** The engine plus saving a file, the one thing of the machine that screens ask for. */
export interface AppEngine extends Engine {
  /** Offers a file to the person: a save dialog in Electron, a download in a browser. False when cancelled. */
  saveFile(name: string, bytes: Uint8Array, mediaType?: string): Promise<boolean>;
}

/** Joins the engine with the host's files. */
export function appEngine(engine: Engine, host: CountersignHost): AppEngine {
  return Object.assign(engine, {
    saveFile: (name: string, bytes: Uint8Array, mediaType = 'application/octet-stream') =>
      host.files.save(name, bytes, mediaType),
  });
}

/** An answer and its age: `at` is null when the server gave it just now, else when it was kept on this computer. */
export interface Answer<T> {
  readonly value: T;
  readonly at: string | null;
}

/** Asks the server; when that fails, the kept answer with its age. With neither, the failure is the caller's to show. */
export async function askOrKept<T>(ask: () => Promise<T>, kept: () => Promise<Kept<T> | null>): Promise<Answer<T>> {
  try {
    return { value: await ask(), at: null };
  } catch (error) {
    // A refusal is an answer: only a server that could not be reached or read may be replaced by an older answer.
    if (!(error instanceof Error) || !['Offline', 'UnexpectedAnswer'].includes(error.name)) throw error;
    const held = await kept();
    if (held === null) throw error;
    return held;
  }
}
