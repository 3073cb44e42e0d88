/**
 * Owns which device key was valid where in the log. Keys are enrolled and revoked by `key` leaves; validity is judged by
 * log index and never by a clock. Only a system or admin device may act for another user, else anybody could enrol a
 * second person and approve their own work.
 */
import { canonicalJson } from '../model/canonical.ts';
import { sha256 } from '../model/sha256.ts';
import { fromBase64, toHex, utf8 } from './bytes.ts';
import { type Ed25519, isAcceptableKey } from './ed25519.ts';
import { entryBytes, signedMessage } from './entry.ts';
import { type Leaf, leafSignature } from './leaf.ts';
import { type PayloadOf, parsePart0 } from './payloads.ts';

/** Roles of a device that may enrol and revoke for other users. */
export const ENROLLING_ROLES: ReadonlySet<string> = new Set(['system', 'admin']);

/** One enrolled device. */
export interface DeviceKey {
  readonly deviceId: string;
  readonly userId: string;
  readonly publicKey: Uint8Array;
  readonly role: string | undefined;
  readonly enrolledAt: number;
  readonly revokedAt: number | undefined;
}

/** A key leaf that may not stand, or a leaf whose signer had no right to sign; the message says why. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError';
}

/** Device keys as the log's key leaves say, applied in log order. */
export class Keyring {
  readonly #devices = new Map<string, DeviceKey>();

  /** Every device ever enrolled, revoked ones included. */
  devices(): DeviceKey[] {
    return [...this.#devices.values()];
  }

  /** [HIST-30] The device's key if it may sign the leaf at `index`: enrolled before it and not revoked before it. */
  keyAt(deviceId: string, index: number): DeviceKey | undefined {
    const key = this.#devices.get(deviceId);
    if (key === undefined || key.enrolledAt >= index) return undefined;
    return key.revokedAt === undefined || index <= key.revokedAt ? key : undefined;
  }

  /** [HIST-31] Applies a key leaf whose signature has been checked; throws `KeyringError` when it may not stand. */
  apply(index: number, leaf: Leaf, payload: PayloadOf<'key'>): void {
    if (isRootEnrolment(index, leaf, payload)) {
      this.#enrol(index, payload);
      return;
    }
    const signer = this.keyAt(leaf.entry.dev, index);
    if (signer === undefined) throw new KeyringError(`device ${leaf.entry.dev} was not enrolled at index ${index}`);
    const acts = signer.role !== undefined && ENROLLING_ROLES.has(signer.role);
    if (!acts && signer.userId !== payload.userId) {
      throw new KeyringError(`device ${signer.deviceId} may not ${payload.action} a device of ${payload.userId}`);
    }
    if (payload.action === 'revoke') {
      this.#revoke(index, payload);
      return;
    }
    if (!acts && payload.role !== undefined && payload.role !== signer.role) {
      throw new KeyringError(`device ${signer.deviceId} may not give the role ${payload.role}, which it has not`);
    }
    this.#enrol(index, payload);
  }

  #enrol(index: number, payload: PayloadOf<'key'>): void {
    if (this.#devices.has(payload.deviceId)) throw new KeyringError(`device ${payload.deviceId} is already enrolled`);
    const publicKey = fromBase64(payload.publicKey);
    if (!isAcceptableKey(publicKey)) throw new KeyringError(`the key of device ${payload.deviceId} is not acceptable`);
    const { deviceId, userId, role } = payload;
    this.#devices.set(deviceId, { deviceId, userId, publicKey, role, enrolledAt: index, revokedAt: undefined });
  }

  #revoke(index: number, payload: PayloadOf<'key'>): void {
    const key = this.#devices.get(payload.deviceId);
    if (
      key === undefined ||
      key.userId !== payload.userId ||
      toHex(key.publicKey) !== toHex(fromBase64(payload.publicKey))
    ) {
      throw new KeyringError(`no device ${payload.deviceId} of ${payload.userId} with that key is enrolled`);
    }
    if (key.revokedAt !== undefined) throw new KeyringError(`device ${payload.deviceId} is already revoked`);
    this.#devices.set(key.deviceId, { ...key, revokedAt: index });
  }
}

/** [HIST-32] Leaf 0 of a log enrols its first device under that device's own signature; no other leaf may do that. */
export function isRootEnrolment(index: number, leaf: Leaf, payload: PayloadOf<'key'>): boolean {
  const { entry } = leaf;
  return index === 0 && payload.action === 'enrol' && entry.dev === payload.deviceId && entry.user === payload.userId;
}

/** A leaf at its place, with part 0 of its payload where the caller has it. */
export interface PlacedLeaf {
  readonly index: number;
  readonly leaf: Leaf;
  readonly part0: Uint8Array | undefined;
}

/** Device keys after the key leaves below `index`, whose signatures the caller has checked. Leaves come in log order. */
export function keyringAt(index: number, leaves: Iterable<PlacedLeaf>): Keyring {
  const keyring = new Keyring();
  for (const placed of leaves) {
    if (placed.index >= index) break;
    if (placed.leaf.entry.kind === 'key') keyring.apply(placed.index, placed.leaf, parsePart0('key', placed.part0));
  }
  return keyring;
}

/** [HIST-33] Checks a leaf's device signature against the keys valid at its index; throws `KeyringError`. */
export async function requireSigned(placed: PlacedLeaf, keyring: Keyring, ed25519: Ed25519): Promise<void> {
  const { entry } = placed.leaf;
  const signer = signerOf(placed, keyring);
  if (signer === undefined) {
    throw new KeyringError(`device ${entry.dev} was not enrolled, or was revoked, at index ${placed.index}`);
  }
  if (signer.userId !== entry.user) {
    throw new KeyringError(`device ${entry.dev} belongs to ${signer.userId}, and the entry names ${entry.user}`);
  }
  const good = await ed25519.verify(signer.publicKey, signedMessage(entryBytes(entry)), leafSignature(placed.leaf));
  if (!good) throw new KeyringError(`the signature of device ${entry.dev} is not good for this entry`);
}

function signerOf(placed: PlacedLeaf, keyring: Keyring): Pick<DeviceKey, 'publicKey' | 'userId'> | undefined {
  const { index, leaf, part0 } = placed;
  if (index === 0 && leaf.entry.kind === 'key') {
    const payload = parsePart0('key', part0);
    return isRootEnrolment(index, leaf, payload)
      ? { publicKey: fromBase64(payload.publicKey), userId: payload.userId }
      : undefined;
  }
  return keyring.keyAt(leaf.entry.dev, index);
}

/** [HIST-34] Hash of an approval policy: SHA-256 of its canonical JSON, in hex. */
export function policyHash(policy: unknown): string {
  return toHex(sha256(utf8(canonicalJson(policy))));
}

/** Hash of a version's content: SHA-256 of its canonical JSON, in hex. */
export const contentHash = policyHash;
