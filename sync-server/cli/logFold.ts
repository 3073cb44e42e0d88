// A stored log read once for the checks of the tables: its state, its titles, and which client id wrote under which epoch. Owns the
// comparison of a row's columns with its leaf; changes nothing.
import { readStrictUpdate, UpdateFormatError } from '@countersign/shared/document';
import {
  decodePayload,
  entryHashHex,
  type Leaf,
  LeafError,
  leafHash,
  MerkleTree,
  PayloadError,
  PayloadShapeError,
  parseLeaf,
  parsePart0,
} from '@countersign/shared/history';
import { LogState } from '../backup/logState.ts';
import { sha256 } from '../history/index.ts';

export type Row = Readonly<Record<string, unknown>>;
/** Takes what is wrong: table, row, sentence, and the entry where it is a row of the log. */
export type Report = (table: string, row: unknown, text: string, index?: number) => void;

/** Structs of one update; admission lets far fewer in. */
export const MOST_STRUCTS = 1_000_000;

export const bytes = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array(0));
export const asText = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

/** The log read once: its state, and which client id wrote under which epoch. */
export class LogFold {
  readonly state = new LogState();
  readonly clients = new Map<string, number>();
  readonly titles = new Map<string, string>();
  /** Changes of the log's key. */
  readonly keyChanges: { readonly index: number; readonly vkey: string; readonly previous: string }[] = [];
  /** Indexes of restore leaves. */
  readonly restores: number[] = [];
  /** The tree of the stored leaves. */
  readonly tree = new MerkleTree(sha256);
  workspace: string | null = null;
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  take(row: Row): void {
    const index = Number(row.idx);
    this.tree.append(leafHash(bytes(row.leaf), sha256));
    let leaf: Leaf;
    try {
      leaf = parseLeaf(bytes(row.leaf));
    } catch (error) {
      // The check of the log names a leaf that cannot be read.
      if (error instanceof LeafError) return;
      throw error;
    }
    this.#columns(index, row, leaf);
    this.workspace ??= leaf.entry.ws;
    const payload = row.payload === null ? null : bytes(row.payload);
    try {
      this.state.apply(index, leaf, payload);
      if (payload !== null) this.#payload(index, leaf, payload);
    } catch (error) {
      const known =
        error instanceof PayloadError || error instanceof PayloadShapeError || error instanceof UpdateFormatError;
      if (!known) throw error;
    }
  }

  #columns(index: number, row: Row, { entry }: Leaf): void {
    const said = {
      doc: entry.doc,
      kind: entry.kind,
      actor: entry.user,
      dev: entry.dev,
      epoch: entry.epoch,
      seq: entry.seq,
      entry_hash: entryHashHex(entry),
    };
    for (const [column, value] of Object.entries(said)) {
      if (asText(row[column]) !== value)
        this.#report('log', `entry ${index}`, `${column} is not what the leaf says`, index);
    }
  }

  #payload(index: number, { entry }: Leaf, payload: Uint8Array): void {
    const parts = decodePayload(payload);
    if (entry.kind === 'restore') this.restores.push(index);
    if (entry.kind === 'logKey') this.keyChanges.push({ index, ...parsePart0('logKey', parts[0]) });
    if (entry.kind === 'create') this.titles.set(entry.doc, parsePart0('create', parts[0]).title);
    const [, update] = parts;
    if ((entry.kind !== 'edit' && entry.kind !== 'choose') || update === undefined) return;
    this.clients.set(`${entry.doc} ${entry.dev} ${entry.epoch}`, readStrictUpdate(update, MOST_STRUCTS).client);
  }
}
