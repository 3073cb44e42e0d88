// What a witness remembers of each log: the checkpoint that it cosigned last, and the keys that it followed. Owns the file; judges nothing.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseVkey, type Vkey, type WitnessedState } from '@countersign/shared/history';
import { z } from 'zod';
import { replaceFile } from '../storage/dataFolder.ts';

const stateSchema = z.record(
  z.string(),
  z.strictObject({
    size: z.string().regex(/^\d+$/),
    root: z.string(),
    /** Keys of the log in the order of their changes, from the configured one; the last is in force. */
    keys: z.array(z.string()).optional(),
  }),
);

/** The folder of a witness cannot be used; the text says why and what to do. */
export class WitnessFolderError extends Error {
  override readonly name = 'WitnessFolderError';
}

interface Remembered extends WitnessedState {
  readonly keys: readonly string[];
}

export class WitnessMemory {
  readonly #file: string;
  readonly #state: Map<string, Remembered>;
  readonly #configured = new Map<string, string>();

  /** @throws WitnessFolderError, KeyFormatError */
  constructor(folder: string, logs: readonly string[]) {
    for (const log of logs) this.#configured.set(parseVkey(log).name, log);
    this.#file = join(folder, 'state.json');
    this.#state = readState(this.#file);
  }

  /** Keys in force of the logs that are witnessed. */
  keys(): Vkey[] {
    return [...this.#configured.keys()].flatMap((origin) => {
      const key = this.keyOf(origin);
      return key === undefined ? [] : [parseVkey(key)];
    });
  }

  /** The log's key: the last that was followed from the configured one, or that one, when its operator names another. */
  keyOf(origin: string): string | undefined {
    const configured = this.#configured.get(origin);
    const followed = this.#state.get(origin)?.keys ?? [];
    return configured !== undefined && followed.includes(configured) ? followed.at(-1) : configured;
  }

  lastOf(origin: string): WitnessedState | undefined {
    return this.#state.get(origin);
  }

  /** Remembers a cosigned checkpoint; on disk when this returns. */
  remember(origin: string, { size, root }: WitnessedState): void {
    this.#keep(origin, { size, root, keys: this.#state.get(origin)?.keys ?? [] });
  }

  /** Remembers that a log's key was changed to this one. */
  takeKey(origin: string, vkey: string): void {
    const held = this.#state.get(origin);
    const known = this.keyOf(origin);
    if (held === undefined || known === undefined) throw new Error(`nothing of ${origin} was cosigned`);
    const before = held.keys.includes(known) ? held.keys : [known];
    this.#keep(origin, { ...held, keys: [...before, vkey] });
  }

  #keep(origin: string, remembered: Remembered): void {
    const next = new Map(this.#state).set(origin, remembered);
    replaceFile(this.#file, `${JSON.stringify(Object.fromEntries([...next].map(asText)))}\n`, 0o600);
    this.#state.set(origin, remembered);
  }
}

type Kept = z.infer<typeof stateSchema>[string];

const asText = ([origin, { size, root, keys }]: [string, Remembered]): [string, Kept] => [
  origin,
  { size: size.toString(), root, ...(keys.length === 0 ? {} : { keys: [...keys] }) },
];

function readState(file: string): Map<string, Remembered> {
  if (!existsSync(file)) return new Map();
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new WitnessFolderError(`${file} cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  }
  const parsed = stateSchema.safeParse(value);
  if (!parsed.success) throw new WitnessFolderError(`${file} is not the memory of a witness.`);
  return new Map(
    Object.entries(parsed.data).map(([origin, { size, root, keys }]) => [
      origin,
      { size: BigInt(size), root, keys: keys ?? [] },
    ]),
  );
}
