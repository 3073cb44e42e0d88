// This computer as the log knows it: its key's enrolment, that the key was revoked, and the way to another key. Owns the device record;
// who may enrol is the server's, what was signed with the old key is the drafts'.
import { toBase64, toHex } from '@countersign/shared/history';
import type { CountersignHost } from '../../host/contract.ts';
import { type Api, ApiError } from '../api/index.ts';
import { type DeviceRecord, StorageFailure, stored, type WorkspaceDatabase } from '../storage/index.ts';
import { Listeners } from './listeners.ts';
import { Serial } from './serial.ts';

/** The key of this computer was revoked, so nothing is signed with it. Nothing that waits here is lost. */
export class DeviceRevoked extends Error {
  override readonly name = 'DeviceRevoked';
  constructor() {
    super(
      'The key of this computer was revoked, so nothing that is signed here is accepted. Make a new key; what waits here is kept.',
    );
  }
}

export interface EnrolmentOptions {
  readonly db: WorkspaceDatabase;
  readonly host: CountersignHost;
  readonly api: Pick<Api, 'enrol'>;
  readonly userId: string;
}

export class Enrolment {
  /** The key was revoked, or another one was made. */
  readonly changed = new Listeners<[]>();
  readonly #options: EnrolmentOptions;
  readonly #turn = new Serial();
  /** Windows of the profile share the key: one that makes a new key tells the others. */
  readonly #channel: BroadcastChannel;
  #device: DeviceRecord | null = null;
  #isRevoked = false;
  /** false while a session has begun of which the server did not hear whose device it is. */
  #isConfirmed = true;

  constructor(options: EnrolmentOptions) {
    this.#options = options;
    this.#channel = new BroadcastChannel(`${options.db.name}/device`);
    this.#channel.onmessage = () => {
      this.#follow().catch((error: unknown) => {
        // A database that is gone says so itself.
        if (!(error instanceof StorageFailure)) throw error;
      });
    };
  }

  /** The device as it is kept here; null before the first enrolment. */
  get device(): DeviceRecord | null {
    return this.#device;
  }
  /** Whether the server said that the key of this computer was revoked. */
  get isRevoked(): boolean {
    return this.#isRevoked;
  }

  async load(): Promise<void> {
    this.#device = (await stored(() => this.#options.db.device.get('current'))) ?? null;
  }

  /**
   * The device that signs here. A key that is not the kept one belongs to a copied profile or a lost key: a new device.
   * @throws DeviceRevoked until another key is made.
   */
  enrol(): Promise<DeviceRecord> {
    return this.#turn.run(async () => {
      if (this.#isRevoked) throw new DeviceRevoked();
      const publicKey = await this.#publicKey();
      const isKnown = this.#isConfirmed && this.#device?.publicKey === toHex(publicKey);
      return isKnown && this.#device !== null ? this.#device : this.#enrol(publicKey);
    });
  }

  /**
   * Asks the server anew: it binds the session to the device, says where the command chain stands, and whether the key still counts. When the
   * answer is lost, `enrol` asks again: a server that was restored from a backup may not know the device.
   */
  async confirm(): Promise<void> {
    this.#isConfirmed = false;
    await this.#turn.run(async () => {
      if (!this.#isRevoked) await this.#enrol(await this.#publicKey());
    });
  }

  /** [CLI-25] The server refused what a device signed because its key was revoked. */
  refused(deviceId: string): void {
    if (deviceId === this.#device?.deviceId) this.#revoked();
  }

  /** [CLI-25] Makes another key and enrols it. False when the person said no. @throws Offline, ApiError */
  async renew(): Promise<boolean> {
    return this.#turn.run(async () => {
      const publicKey = await this.#options.host.deviceKey.renew(this.#options.userId);
      if (publicKey === null) return false;
      await this.#enrol(publicKey);
      this.#isRevoked = false;
      this.changed.tell();
      this.#channel.postMessage(null);
      return true;
    });
  }

  async close(): Promise<void> {
    await this.#turn.idle();
    this.#channel.close();
    this.changed.clear();
  }

  async #follow(): Promise<void> {
    await this.#turn.run(() => this.load());
    this.#isRevoked = false;
    this.changed.tell();
  }

  #revoked(): void {
    if (this.#isRevoked) return;
    this.#isRevoked = true;
    this.changed.tell();
  }

  #publicKey(): Promise<Uint8Array> {
    const { host, userId } = this.#options;
    return host.deviceKey.publicKey(userId);
  }

  async #enrol(publicKey: Uint8Array): Promise<DeviceRecord> {
    const { api, host, db } = this.#options;
    const name = host.platform === 'browser' ? 'Browser' : 'Desktop app';
    const { deviceId, commandEpoch, commandChain } = await api
      .enrol({ publicKey: toBase64(publicKey), name })
      .catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.code !== 'revoked') throw error;
        this.#revoked();
        throw new DeviceRevoked();
      });
    const device: DeviceRecord = { id: 'current', deviceId, commandEpoch, publicKey: toHex(publicKey) };
    const { nextSeq, prevDev } = commandChain;
    await stored(() =>
      db.transaction('rw', [db.device, db.chains], async () => {
        await db.device.put(device);
        // A cleared database has lost its place in the chain; the log has not.
        await db.chains.put({ deviceId, epoch: commandEpoch, nextSeq: Number(nextSeq), prevDev });
      }),
    );
    this.#device = device;
    this.#isConfirmed = true;
    return device;
  }
}
