// Decides one signed batch of edits against a version. Owns the order of the checks (docs/spec/server.md ADM); a refusal changes nothing.
import { can } from '@countersign/shared/access';
import { type EntryKind, type PayloadOf, PayloadShapeError, parsePart0 } from '@countersign/shared/history';
import { editPayloadSchema, isWithinLimits, LIMITS, type Refusal, refuse } from '@countersign/shared/protocol';
import type { People } from '../auth/index.ts';
import { ChainBroken, type History, type Placed, StorageUnavailable, type VerifySignature } from '../history/index.ts';
import type { Actor } from '../http/actor.ts';
import type { LogRow, Storage } from '../storage/index.ts';
import type { Room } from '../sync/room.ts';
import type { Metrics } from '../telemetry/index.ts';
import { chainPlace } from './chainPlace.ts';
import type { Parking } from './parking.ts';
import {
  type Expected,
  type SignedBytes,
  type Verification,
  type VerifiedEntry,
  verifySigned,
  verifySignedBy,
} from './signedEntry.ts';

export interface AdmissionServices {
  readonly storage: Storage;
  readonly history: History;
  readonly people: People;
  readonly metrics: Metrics;
  readonly parking: Parking;
  readonly verifySignature: VerifySignature;
}

/** A batch whose signature is being checked; it is judged in its turn. */
export interface ArrivedBatch {
  readonly actor: Actor;
  readonly signed: SignedBytes;
  readonly expected: Expected;
  readonly verification: Promise<Verification>;
}

export interface RefusedBatch extends Refusal {
  readonly commandIds: readonly string[];
}

/** What becomes of a batch. */
export type Outcome =
  /** In the log before: the same bytes were sent again. */
  | { readonly kind: 'again'; readonly row: LogRow }
  /** Accepted; stored when `flushed` resolves. `onStored` was called then. */
  | { readonly kind: 'accepted'; readonly flushed: Promise<void>; readonly commandIds: readonly string[] }
  | { readonly kind: 'refused'; readonly refusal: RefusedBatch }
  /** Two entries with one number: the device is frozen now. */
  | { readonly kind: 'equivocation'; readonly refusal: RefusedBatch };

type EditKind = Extract<EntryKind, 'edit' | 'choose'>;

export class Admission {
  readonly #services: AdmissionServices;

  constructor(services: AdmissionServices) {
    this.#services = services;
  }

  /** Begins the checks that need no document. Batches that arrive together are checked together; `admit` keeps their order. */
  begin(versionId: string, actor: Actor, signed: SignedBytes): ArrivedBatch {
    const { history, people, verifySignature } = this.#services;
    const expected = { ws: history.ws, doc: versionId, userId: actor.userId, mostPayload: LIMITS.batchBytes };
    const verification = verifySignedBy(verifySignature, signed, expected, people);
    // Whoever admits it hears of a fault; until then nobody does.
    verification.catch(() => undefined);
    return { actor, signed, expected, verification };
  }

  /** Runs in the room's queue. `onStored` is called once after the flush, before anybody else hears of the entry. */
  async admit(room: Room, arrived: ArrivedBatch, onStored: (placed: Placed) => void): Promise<Outcome> {
    const stop = this.#services.metrics.admissionSeconds.startTimer();
    try {
      const outcome = await this.#decide(room, arrived, onStored);
      if (outcome.kind === 'refused' || outcome.kind === 'equivocation') {
        this.#services.metrics.entriesRefused.inc({ code: outcome.refusal.code });
      }
      return outcome;
    } finally {
      stop();
    }
  }

