// What a revoked device sends is kept, not applied (DESIGN §11 rule 10). Owns how much of it, and who may look; nobody is told
// anything of the workspace for it.
import {
  commandSchema,
  decodePayload,
  type Entry,
  entrySchema,
  PARKED_DOCUMENT,
  parseCanonical,
  parseLeaf,
  parsePart0,
} from '@countersign/shared/history';
import { type Command, type Refusal, refuse } from '@countersign/shared/protocol';
import type { History } from '../history/index.ts';
import type { LogRow, Storage } from '../storage/index.ts';
import type { VerifiedEntry } from './signedEntry.ts';

const HOUR_MS = 3_600_000;
/** What one revoked device may have parked in an hour; the rest waits on the device. */
export const MOST_PARKED = { entries: 20, bytes: 2 * 1024 * 1024 } as const;
const PAGE = 500;

/** One parked entry, as an admin or its author may read it. */
export interface ParkedEntry {
  /** Log index of the park leaf. */
  readonly index: number;
  /** ISO instant it came. */
  readonly at: string;
  readonly entry: Entry;
  readonly reason: string;
  /** What it would have changed; empty for a lifecycle command. */
  readonly commands: readonly Command[];
}

export class Parking {
  readonly #history: History;
  readonly #storage: Storage;
  readonly #now: () => Date;
  /** Index of the park leaf by entry hash; read once. */
  #known: Promise<Map<string, number>> | null = null;
  readonly #recent = new Map<string, { readonly at: number; readonly bytes: number }[]>();

  constructor(history: History, storage: Storage, now: () => Date) {
    this.#history = history;
    this.#storage = storage;
    this.#now = now;
  }

  /** [ADM-14] Keeps an entry whose device is revoked, once, and gives the refusal that says so. */
  async park(verified: VerifiedEntry): Promise<Refusal> {
    const { parsed, hash, device } = verified;
    const known = await this.#parked();
    const before = known.get(hash);
    if (before !== undefined) return parkedWords(before);
    if (!this.#mayPark(verified)) {
      const text =
        'This device’s key was revoked, and it has sent as much as is kept of it. The change stays on this computer; export it.';
      return refuse('revoked', text);
    }
    const part0 = {
      entryHash: hash,
      deviceId: parsed.dev,
      reason: `The key of the device was revoked by entry ${device.revokedAt}.`,
      versionId: parsed.doc,
    };
    const parts = [verified.entry, verified.signature, verified.payload];
    const placed = await this.#history.appendServerEntry('park', PARKED_DOCUMENT, part0, parts);
    known.set(hash, placed.row.index);
    return parkedWords(placed.row.index);
  }

  /** Everything parked, oldest first, or what is by one person. */
  async list(userId?: string): Promise<ParkedEntry[]> {
    const parked: ParkedEntry[] = [];
    for await (const row of this.#rows()) {
      const item = parkedEntry(row);
      if (item !== null && (userId === undefined || item.entry.user === userId)) parked.push(item);
    }
    return parked;
  }

  #mayPark({ parsed, entry, payload }: VerifiedEntry): boolean {
    const now = this.#now().getTime();
    const recent = (this.#recent.get(parsed.dev) ?? []).filter(({ at }) => at > now - HOUR_MS);
    const bytes = entry.length + payload.length;
    const sum = recent.reduce((total, item) => total + item.bytes, bytes);
    if (recent.length >= MOST_PARKED.entries || sum > MOST_PARKED.bytes) return false;
    this.#recent.set(parsed.dev, [...recent, { at: now, bytes }]);
    return true;
  }

  #parked(): Promise<Map<string, number>> {
    this.#known ??= this.#readKnown().catch((error: unknown) => {
      this.#known = null;
      throw error;
    });
    return this.#known;
  }

  async #readKnown(): Promise<Map<string, number>> {
    const known = new Map<string, number>();
    for await (const row of this.#rows()) {
      if (row.payload !== null) known.set(parsePart0('park', decodePayload(row.payload)[0]).entryHash, row.index);
    }
    return known;
  }

  async *#rows(): AsyncGenerator<LogRow> {
    for (let from = 0; ; ) {
      const page = await this.#storage.logOfDoc(PARKED_DOCUMENT, from, PAGE);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      from = last.index + 1;
    }
  }
}

function parkedWords(index: number): Refusal {
  return refuse(
    'revoked',
    `This device’s key was revoked, so the change was not applied. It is kept as entry ${index} of the log, where an admin and its author can read it; an editor may make it again.`,
  );
}

/** A park leaf as the entry it keeps; null when its content was erased. */
function parkedEntry(row: LogRow): ParkedEntry | null {
  if (row.payload === null) return null;
  const [part0, bytes, , payload] = decodePayload(row.payload);
  if (bytes === undefined || payload === undefined) return null;
  const { reason } = parsePart0('park', part0);
  const entry = entrySchema.parse(parseCanonical(bytes));
  return {
    index: row.index,
    at: parseLeaf(row.leaf).env.serverTime,
    entry,
    reason,
    commands: commandsIn(entry, payload),
  };
}

/** The commands of an edit; what cannot be read as one has none to show. */
function commandsIn(entry: Entry, payload: Uint8Array): readonly Command[] {
  if (entry.kind !== 'edit' && entry.kind !== 'choose') return [];
  const [part0] = decodePayload(payload);
  const value = part0 === undefined ? null : parseCanonical(part0);
  const commands = typeof value === 'object' && value !== null && 'commands' in value ? value.commands : [];
  return commandSchema.array().catch([]).parse(commands);
}
