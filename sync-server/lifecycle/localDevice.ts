// A device whose key is held in this process: the demo's people and the tests sign with it. Owns one chain; never a real person's key.
import { randomBytes } from 'node:crypto';
import { advanceChain, CHAIN_START, type ChainHead, type EntryKind } from '@countersign/shared/history';
import { deviceIdOf, type SignedEntry, SigningKey, signEntry } from '../history/index.ts';

export class LocalDevice {
  readonly id: string;
  readonly publicKey: Uint8Array;
  readonly userId: string;
  readonly #ws: string;
  readonly #key: SigningKey;
  readonly #heads = new Map<string, ChainHead>();

  /** @param seed 32 bytes; the same seed is the same device. */
  constructor(ws: string, userId: string, seed: Uint8Array = randomBytes(32)) {
    this.#ws = ws;
    this.userId = userId;
    this.#key = new SigningKey(seed);
    this.publicKey = this.#key.publicKey;
    this.id = deviceIdOf(this.publicKey);
  }

  /** Signs the next entry of an epoch's chain; the chain advances. `part0` must fit the kind's schema. */
  sign(kind: EntryKind, doc: string, part0: unknown, parts: readonly Uint8Array[] = [], epoch = 'c1'): SignedEntry {
    const head = this.#heads.get(epoch) ?? CHAIN_START;
    const place = { epoch, head, seenSize: '0', seenRoot: '' };
    const signer = { ws: this.#ws, user: this.userId, dev: this.id, key: this.#key };
    const signed = signEntry(signer, place, kind, doc, part0, parts, new Date());
    this.#heads.set(epoch, advanceChain(signed.entry));
    return signed;
  }

  /** Takes back the last entry of an epoch, after the server refused it and stored nothing. */
  rewind(epoch: string, head: ChainHead): void {
    if (head.nextSeq === CHAIN_START.nextSeq) this.#heads.delete(epoch);
    else this.#heads.set(epoch, head);
  }

  head(epoch = 'c1'): ChainHead {
    return this.#heads.get(epoch) ?? CHAIN_START;
  }
}
