// The browser's device keys: non-extractable Ed25519 WebCrypto keys, one a person, in a database of their own, so that clearing a
// workspace's data does not lose them. Must not sign anything but what it is given.
import { Dexie, type EntityTable } from 'dexie';

interface StoredKey {
  userId: string;
  privateKey: CryptoKey;
  publicKey: Uint8Array<ArrayBuffer>;
}

type KeyDatabase = Dexie & { keys: EntityTable<StoredKey, 'userId'> };

/** Holds the keys of this browser profile. */
export class DeviceKeyStore {
  readonly #db: KeyDatabase;
  /** Reads under way, so that two at once make one key. Never kept: another window may have put a new key in its place. */
  readonly #loading = new Map<string, Promise<StoredKey>>();

  constructor(databaseName = 'countersign-device') {
    const db = new Dexie(databaseName, { chromeTransactionDurability: 'strict' }) as KeyDatabase;
    db.version(1).stores({ keys: '&userId' });
    this.#db = db;
  }

  /** The raw public key of a person; makes the pair on first use. */
  async publicKey(userId: string): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#load(userId)).publicKey.slice();
  }

  /** Puts a new pair in the place of the person's, whose key was revoked. Resolves to the raw public key. */
  async renew(userId: string): Promise<Uint8Array<ArrayBuffer>> {
    const made = await newKey(userId);
    await this.#db.keys.put(made);
    return made.publicKey.slice();
  }

  /** Ed25519 signature of a person, 64 bytes, over exactly these bytes. */
  async sign(userId: string, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const { privateKey } = await this.#load(userId);
    return new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, message));
  }

  /** Ends the connection to the database. */
  close(): void {
    this.#db.close();
  }

  #load(userId: string): Promise<StoredKey> {
    const known = this.#loading.get(userId);
    if (known !== undefined) return known;
    const loading = this.#readOrMake(userId).finally(() => this.#loading.delete(userId));
    this.#loading.set(userId, loading);
    return loading;
  }

  async #readOrMake(userId: string): Promise<StoredKey> {
    const known = await this.#db.keys.get(userId);
    if (known !== undefined) return known;
    const made = await newKey(userId);
    // Two windows may start at once: the first one to write wins, and both use its key.
    return this.#db.transaction('rw', this.#db.keys, async () => {
      const first = await this.#db.keys.get(userId);
      if (first !== undefined) return first;
      await this.#db.keys.add(made);
      return made;
    });
  }
}

/** The private half cannot be taken out of the browser. */
async function newKey(userId: string): Promise<StoredKey> {
  const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { userId, privateKey: pair.privateKey, publicKey };
}
