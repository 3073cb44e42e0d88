// People and their devices. Owns enrolment, roles and freezing, each with its leaf in the log; must not judge document access.
import { type Emergency, type HeldEmergency, mayHoldEmergency } from '@countersign/shared/access';
import { isAcceptableKey, toBase64, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import type { EmergencyLedger } from '../breakGlass/ledger.ts';
import { deviceIdOf, type History } from '../history/index.ts';
import { KeyedMutex } from '../keyedMutex.ts';
import type { DeviceRow, Storage, UserRow } from '../storage/index.ts';

/** A device cannot be enrolled; the text says why and what to do. */
export class EnrolmentError extends Error {
  override readonly name = 'EnrolmentError';
  readonly code: 'keyNotAcceptable' | 'keyOfAnother' | 'revoked';
  constructor(code: EnrolmentError['code'], text: string) {
    super(text);
    this.code = code;
  }
}

/** Who asked the server to sign a leaf; absent when nobody did. */
type By = { readonly by?: string };
const byOf = (by: string | undefined): By => (by === undefined ? {} : { by });

/** What somebody was judged by. */
interface Judged {
  readonly userId: string;
  readonly roles: readonly string[];
  readonly emergency?: readonly HeldEmergency[];
}

export class People {
  readonly #storage: Storage;
  readonly #history: History;
  readonly #users = new Map<string, UserRow>();
  readonly #devices = new Map<string, DeviceRow>();
  /** Enrolments in flight, so that two requests with one key make one leaf. */
  readonly #enrolling = new Map<string, Promise<DeviceRow>>();
  /** Changes of one person's roles or one device, one after the other: each is judged by what the one before left. */
  readonly #changes = new KeyedMutex();
  readonly #roleTaken = new Set<(userId: string) => void>();
  readonly #deviceTaken = new Set<(userId: string) => void>();

  readonly #emergencies: EmergencyLedger;

  private constructor(storage: Storage, history: History, emergencies: EmergencyLedger) {
    this.#storage = storage;
    this.#history = history;
    this.#emergencies = emergencies;
  }

  static async load(storage: Storage, history: History, emergencies: EmergencyLedger): Promise<People> {
    const people = new People(storage, history, emergencies);
    for (const user of await storage.users()) people.#users.set(user.id, user);
    for (const device of await storage.devices()) people.#devices.set(device.id, device);
    return people;
  }

  user(id: string): UserRow | null {
    return this.#users.get(id) ?? null;
  }

  users(): UserRow[] {
    return [...this.#users.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Name of a user for a person to read. */
  nameOf(userId: string): string {
    return this.#users.get(userId)?.name ?? (userId === 'u-server' ? 'Countersign server' : userId);
  }

  /** Roles that somebody holds in an emergency now, on top of their own. */
  emergencyOf(userId: string): HeldEmergency[] {
    return this.#emergencies
      .heldBy(userId, (emergency) => this.isForfeited(emergency))
      .map((held) => ({ ...held, agreedByName: this.nameOf(held.agreedBy) }));
  }

  /** [GLASS-19] Whether a term counts no more: its person may hold none now, or a device of theirs was shut out after somebody agreed. */
  isForfeited({ userId, agreed }: Emergency): boolean {
    if (!mayHoldEmergency(this.#users.get(userId)?.roles ?? [])) return true;
    const since = agreed?.index ?? 0;
    return this.devices().some(
      ({ userId: owner, revokedAt, frozenAt }) => owner === userId && Math.max(revokedAt ?? 0, frozenAt ?? 0) > since,
    );
  }

  /** The request for an emergency role at an index of the log. */
  emergencyAt(asked: string): Emergency | null {
    return this.#emergencies.at(asked) ?? null;
  }

  device(id: string): DeviceRow | null {
    return this.#devices.get(id) ?? null;
  }

  devices(): DeviceRow[] {
    return [...this.#devices.values()];
  }

  /** A device once no change of it is being written any more: a revocation that is held already may still fail at the disk. */
  decidedDevice(id: string): Promise<DeviceRow | null> {
    return this.#changes.run(id, async () => this.device(id));
  }

  /** Adds somebody with roles; every role is granted by a leaf. `by` is the person who asked for it. */
  async putUser(user: UserRow, by?: string): Promise<void> {
    const had = new Set(this.#users.get(user.id)?.roles ?? []);
    await this.#storage.putUser({ ...user, roles: [...had] });
    this.#users.set(user.id, { ...user, roles: [...had] });
    const wanted = new Set(user.roles);
    for (const role of wanted) if (!had.has(role)) await this.changeRole(user.id, 'grant', role, by);
    for (const role of had) if (!wanted.has(role)) await this.changeRole(user.id, 'revoke', role, by);
  }

  async #role(userId: string, action: 'grant' | 'revoke', role: string, by: By): Promise<void> {
    const user = this.#users.get(userId);
    if (user === undefined) throw new Error(`there is no user ${userId}`);
    if (user.roles.includes(role) === (action === 'grant')) return;
    const roles = action === 'grant' ? [...user.roles, role] : user.roles.filter((held) => held !== role);
    const next = { ...user, roles };
    // [AUTH-9] A role is taken at once and given when its leaf is stored, so that no entry stands behind a leaf that forbids it.
    if (action === 'revoke') this.#users.set(userId, next);
    try {
      await this.#history.appendServerEntry('role', WORKSPACE_DOCUMENT, { action, userId, role, ...by }, [], {
        apply: (store) => store.putUser(next),
      });
    } catch (error) {
      this.#users.set(userId, user);
      throw error;
    }
    this.#users.set(userId, next);
    if (action === 'revoke') for (const listener of this.#roleTaken) listener(userId);
  }

  /** Called with every person who lost a role, once its leaf is stored. */
  onRoleTaken(listener: (userId: string) => void): () => void {
    this.#roleTaken.add(listener);
    return () => this.#roleTaken.delete(listener);
  }

  /** Called with every person one of whose devices was revoked or frozen, once its leaf is stored. */
  onDeviceTaken(listener: (userId: string) => void): () => void {
    this.#deviceTaken.add(listener);
    return () => this.#deviceTaken.delete(listener);
  }

  /** Whether somebody still holds every role they were judged by, and the device may still sign. Asked in the turn that appends. */
  stillStands(judged: Judged, deviceId: string): boolean {
    const { userId, roles, emergency = [] } = judged;
    const held = this.#users.get(userId)?.roles ?? [];
    const device = this.#devices.get(deviceId);
    const terms = emergency.length === 0 ? [] : this.emergencyOf(userId).map(({ asked }) => asked);
    // [GLASS-9] A term that ended meanwhile counts as a role that was taken.
    if (!emergency.every(({ asked }) => terms.includes(asked))) return false;
    return roles.every((role) => held.includes(role)) && device?.revokedAt === null && device.frozenAt === null;
  }

  /**
   * Enrols a public key for a user by a key leaf; the same key of the same user gives the same answer.
   * @throws EnrolmentError
   */
  async enrolDevice(userId: string, publicKey: Uint8Array, name: string): Promise<DeviceRow> {
    if (!isAcceptableKey(publicKey)) {
      throw new EnrolmentError(
        'keyNotAcceptable',
        'The device key is not a usable Ed25519 key. Make a new device key.',
      );
    }
    const id = deviceIdOf(publicKey);
    const known = this.#devices.get(id) ?? (await this.#enrolling.get(id));
    if (known !== undefined) {
      const isUndecided = known.userId === userId && known.revokedAt !== null;
      return this.#requireUsable((isUndecided ? await this.decidedDevice(id) : null) ?? known, userId);
    }
    const work = this.#enrol(id, userId, publicKey, name);
    this.#enrolling.set(id, work);
    try {
      return await work;
    } finally {
      this.#enrolling.delete(id);
    }
  }

  #requireUsable(device: DeviceRow, userId: string): DeviceRow {
    if (device.userId !== userId) {
      throw new EnrolmentError('keyOfAnother', 'This device key belongs to another person. Make a new device key.');
    }
    if (device.revokedAt !== null) {
      throw new EnrolmentError('revoked', 'This device’s key was revoked. Make a new device key.');
    }
    return device;
  }

  async #enrol(id: string, userId: string, publicKey: Uint8Array, name: string): Promise<DeviceRow> {
    const part0 = { action: 'enrol', userId, deviceId: id, publicKey: toBase64(publicKey) };
    const row = { id, userId, name, publicKey, commandEpoch: 'c1', revokedAt: null, frozenAt: null };
    const placed = await this.#history.appendServerEntry('key', WORKSPACE_DOCUMENT, part0, [], {
      apply: (store, at) => store.putDevice({ ...row, enrolledAt: at.row.index }),
    });
    const device = { ...row, enrolledAt: placed.row.index };
    this.#devices.set(id, device);
    return device;
  }

  /** Grants or takes one role by a leaf that says who asked; one that is held, or not held, already makes none. */
  changeRole(userId: string, action: 'grant' | 'revoke', role: string, by?: string): Promise<void> {
    return this.#changes.run(userId, () => this.#role(userId, action, role, byOf(by)));
  }

  /** Gives somebody another name to be shown by. The log holds ids only. */
  async rename(userId: string, name: string): Promise<void> {
    await this.#changes.run(userId, async () => {
      const user = this.#users.get(userId);
      if (user === undefined || user.name === name) return;
      await this.#storage.putUser({ ...user, name });
      this.#users.set(userId, { ...user, name });
    });
  }

  /** Revokes a device's key by a leaf; what it signs from then on is refused. */
  revokeDevice({ id }: DeviceRow, by?: string): Promise<void> {
    return this.#changes.run(id, () => this.#revoke(id, byOf(by)));
  }

  async #revoke(deviceId: string, by: By): Promise<void> {
    const device = this.#devices.get(deviceId);
    if (device === undefined || device.revokedAt !== null) return;
    const { userId, publicKey } = device;
    const part0 = { action: 'revoke', userId, deviceId, publicKey: toBase64(publicKey), ...by };
    // Held at once, as in [AUTH-9]: nothing that the device signed may come after the leaf.
    this.#devices.set(deviceId, { ...device, revokedAt: this.#history.sequencer.nextIndex });
    try {
      const placed = await this.#history.appendServerEntry('key', WORKSPACE_DOCUMENT, part0, [], {
        apply: (store, at) => store.putDevice({ ...device, revokedAt: at.row.index }),
      });
      this.#devices.set(deviceId, { ...device, revokedAt: placed.row.index });
    } catch (error) {
      this.#devices.set(deviceId, device);
      throw error;
    }
    for (const listener of this.#deviceTaken) listener(userId);
  }

  /** Freezes a device that signed two entries with one number: a park leaf keeps the proof's hash. */
  async freezeDevice(deviceId: string, entryHash: string, reason: string): Promise<void> {
    const device = this.#devices.get(deviceId);
    if (device === undefined || device.frozenAt !== null) return;
    // Held at once, so that nothing more of the device is accepted while the leaf is being written.
    this.#devices.set(deviceId, { ...device, frozenAt: this.#history.sequencer.nextIndex });
    const placed = await this.#history.appendServerEntry(
      'park',
      WORKSPACE_DOCUMENT,
      { entryHash, deviceId, reason },
      [],
      { apply: (store, at) => store.putDevice({ ...device, frozenAt: at.row.index }) },
    );
    this.#devices.set(deviceId, { ...device, frozenAt: placed.row.index });
    for (const listener of this.#deviceTaken) listener(device.userId);
  }
}
