// The state that follows from the log alone: roles, devices, versions. Owns the fold that a restore cuts to and that fsck compares the
// tables with; must not read or write a table.
import { decodePayload, fromBase64, type Leaf, parsePart0, toHex } from '@countersign/shared/history';
import { transition } from '@countersign/shared/lifecycle';
import type { VersionState } from '@countersign/shared/model';

export interface DeviceState {
  readonly userId: string;
  /** Hex. */
  readonly publicKey: string;
  readonly enrolledAt: number;
  readonly revokedAt: number | null;
  readonly frozenAt: number | null;
}

export interface VersionLogState {
  readonly contractId: string;
  readonly sequence: number;
  readonly baseVersionId: string | null;
  /** After one approval of several the log alone does not say whether it was the last one needed: then both are possible. */
  readonly states: readonly VersionState[];
  /** What the last lifecycle entry bound; null while the version is a draft. */
  readonly contentHash: string | null;
  /** Server time of the last lifecycle entry. */
  readonly changedAt: string;
}

export interface ContractState {
  readonly kind: string;
  readonly number: string;
}

export class LogState {
  readonly roles = new Map<string, Set<string>>();
  readonly devices = new Map<string, DeviceState>();
  readonly contracts = new Map<string, ContractState>();
  readonly versions = new Map<string, VersionLogState>();

  /** Takes the next entry. Entries without payload (erased ones) change no state. @throws PayloadError, PayloadShapeError */
  apply(index: number, { entry, env }: Leaf, payload: Uint8Array | null): void {
    if (payload === null) return;
    const [part0] = decodePayload(payload);
    const at = env.serverTime;
    switch (entry.kind) {
      case 'role':
        this.#role(parsePart0('role', part0));
        break;
      case 'key':
        this.#key(index, parsePart0('key', part0));
        break;
      case 'park':
        this.#change(parsePart0('park', part0).deviceId, { frozenAt: index });
        break;
      case 'create':
        this.#create(parsePart0('create', part0), at);
        break;
      case 'submit':
      case 'requestChanges':
      case 'withdraw':
      case 'approve':
      case 'execute':
      case 'terminate':
        this.#move(entry.doc, entry.kind, parsePart0(entry.kind, part0).contentHash, at);
        break;
      default:
    }
  }

  #role({ action, userId, role }: { action: 'grant' | 'revoke'; userId: string; role: string }): void {
    const held = this.roles.get(userId) ?? new Set();
    if (action === 'grant') held.add(role);
    else held.delete(role);
    this.roles.set(userId, held);
  }

  #key(index: number, key: { action: 'enrol' | 'revoke'; userId: string; deviceId: string; publicKey: string }): void {
    if (key.action === 'revoke') {
      this.#change(key.deviceId, { revokedAt: index });
      return;
    }
    const publicKey = toHex(fromBase64(key.publicKey));
    this.devices.set(key.deviceId, {
      userId: key.userId,
      publicKey,
      enrolledAt: index,
      revokedAt: null,
      frozenAt: null,
    });
  }

  #change(deviceId: string, change: Partial<DeviceState>): void {
    const device = this.devices.get(deviceId);
    if (device !== undefined) this.devices.set(deviceId, { ...device, ...change });
  }

  #create(
    made: {
      versionId: string;
      contractId: string;
      kind: string;
      number: string;
      sequence: number;
      baseVersionId: string | null;
    },
    at: string,
  ): void {
    const { versionId, contractId, kind, number, sequence, baseVersionId } = made;
    if (!this.contracts.has(contractId)) this.contracts.set(contractId, { kind, number });
    this.versions.set(versionId, {
      contractId,
      sequence,
      baseVersionId,
      states: ['DRAFT'],
      contentHash: null,
      changedAt: at,
    });
  }

  #move(
    versionId: string,
    kind: 'submit' | 'requestChanges' | 'withdraw' | 'approve' | 'execute' | 'terminate',
    contentHash: string,
    at: string,
  ): void {
    const version = this.versions.get(versionId);
    if (version === undefined) return;
    // A reopening is signed as an entry of kind `withdraw` [SRV-18].
    const commands = kind === 'withdraw' ? (['withdraw', 'reopen'] as const) : ([kind] as const);
    const moved = version.states.flatMap((state) => commands.map((command) => transition(state, command)));
    // One of several approvals leaves the version in review.
    if (kind === 'approve' && version.states.includes('IN_REVIEW')) moved.push('IN_REVIEW');
    const states = [...new Set(moved.filter((state) => state !== null))];
    if (states.length === 0) return;
    if (kind === 'execute') this.#supersede(version.contractId, at);
    this.versions.set(versionId, {
      ...version,
      states,
      contentHash: states.includes('DRAFT') ? null : contentHash,
      changedAt: at,
    });
  }

  /** [SRV-20] Executing a version supersedes the one in force. */
  #supersede(contractId: string, at: string): void {
    for (const [id, version] of this.versions) {
      if (version.contractId === contractId && version.states.includes('EXECUTED')) {
        this.versions.set(id, { ...version, states: ['SUPERSEDED'], changedAt: at });
      }
    }
  }
}
