// The browser's device key: a non-extractable Ed25519 WebCrypto key in a database of its own, so that clearing a workspace's
// data does not lose it. Must not sign anything but what it is given.
import { Dexie, type EntityTable } from 'dexie';

interface StoredKey {
  id: 'device';
  privateKey: CryptoKey;
  publicKey: Uint8Array<ArrayBuffer>;
}

type KeyDatabase = Dexie & { keys: EntityTable<StoredKey, 'id'> };

/** Holds the key of this browser profile. */
export class DeviceKeyStore {
  readonly #db: KeyDatabase;
  #loaded: Promise<StoredKey> | null = null;

  constructor(databaseName = 'countersign-device') {
    const db = new Dexie(databaseName, { chromeTransactionDurability: 'strict' }) as KeyDatabase;
    db.version(1).stores({ keys: '&id' });
    this.#db = db;
  }

  /** The raw public key; makes the pair on first use. */
  async publicKey(): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#load()).publicKey.slice();
  }

  /** Ed25519 signature, 64 bytes, over exactly these bytes. */
  async sign(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const { privateKey } = await this.#load();
    return new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, message));
  }

  /** Ends the connection to the database. */
  close(): void {
    this.#db.close();
  }

  #load(): Promise<StoredKey> {
    this.#loaded ??= this.#readOrMake().catch((error: unknown) => {
      this.#loaded = null;
      throw error;
    });
    return this.#loaded;
  }

  async #readOrMake(): Promise<StoredKey> {
    const known = await this.#db.keys.get('device');
    if (known !== undefined) return known;
    const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    const made: StoredKey = { id: 'device', privateKey: pair.privateKey, publicKey };
    // Two windows may start at once: the first one to write wins, and both use its key.
    return this.#db.transaction('rw', this.#db.keys, async () => {
      const first = await this.#db.keys.get('device');
      if (first !== undefined) return first;
      await this.#db.keys.add(made);
      return made;
    });
  }
}
