// Who may sign what: the workspace's key leaves, each checked against the ones before it and all of them against a verified
// checkpoint, and the signature of every accepted entry, of whoever. Owns that check and its words; must not apply or keep entries.
import {
  decodePayload,
  type Ed25519,
  fromBase64,
  fromHex,
  Keyring,
  KeyringError,
  LeafError,
  leafHash,
  PayloadError,
  PayloadShapeError,
  parseLeaf,
  parsePart0,
  payloadRoot,
  requireSigned,
  signerFault,
  toHex,
  verifyInclusion,
  WORKSPACE_DOCUMENT,
  webCryptoEd25519,
} from '@countersign/shared/history';
import type { KeyLeaves } from '@countersign/shared/protocol/api';
import type { Api } from '../api/index.ts';
import type { CheckpointRecord } from '../storage/index.ts';
import type { AcceptedEntry } from './acceptedEntry.ts';
import { Serial } from './serial.ts';

/** What made an entry unfit to be believed. */
export type Distrusted = 'signature' | 'signer' | 'revoked' | 'keys';

/** The server gave an entry that its author cannot have signed. Nothing of it was applied. */
class UntrustedEntry extends Error {
  override readonly name = 'UntrustedEntry';
  readonly code: Distrusted;
  /** Log index of the entry. */
  readonly index: number;
  constructor(code: Distrusted, index: number, text: string) {
    super(text);
    this.code = code;
    this.index = index;
  }
}

export interface SignerBookOptions {
  readonly api: Pick<Api, 'keyLeaves' | 'inclusion'>;
  /** The last checkpoint that was verified; null before the first. */
  readonly held: () => CheckpointRecord | null;
  readonly workspaceId: string;
  /** Now, as an ISO instant. */
  readonly now: () => string;
  readonly ed25519?: Ed25519;
}

interface KeyedLeaf {
  readonly index: number;
  readonly hash: string;
}

/** Key leaves are asked for again at the latest this long after the last time, while checkpoints come in. */
const KEEP_UP_MS = 30_000;

export class SignerBook {
  readonly #options: SignerBookOptions;
  readonly #ed25519: Ed25519;
  readonly #serial = new Serial();
  #keyring = new Keyring();
  /** Leaf that the next one of the workspace document must name. */
  #head = '';
  #next = 0;
  /** Leaves not yet shown to stand in a verified tree, ascending; only the last under a checkpoint needs a proof. */
  #unproved: KeyedLeaf[] = [];
  /** Highest accepted entry of each device, for a revocation that is learned of late. */
  readonly #highest = new Map<string, number>();
  #askedAt: number | null = null;
  #distrust: UntrustedEntry | null = null;

  constructor(options: SignerBookOptions) {
    this.#options = options;
    this.#ed25519 = options.ed25519 ?? webCryptoEd25519;
  }

