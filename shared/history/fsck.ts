/**
 * Owns the check of a whole stored log: canonical form, signatures, keys, chains, payloads, and the tree against the last
 * signed checkpoint. Reads through a small port and repairs nothing; every bad entry is named.
 */
import { sha256 } from '../model/sha256.ts';
import { equalBytes, toHex } from './bytes.ts';
import { advanceChain, CHAIN_START, type ChainHead, chainFault, chainKey } from './chain.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Ed25519 } from './ed25519.ts';
import type { Entry } from './entry.ts';
import { BreakGlassCheck } from './fsckBreakGlass.ts';
import { checkCheckpoint, checkKeyChanges, type StoredKeyChange } from './fsckCheckpoint.ts';
import { DutyCheck } from './fsckDuties.ts';
import { meaningFaults, signerFault } from './fsckMeaning.ts';
import type { FsckCode, FsckFinding, FsckOptions, FsckReport, LogReader, StoredEntry } from './fsckReport.ts';
import { Keyring, KeyringError, type PlacedLeaf, requireSigned } from './keyring.ts';
import { type Leaf, LeafError, parseLeaf } from './leaf.ts';
import { type HashFunction, leafHash, MerkleTree, payloadRoot } from './merkle.ts';
import { decodePayload, PayloadError } from './payload.ts';
import { PayloadShapeError, parsePart0 } from './payloads.ts';

/** Signature checks in flight at most; when there are so many, the older half is waited for while others go on with the rest. */
const IN_FLIGHT = 512;
/** Roots remembered for `seenRoot`; devices mostly name recent checkpoints. */
const REMEMBERED_ROOTS = 1024;

/** [HIST-50] Checks a stored log. Throws only what the reader throws; a damaged log is a report. */
export async function fsck(reader: LogReader, options: FsckOptions): Promise<FsckReport> {
  return new LogCheck(reader, options).run();
}

class LogCheck {
  readonly #reader: LogReader;
  readonly #ed25519: Ed25519;
  readonly #hash: HashFunction;
  readonly #tree: MerkleTree;
  readonly #findings: FsckFinding[] = [];
  readonly #keyring = new Keyring();
  readonly #breakGlass = new BreakGlassCheck();
  readonly #duties = new DutyCheck(this.#breakGlass);
  readonly #chains = new Map<string, ChainHead>();
  readonly #documents = new Map<string, string>();
  readonly #roots = new Map<number, string>();
  readonly #withoutPayload = new Map<number, string>();
  readonly #erased = new Map<number, string>();
  readonly #payHashes: string[] = [];
  readonly #keyChanges: StoredKeyChange[] = [];
  #workspace: string | undefined;
  #time = '';
  #pending: Promise<void>[] = [];
  /** First entry that cannot be read: who held which role behind it is not known, and nobody is accused by a guess. */
  #unreadable: number | undefined;
  #payloads = 0;

  constructor(reader: LogReader, options: FsckOptions) {
    this.#reader = reader;
    this.#ed25519 = options.ed25519;
    this.#hash = options.sha256 ?? sha256;
    this.#tree = new MerkleTree(this.#hash);
  }