  async #decide(room: Room, arrived: ArrivedBatch, onStored: (placed: Placed) => void): Promise<Outcome> {
    const { history, storage, people } = this.#services;
    const { actor, signed, expected } = arrived;
    const verification = await arrived.verification;
    if (!verification.ok) {
      if (verification.refusal.code === 'revoked') return this.#ofRevoked(signed, expected);
      return { kind: 'refused', refusal: { ...verification.refusal, commandIds: [] } };
    }
    // The device may have been revoked or frozen since its signature was asked for.
    const device = people.device(verification.verified.parsed.dev);
    if (device?.revokedAt !== null) return this.#ofRevoked(signed, expected);
    if (device.frozenAt !== null) return { kind: 'refused', refusal: { ...refuse('equivocation'), commandIds: [] } };
    const { verified } = verification;
    const batch = readBatch(verified, room.versionId);
    const commandIds = batch.ok ? batch.commandIds : [];
    const place = await chainPlace(history, storage, verified);
    if (place.kind === 'stored') return { kind: 'again', row: place.row };
    if (place.kind === 'equivocation') {
      await people.freezeDevice(verified.parsed.dev, verified.hash, equivocationReason(verified, place.other));
      return { kind: 'equivocation', refusal: { ...refuse('equivocation'), commandIds } };
    }
    const clientId = await this.#clientId(room, verified);
    const refused = (refusal: Refusal): Outcome => {
      // Later entries of this epoch were made on top of the refused one, so the epoch ends with it (DESIGN §3). One that was never issued
      // is refused anyway, and a device could make up more of them than there is memory ([ADM-17]).
      const isKept = refusal.code !== 'storage' && refusal.code !== 'unavailable' && clientId !== null;
      if (isKept) room.closedEpochs.add(epochKey(verified));
      return { kind: 'refused', refusal: { ...refusal, commandIds: refusal.commandIds ?? commandIds } };
    };
    // What was being written meanwhile was not stored: the draft in memory still holds it, and is read again for the next batch.
    if (room.isLost) return refused(refuse('storage'));
    // Nothing waits from here to the append, so no role or key leaf can come between this judgement and the entry ([AUTH-9]).
    if (!people.stillStands(actor, verified.parsed.dev)) {
      return refused(refuse('role', 'Your roles or your device changed while this was on its way. Send it again.'));
    }
    const permission = can(actor, 'edit', { state: stateOf(room), kind: room.draft.head.kind });
    if (!permission.ok)
      return refused(refuse(stateOf(room) === 'DRAFT' ? 'role' : frozenOrRole(actor), permission.reason));
    // The author sends both again: an epoch whose beginning the disk refused is not at its end.
    if (place.kind === 'ahead') return { kind: 'refused', refusal: { ...place.refusal, commandIds } };
    if (place.kind === 'refused') return refused(place.refusal);
    if (room.closedEpochs.has(epochKey(verified))) {
      return refused(refuse('epoch', 'This epoch ended with a refused change. Take the next one.'));
    }
    if (clientId === null) return refused(refuse('epoch'));
    if (!batch.ok) return refused(batch.refusal);
    const refusal = room.draft.admitEdit({
      deviceId: verified.parsed.dev,
      clientId,
      kind: batch.kind,
      commands: batch.payload.commands,
      updates: batch.updates,
      fold: batch.payload.fold,
    });
    if (refusal !== null) return refused(refusal);
    try {
      const { flushed } = room.append([
        {
          entry: verified.parsed,
          bytes: verified.entry,
          entryHash: verified.hash,
          signature: verified.signature,
          payload: verified.payload,
          parts: verified.parts,
          edit: batch.payload,
          onStored,
        },
      ]);
      return { kind: 'accepted', flushed, commandIds };
    } catch (error) {
      if (error instanceof ChainBroken) return refused(refuse('chain', error.message));
      if (error instanceof StorageUnavailable) return refused(refuse('storage'));
      throw error;
    }
  }

  /**
   * [ADM-14] What a revoked device signed well is kept for people to look at; what was stored before its revocation stays stored. A
   * revocation that is being written is waited for: the log must not say that a key was revoked which was not.
   */
  async #ofRevoked(signed: SignedBytes, expected: Expected): Promise<Outcome> {
    const { history, storage, people, parking } = this.#services;
    const verification = verifySigned(signed, expected, people, 'verified');
    if (!verification.ok) return { kind: 'refused', refusal: { ...verification.refusal, commandIds: [] } };
    const { verified } = verification;
    const place = await chainPlace(history, storage, verified);
    if (place.kind === 'stored') return { kind: 'again', row: place.row };
    const batch = readBatch(verified, expected.doc);
    const device = await people.decidedDevice(verified.parsed.dev);
    const isRevoked = device !== null && device.revokedAt !== null;
    const refusal = isRevoked ? await parking.park({ ...verified, device }) : refuse('storage');
    return { kind: 'refused', refusal: { ...refusal, commandIds: batch.ok ? batch.commandIds : [] } };
  }

  /** [ADM-13] The Yjs client id that the device's epoch was issued; null for an epoch that was not issued to it here. */
  async #clientId(room: Room, verified: VerifiedEntry): Promise<number | null> {
    const key = epochKey(verified);
    const known = room.clientIds.get(key);
    if (known !== undefined) return known;
    const { dev, epoch } = verified.parsed;
    const row = await this.#services.storage.epoch(room.versionId, dev, epoch);
    if (row !== null) room.clientIds.set(key, row.clientId);
    return row?.clientId ?? null;
  }
}

