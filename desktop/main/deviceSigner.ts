// The device's signing keys, one a person, and what they may sign (DESIGN §11 rules 11 and 15). The seeds never leave this process.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePayload, type Entry, entrySchema, payloadRoot, signedMessage } from '@countersign/shared/history';
import { canonicalJson, sha256 } from '@countersign/shared/model';

/** Protects the seed at rest; Electron's safeStorage in the app. */
export interface Vault {
  seal(text: string): Promise<Buffer>;
  open(sealed: Buffer): Promise<string>;
}

/** Nothing was signed. The message says why, for the person. */
export class SigningRefused extends Error {
  override readonly name = 'SigningRefused';
}

/** Asks the person outside the renderer; resolves true only for a yes. */
export type Ask = (question: { message: string; detail: string; action: string }) => Promise<boolean>;

export interface Confirmation {
  readonly title: string;
  readonly lines: readonly string[];
  readonly action: string;
  readonly entry: Uint8Array;
  readonly payload: Uint8Array;
}

/** Kinds signed without asking: a person's own edits. Everything else is asked for, once for each entry. */
const UNATTENDED: readonly string[] = ['edit', 'choose'];

function rawPublicKey(key: KeyObject): Uint8Array {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(spki.length - 32));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Reads an entry only when it is exactly one: schema, and the same bytes when written again. */
function readEntry(entryBytes: Uint8Array): Entry {
  let entry: Entry;
  try {
    entry = entrySchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(entryBytes)));
  } catch (error) {
    throw new SigningRefused('This is not an entry of ours, so it was not signed.', { cause: error });
  }
  if (canonicalJson(entry) !== new TextDecoder().decode(entryBytes))
    throw new SigningRefused('The entry is not in its one canonical form, so it was not signed.');
  return entry;
}

export class DeviceSigner {
  readonly #folder: string;
  readonly #vault: Vault;
  readonly #ask: Ask;
  /** By user id; a promise, so that two requests at once cannot make two keys. */
  readonly #keys = new Map<string, Promise<KeyObject>>();
  /** Hashes of entries that the person agreed to and that were not signed yet. */
  readonly #agreed = new Set<string>();

  /** Keeps its keys in `folder`, one sealed file a person. */
  constructor(folder: string, vault: Vault, ask: Ask) {
    this.#folder = folder;
    this.#vault = vault;
    this.#ask = ask;
  }

  /** The raw 32 bytes of this person's public key; made on first use. */
  async publicKey(userId: string): Promise<Uint8Array> {
    return rawPublicKey(await this.#keyOf(userId));
  }

  /**
   * Makes another key in the place of one that was revoked, once the person agreed outside the renderer. The old file stays as it was
   * until the new one is whole. Null when the person said no.
   */
  async renew(userId: string): Promise<Uint8Array | null> {
    const agreed = await this.#ask({
      message: 'Make a new key for this computer?',
      detail: `The key of ${userId} on this computer was revoked. A new one is enrolled under the same name; the old one is deleted.`,
      action: 'Make a new key',
    });
    if (!agreed) return null;
    const made = this.#make(userId);
    this.#keys.set(userId, made);
    made.catch(() => this.#keys.delete(userId));
    return rawPublicKey(await made);
  }

  #keyOf(userId: string): Promise<KeyObject> {
    const known = this.#keys.get(userId);
    if (known) return known;
    const opened = this.#open(userId);
    this.#keys.set(userId, opened);
    // A key that could not be opened is tried again at the next request, never remembered as failed.
    opened.catch(() => this.#keys.delete(userId));
    return opened;
  }

  /** Opens the kept key, or makes one. A file that cannot be opened is an error, never silently a new key: the server knows this device by it. */
  async #open(userId: string): Promise<KeyObject> {
    let sealed: Buffer | null = null;
    try {
      sealed = await readFile(this.#fileOf(userId));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    if (sealed) {
      const der = Buffer.from(await this.#vault.open(sealed), 'base64');
      return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    }
    return this.#make(userId);
  }

  async #make(userId: string): Promise<KeyObject> {
    const { privateKey } = generateKeyPairSync('ed25519');
    const file = this.#fileOf(userId);
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    const fresh = `${file}.new`;
    await writeFile(fresh, await this.#vault.seal(der.toString('base64')), { mode: 0o600, flush: true });
    await rename(fresh, file);
    return privateKey;
  }

  #fileOf(userId: string): string {
    return join(this.#folder, `device-${hex(sha256(new TextEncoder().encode(userId))).slice(0, 16)}.key`);
  }

  /**
   * Asks the person about one command. The question is built from the entry and its payload, so that a hostile renderer cannot show
   * one thing and have another signed; the renderer's own words come after.
   */
  async confirm(request: Confirmation): Promise<boolean> {
    const entry = readEntry(request.entry);
    const parts = decodePayload(request.payload);
    if (hex(payloadRoot(parts)) !== entry.payHash)
      throw new SigningRefused('The payload is not the one this entry names, so nothing was asked.');
    const facts: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(parts[0] ?? new Uint8Array()));
    const hash = facts && typeof facts === 'object' && 'contentHash' in facts ? String(facts.contentHash) : '';
    const detail = [`${entry.kind} · ${entry.doc}`, hash && `Content ${hash}`, '', request.title, ...request.lines];
    const agreed = await this.#ask({
      message: `Sign "${entry.kind}" for ${entry.doc}?`,
      detail: detail.filter((line, at) => line !== '' || at === 2).join('\n'),
      action: request.action,
    });
    if (agreed) this.#agreed.add(hex(sha256(request.entry)));
    return agreed;
  }

  /** 64 bytes over the entry. @throws SigningRefused for anything but an entry, or a command that nobody agreed to. */
  async sign(entryBytes: Uint8Array): Promise<Uint8Array> {
    const entry = readEntry(entryBytes);
    if (!UNATTENDED.includes(entry.kind) && !this.#agreed.delete(hex(sha256(entryBytes))))
      throw new SigningRefused(`Nobody agreed to this ${entry.kind}, so it was not signed.`);
    return new Uint8Array(sign(null, signedMessage(entryBytes), await this.#keyOf(entry.user)));
  }
}