  async run(): Promise<FsckReport> {
    const size = await this.#reader.size();
    this.#workspace = (await this.#reader.workspace?.()) ?? undefined;
    for (let index = 0; index < size; index++) {
      const stored = await this.#reader.leaf(index);
      if (stored === undefined) this.#missing(index);
      else await this.#entry(index, stored);
    }
    await this.#settle();
    this.#checkErasures();
    const report = (code: FsckCode, index: number | undefined, text: string): void => this.#report(code, index, text);
    await checkKeyChanges(this.#reader, this.#keyChanges, this.#ed25519, report);
    const checkpoint = await checkCheckpoint(this.#reader, this.#tree, this.#ed25519, report);
    this.#findings.sort((a, b) => (a.index ?? size) - (b.index ?? size));
    return {
      ok: this.#findings.length === 0,
      entries: size,
      root: toHex(this.#tree.root()),
      checkpointSize: checkpoint?.size.toString(),
      findings: this.#findings,
      checked: this.#sentences(size, checkpoint),
    };
  }

  #report(code: FsckCode, index: number | undefined, text: string): void {
    this.#findings.push({ code, index, text });
  }

  #missing(index: number): void {
    this.#report('missing', index, 'The entry is not in the store.');
    this.#unreadable ??= index;
    this.#payHashes.push('');
    this.#tree.append(new Uint8Array(32));
  }

  async #entry(index: number, stored: StoredEntry): Promise<void> {
    const hash = leafHash(stored.bytes, this.#hash);
    if (stored.hash !== undefined && !equalBytes(stored.hash, hash)) {
      this.#report('row', index, 'The leaf does not hash to the leaf hash stored beside it.');
    }
    const leaf = this.#parse(index, stored.bytes);
    if (leaf !== undefined) {
      this.#place(index, leaf, stored);
      this.#seen(index, leaf.entry);
      this.#chain(index, leaf.entry);
      const part0 = this.#payload(index, leaf, stored.payload);
      await this.#signature({ index, leaf, part0 });
      this.#documents.set(leaf.entry.doc, toHex(hash));
    }
    this.#payHashes.push(leaf?.entry.payHash ?? '');
    this.#tree.append(hash);
  }

  #parse(index: number, bytes: Uint8Array): Leaf | undefined {
    try {
      return parseLeaf(bytes);
    } catch (cause) {
      if (!(cause instanceof LeafError)) throw cause;
      this.#report('leaf', index, `The stored bytes are not a leaf: ${cause.message}.`);
      this.#unreadable ??= index;
      return undefined;
    }
  }

  #place(index: number, leaf: Leaf, stored: StoredEntry): void {
    const { entry, env } = leaf;
    if (env.index !== String(index)) this.#report('leaf', index, `The leaf names index ${env.index}.`);
    this.#workspace ??= entry.ws;
    if (entry.ws !== this.#workspace) this.#report('workspace', index, `The entry belongs to workspace ${entry.ws}.`);
    if ((stored.doc ?? entry.doc) !== entry.doc || (stored.kind ?? entry.kind) !== entry.kind) {
      this.#report('row', index, 'The document or kind stored beside the leaf is not what the leaf says.');
    }
    if (env.serverTime < this.#time)
      this.#report('time', index, 'The entry was recorded before the one in front of it.');
    else this.#time = env.serverTime;
    const previous = this.#documents.get(entry.doc) ?? '';
    if (env.prevDoc !== previous) {
      this.#report('document', index, `The leaf does not name the previous leaf of document ${entry.doc}.`);
    }
  }

  /** What the author had verified must be a state that this log really had, else two histories were shown. */
  #seen(index: number, entry: Entry): void {
    const size = Number(entry.seenSize);
    if (size > index) {
      this.#report('seen', index, `The author had seen ${size} entries, which is more than the log then had.`);
    } else if (entry.seenRoot !== '' && entry.seenRoot !== this.#rootAt(size)) {
      this.#report('seen', index, `The author had seen another history of ${size} entries than the one stored.`);
    }
  }