const stateOf = (room: Room): 'DRAFT' => room.row.state as 'DRAFT';
const epochKey = ({ parsed }: VerifiedEntry): string => `${parsed.dev} ${parsed.epoch}`;

/** A person who may edit drafts is told that the version is frozen; one who may not, about the role. */
const frozenOrRole = (actor: Actor): 'frozen' | 'role' =>
  can(actor, 'edit', { state: 'DRAFT', kind: 'CONTRACT' }).ok ? 'frozen' : 'role';

function equivocationReason({ parsed, hash }: VerifiedEntry, other: LogRow): string {
  return `Device ${parsed.dev} signed two entries with number ${parsed.seq} of epoch ${parsed.epoch}: ${other.entryHash} (entry ${other.index} of the log) and ${hash}.`;
}

type Batch =
  | {
      readonly ok: true;
      readonly kind: EditKind;
      readonly payload: PayloadOf<'edit'>;
      readonly commandIds: readonly string[];
      readonly updates: readonly { readonly sheet: string; readonly update: Uint8Array }[];
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** [ADM-7] Part 0 in canonical JSON of its schema; every part after it named once, and none left over. */
function readBatch({ parsed, parts }: VerifiedEntry, versionId: string): Batch {
  const no = (text: string, code: 'malformed' | 'tooLarge' = 'malformed'): Batch => ({
    ok: false,
    refusal: refuse(code, text, 'payload'),
  });
  const { kind } = parsed;
  if (kind !== 'edit' && kind !== 'choose') return no(`Entries of kind ${kind} do not come over the sync socket.`);
  let payload: PayloadOf<'edit'>;
  try {
    payload = parsePart0(kind, parts[0]);
  } catch (error) {
    if (error instanceof PayloadShapeError) return no(`The change could not be read: ${error.message}.`);
    throw error;
  }
  if (payload.commands.length > LIMITS.batchCommands) {
    return no(`A batch has at most ${LIMITS.batchCommands} commands.`, 'tooLarge');
  }
  if (!isWithinLimits(payload)) {
    const fault = editPayloadSchema.safeParse(payload).error?.issues[0]?.message ?? '';
    return no(`The change could not be read: ${fault}.`);
  }
  if (payload.draftId !== versionId) return no('The change is for another version.');
  const used = new Set(payload.updates.map(({ part }) => part));
  if (used.size !== payload.updates.length || used.size !== parts.length - 1) {
    return no('The change does not name each of its parts once.');
  }
  const updates: { sheet: string; update: Uint8Array }[] = [];
  for (const { sheet, part } of payload.updates) {
    const update = parts[part];
    if (update === undefined) return no(`The change has no part ${part}.`);
    updates.push({ sheet, update });
  }
  return { ok: true, kind, payload, commandIds: payload.commands.map(({ id }) => id), updates };
}