  /** Whether `require` judges these entries without asking the server. */
  knows(entries: readonly AcceptedEntry[]): boolean {
    if (this.#distrust !== null) return true;
    return entries.every(({ leaf, index }) => this.#keyring.keyAt(leaf.entry.dev, index) !== undefined);
  }

  /**
   * [HIST-70] Checks the signature of every entry against the key that was valid at its index.
   * @throws UntrustedEntry for the first that does not stand; Offline or ApiError when the keys could not be had.
   */
  async require(entries: readonly AcceptedEntry[]): Promise<void> {
    if (this.#distrust !== null) throw this.#distrust;
    if (!this.knows(entries)) await this.follow();
    await Promise.all(entries.map((entry) => this.#requireOne(entry)));
    for (const { leaf, index } of entries) this.#remember(leaf.entry.dev, index);
  }

  /** Entries that were checked when they were first accepted, as they are read from this computer's disk. */
  recall(entries: readonly AcceptedEntry[]): void {
    for (const { leaf, index } of entries) this.#remember(leaf.entry.dev, index);
  }

  /** A checkpoint was verified: asks for new key leaves when the last time was a while ago. @throws as `follow` */
  async keepUp(): Promise<void> {
    const now = Date.parse(this.#options.now());
    if (this.#distrust !== null) throw this.#distrust;
    if (this.#askedAt !== null && Math.abs(now - this.#askedAt) < KEEP_UP_MS) return;
    await this.follow();
  }

  /**
   * Fetches the key leaves that are new, and proves them under the checkpoint held.
   * @throws UntrustedEntry when they contradict each other, the checkpoint or an entry that was accepted.
   */
  follow(): Promise<void> {
    return this.#serial
      .run(async () => {
        this.#askedAt = Date.parse(this.#options.now());
        for (let more = true; more; ) {
          const page = await this.#options.api.keyLeaves(this.#next);
          await this.#take(page);
          more = page.more && page.leaves.length > 0;
        }
        await this.#prove();
      })
      .catch((error: unknown) => {
        // A list of keys that contradicts itself cannot be mended by asking again: nothing is believed from then on.
        if (error instanceof UntrustedEntry) this.#distrust = error;
        throw error;
      });
  }

  /** The log began a new generation: what was known of its keys is asked for again. */
  forget(): void {
    this.#keyring = new Keyring();
    this.#head = '';
    this.#next = 0;
    this.#unproved = [];
    this.#highest.clear();
    this.#askedAt = null;
    this.#distrust = null;
  }

  #remember(device: string, index: number): void {
    this.#highest.set(device, Math.max(index, this.#highest.get(device) ?? -1));
  }

  async #requireOne({ index, leaf, parts }: AcceptedEntry): Promise<void> {
    const { dev, kind, ws } = leaf.entry;
    const author = `entry ${index}, which says it is by device ${dev}`;
    if (ws !== this.#options.workspaceId)
      throw new UntrustedEntry('signer', index, `Entry ${index} belongs to another workspace, ${ws}.`);
    const key = this.#keyring.keyAt(dev, index);
    if (key === undefined) throw this.#unknown(dev, index);
    const unfit = signerFault(kind, key.role);
    if (unfit !== undefined) throw new UntrustedEntry('signer', index, `The server sent ${author}. ${unfit}`);
    try {
      await requireSigned({ index, leaf, part0: parts[0] }, this.#keyring, this.#ed25519);
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      throw new UntrustedEntry('signature', index, `The server sent ${author}, and ${error.message}.`);
    }
  }

  #unknown(device: string, index: number): UntrustedEntry {
    const known = this.#keyring.devices().find(({ deviceId }) => deviceId === device);
    const revokedAt = known?.revokedAt;
    return revokedAt !== undefined && revokedAt < index
      ? new UntrustedEntry('revoked', index, revokedWords(device, revokedAt, index))
      : new UntrustedEntry(
          'signer',
          index,
          `The server sent entry ${index} of device ${device}, which nobody enrolled.`,
        );
  }

  async #take({ leaves }: KeyLeaves): Promise<void> {
    for (const item of leaves) {
      const index = Number(item.index);
      const fault = (text: string): UntrustedEntry =>
        new UntrustedEntry('keys', index, `The server’s list of device keys does not hold: entry ${index} ${text}.`);
      try {
        const bytes = fromBase64(item.leaf);
        const leaf = parseLeaf(bytes);
        const { entry, env } = leaf;
        if (entry.doc !== WORKSPACE_DOCUMENT || env.index !== item.index || index < this.#next)
          throw fault('is not the one that was asked for');
        if (env.prevDoc !== this.#head) throw fault('does not follow the one before it');
        if (entry.kind === 'key') await this.#applyKey(index, leaf, item.payload);
        const hash = toHex(leafHash(bytes));
        this.#head = hash;
        this.#next = index + 1;
        this.#unproved.push({ index, hash });
      } catch (error) {
        const unfit = [LeafError, PayloadError, PayloadShapeError, KeyringError].some((type) => error instanceof type);
        throw unfit && error instanceof Error ? fault(`is not fit (${error.message})`) : error;
      }
    }
  }

  async #applyKey(index: number, leaf: ReturnType<typeof parseLeaf>, payload: string | null): Promise<void> {
    const parts = payload === null ? [] : decodePayload(fromBase64(payload));
    const [part0] = parts;
    if (part0 === undefined) throw new KeyringError('its content is missing');
    if (toHex(payloadRoot(parts)) !== leaf.entry.payHash) throw new KeyringError('its content is not what was signed');
    await requireSigned({ index, leaf, part0 }, this.#keyring, this.#ed25519);
    const key = parsePart0('key', part0);
    this.#keyring.apply(index, leaf, key);
    const last = this.#highest.get(key.deviceId) ?? -1;
    if (key.action === 'revoke' && last > index)
      throw new UntrustedEntry('revoked', last, revokedWords(key.deviceId, index, last));
  }

  /** The leaves name each other, so a proof of the last one under the checkpoint stands for all before it. */
  async #prove(): Promise<void> {
    const held = this.#options.held();
    const last = held === null ? undefined : this.#unproved.findLast(({ index }) => index < held.size);
    if (held === null || last === undefined) return;
    const proof = (await this.#options.api.inclusion(last.index, held.size)).map(fromHex);
    if (!verifyInclusion(last.index, held.size, fromHex(last.hash), proof, fromHex(held.root))) {
      const text = 'The server’s list of device keys is not the one in the log that this computer verified.';
      throw new UntrustedEntry('keys', last.index, text);
    }
    this.#unproved = this.#unproved.filter(({ index }) => index > last.index);
  }
}

const revokedWords = (device: string, revokedAt: number, index: number): string =>
  `The server sent entry ${index} of device ${device}, whose key was revoked by entry ${revokedAt}.`;