  #rootAt(size: number): string {
    let root = this.#roots.get(size);
    if (root === undefined) {
      root = toHex(this.#tree.root(size));
      if (this.#roots.size >= REMEMBERED_ROOTS) this.#roots.clear();
      this.#roots.set(size, root);
    }
    return root;
  }

  #chain(index: number, entry: Entry): void {
    const key = chainKey(entry);
    const fault = chainFault(this.#chains.get(key) ?? CHAIN_START, entry);
    if (fault !== undefined) this.#report('chain', index, `The device chain breaks: ${fault}.`);
    this.#chains.set(key, advanceChain(entry));
  }

  /** Checks the payload against the entry; gives part 0 when it may be believed. */
  #payload(index: number, leaf: Leaf, payload: Uint8Array | null): Uint8Array | undefined {
    const { entry } = leaf;
    if (payload === null) {
      this.#withoutPayload.set(index, entry.payHash);
      // An erased edit says no less about roles; an erased decision or role does.
      if (entry.kind !== 'edit' && entry.kind !== 'choose') this.#unreadable ??= index;
      return undefined;
    }
    this.#payloads++;
    try {
      const parts = decodePayload(payload);
      const hashes = toHex(payloadRoot(parts, this.#hash)) === entry.payHash;
      if (!hashes || entry.payLen !== String(payload.length)) {
        this.#report('payload', index, 'The payload is not the one that was signed.');
        this.#unreadable ??= index;
        return undefined;
      }
      const [part0] = parts;
      const value = parsePart0(entry.kind, part0);
      this.#meaning(index, leaf, parts, value);
      return part0;
    } catch (cause) {
      if (!(cause instanceof PayloadError || cause instanceof PayloadShapeError)) throw cause;
      this.#report('payload', index, `The payload cannot be read: ${cause.message}.`);
      this.#unreadable ??= index;
      return undefined;
    }
  }

  #meaning(index: number, leaf: Leaf, parts: readonly Uint8Array[], value: ReturnType<typeof parsePart0>): void {
    if (leaf.entry.kind === 'erase' && 'payHash' in value) this.#erased.set(Number(value.index), value.payHash);
    if (leaf.entry.kind === 'logKey' && 'previous' in value) this.#keyChanges.push({ index, leaf, ...value });
    const before = { rootAt: (size: number) => this.#rootAt(size) };
    const faults = [...meaningFaults(index, leaf, parts, before), ...this.#breakGlass.faults(leaf, parts)];
    for (const text of faults) this.#report('payload', index, text);
    const placed = { index, leaf, part0: parts[0] };
    if (this.#unreadable !== undefined) return;
    for (const text of this.#duties.faults(placed, value)) this.#report('duties', index, text);
  }

  async #signature(placed: PlacedLeaf): Promise<void> {
    const { index, leaf, part0 } = placed;
    const role = this.#keyring.keyAt(leaf.entry.dev, index);
    const unfit = role === undefined ? undefined : signerFault(leaf.entry.kind, role.role);
    if (unfit !== undefined) this.#report('signature', index, unfit);
    const check = requireSigned(placed, this.#keyring, this.#ed25519).catch((cause: unknown) => {
      if (!(cause instanceof KeyringError || cause instanceof PayloadShapeError)) throw cause;
      this.#report('signature', index, `The signature does not stand: ${cause.message}.`);
    });
    if (leaf.entry.kind !== 'key') {
      this.#pending.push(check);
      if (this.#pending.length >= IN_FLIGHT) await Promise.all(this.#pending.splice(0, IN_FLIGHT / 2));
      return;
    }
    // A key leaf changes who may sign what follows, so it is settled before the next entry is read.
    const before = this.#findings.length;
    await check;
    await this.#settle();
    const stands = !this.#findings.slice(before).some((finding) => finding.index === index);
    if (stands && part0 !== undefined) this.#applyKey(index, leaf, part0);
  }

  #applyKey(index: number, leaf: Leaf, part0: Uint8Array): void {
    try {
      this.#keyring.apply(index, leaf, parsePart0('key', part0));
    } catch (cause) {
      if (!(cause instanceof KeyringError)) throw cause;
      this.#report('key', index, `The key entry may not stand: ${cause.message}.`);
    }
  }

  async #settle(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    await Promise.all(pending);
  }

  /** A missing payload is corruption unless a later entry erased exactly it; an erased one must be gone. */
  #checkErasures(): void {
    for (const [index, payHash] of this.#withoutPayload) {
      if (this.#erased.get(index) !== payHash) {
        this.#report('payload', index, 'The payload is missing and no erase entry accounts for it.');
      }
    }
    for (const [index, payHash] of this.#erased) {
      if (this.#payHashes[index] !== payHash) {
        this.#report('erased', index, 'An erase entry names another payload for this entry.');
      } else if (!this.#withoutPayload.has(index)) {
        this.#report('erased', index, 'The payload was erased by an entry and is still stored.');
      }
    }
  }

  #sentences(size: number, checkpoint: Checkpoint | undefined): string[] {
    const unsigned = checkpoint === undefined ? size : size - Number(checkpoint.size);
    return [
      `${size} entries were read: form, place, workspace, recording time, device chain and document chain of each.`,
      `Every device signature was checked against the keys valid at its index (${this.#keyring.devices().length} devices).`,
      `It was checked by the role entries of the log itself${this.#unreadable === undefined ? '' : `, up to entry ${this.#unreadable}, which cannot be read,`} that everybody held the role that each step asks for, and that nobody decided on what they wrote. How many approvals a version needs is not seen here.`,
      `${this.#payloads} payloads were hashed; ${this.#withoutPayload.size} are absent.`,
      checkpoint === undefined
        ? 'No signed checkpoint could be compared.'
        : `The tree was compared with the checkpoint signed at ${checkpoint.size} entries; ${Math.max(unsigned, 0)} entries follow it.`,
    ];
  }
}
