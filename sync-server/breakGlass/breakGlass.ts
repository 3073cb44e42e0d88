// Asking for, agreeing to and ending a role in an emergency: a person's signed entry, judged by the fold of shared/access, stored. Owns the
// order of checks and the entry that ends a term which ran out, or whose person was shut out; who holds what is the ledger's.
import { type BreakGlassAct, type Emergency, type EmergencyState, stateAt } from '@countersign/shared/access';
import { PayloadShapeError, parsePart0, reasonOfBreakGlass, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import { chainPlace, type SignedBytes, type VerifiedEntry, verifySigned } from '../admission/index.ts';
import type { People } from '../auth/index.ts';
import { type History, type Placed, StorageUnavailable } from '../history/index.ts';
import type { Actor } from '../http/actor.ts';
import { notAllowed, Problem } from '../http/problem.ts';
import { KeyedMutex } from '../keyedMutex.ts';
import type { Storage } from '../storage/index.ts';
import type { Log } from '../telemetry/index.ts';
import { type EmergencyLedger, entryOfRow } from './ledger.ts';

/** An act with the longest reason is far below this. */
const ACT_BYTES = 8 * 1024;
/** Looked at again at the latest after this, whatever a timer did. */
const LONGEST_WAIT_MS = 15_000;

/** What the request that carries an entry is for. */
export interface ExpectedAct {
  readonly action: BreakGlassAct['action'];
  /** Index of the request that is agreed to or ended. */
  readonly asked?: string;
}

export interface BreakGlassServices {
  readonly storage: Storage;
  readonly history: History;
  readonly people: People;
  readonly ledger: EmergencyLedger;
  readonly log: Log;
}

export class BreakGlass {
  readonly ledger: EmergencyLedger;
  readonly #services: BreakGlassServices;
  readonly #acts = new KeyedMutex();
  readonly #ended = new Set<(userId: string) => void>();
  readonly #stops: readonly (() => void)[];
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(services: BreakGlassServices) {
    this.#services = services;
    this.ledger = services.ledger;
    this.#stops = [
      services.history.sequencer.onCommitted((placed) => {
        const last = placed.at(-1);
        if (last !== undefined) this.ledger.seen(last.serverTime);
      }),
      services.people.onRoleTaken(() => this.#endForfeited()),
      services.people.onDeviceTaken(() => this.#endForfeited()),
    ];
    this.#arm();
  }

  /** Called with whoever no longer holds a role, once the end is stored. */
  onEnded(listener: (userId: string) => void): () => void {
    this.#ended.add(listener);
    return () => this.#ended.delete(listener);
  }

  /** What a request is now. */
  stateOf(asked: string): EmergencyState | null {
    const emergency = this.ledger.at(asked);
    if (emergency === undefined) return null;
    const state = stateAt(emergency, this.ledger.time);
    return state === 'active' && (this.ledger.left(emergency) ?? 0) <= 0 ? 'ended' : state;
  }

  /** [GLASS-9] Judges and stores what a person signed. Resolves to the entry's log index when it is on disk. @throws Problem */
  act(expected: ExpectedAct, signed: SignedBytes, actor: Actor): Promise<number> {
    return this.#acts.run(WORKSPACE_DOCUMENT, async () => {
      const { storage, history, people } = this.#services;
      const verified = this.#verify(signed, actor);
      const act = readAct(verified, expected);
      const place = await chainPlace(history, storage, verified);
      if (place.kind === 'stored') return place.row.index;
      if (place.kind === 'equivocation') {
        const reason = `Device ${verified.parsed.dev} signed two commands with number ${verified.parsed.seq}.`;
        await people.freezeDevice(verified.parsed.dev, verified.hash, reason);
        throw new Problem(409, 'equivocation', 'Device frozen', reason, {
          action: 'Ask an admin to look at the device.',
        });
      }
      if ('refusal' in place) throw new Problem(409, 'chain', 'Chain broken', place.refusal.text);
      return this.#store(verified, act, actor);
    });
  }

  /** [GLASS-10] [GLASS-19] Writes the end of every term that ran out, or whose person was shut out. */
  async tick(): Promise<void> {
    if (this.#closed) return;
    await this.#acts.run(WORKSPACE_DOCUMENT, async () => {
      const over = [...this.ledger.overdue(), ...this.#forfeited()];
      for (const { asked, userId } of over) {
        const part0 = { action: 'end', asked: String(asked.index) };
        const placed = await this.#services.history.appendServerEntry('breakGlass', WORKSPACE_DOCUMENT, part0);
        this.#take(placed);
        for (const listener of this.#ended) listener(userId);
      }
    });
    this.#arm();
  }

  /** Waits for no term any more. */
  close(): void {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #forfeited(): readonly Emergency[] {
    return this.ledger.running().filter((emergency) => this.#services.people.isForfeited(emergency));
  }

  /** [GLASS-19] Somebody lost a role or a device: a term of theirs is not held any more, and the log says so now. */
  #endForfeited(): void {
    if (this.#forfeited().length > 0) this.#tickNow();
  }

  #verify(signed: SignedBytes, { userId }: Actor): VerifiedEntry {
    const { history, people } = this.#services;
    const expected = { ws: history.ws, doc: WORKSPACE_DOCUMENT, userId, mostPayload: ACT_BYTES };
    const verification = verifySigned(signed, expected, people);
    if (!verification.ok) {
      const { code, text, at } = verification.refusal;
      const status = code === 'role' || code === 'revoked' || code === 'equivocation' ? 403 : 400;
      throw new Problem(status, code, 'Not accepted', text, at === undefined ? {} : { at });
    }
    const { parsed, device } = verification.verified;
    if (parsed.kind !== 'breakGlass') throw malformed(`The entry is of kind ${parsed.kind}.`, 'entry/kind');
    if (parsed.epoch !== device.commandEpoch)
      throw malformed(`Commands are signed in epoch ${device.commandEpoch} of the device.`, 'entry/epoch');
    return verification.verified;
  }

  async #store(verified: VerifiedEntry, act: BreakGlassAct, actor: Actor): Promise<number> {
    const { history, people } = this.#services;
    const standing = (userId: string): readonly string[] => people.user(userId)?.roles ?? [];
    // Nothing waits from here to the append, so no role or key entry comes between this judgement and the entry ([AUTH-9]).
    if (!people.stillStands({ userId: actor.userId, roles: actor.roles }, verified.parsed.dev))
      throw notAllowed('Your roles or your device changed while this was on its way.');
    // Judged as of a little later where being late counts: the entry's own time must not say that it came too late.
    const at = act.action === 'ask' ? this.ledger.time : this.ledger.timeSoon;
    const entry = { index: history.sequencer.nextIndex, leafHash: '', at, by: actor.userId, act };
    const fault = this.ledger.fault(entry, standing);
    if (fault !== null) throw new Problem(409, 'breakGlass', 'Not possible', fault);
    const giveBack = act.action === 'end' ? this.ledger.ending(act.asked) : null;
    const { parsed, hash, signature, payload } = verified;
    try {
      const { placed, flushed } = history.append([{ entry: parsed, entryHash: hash, signature, payload }]);
      await flushed;
      const [only] = placed;
      if (only === undefined) throw new Error('one entry was appended and none was placed');
      this.#take(only);
      if (act.action === 'end') this.#tellEnded(act.asked);
      this.#arm();
      return only.row.index;
    } catch (error) {
      giveBack?.();
      if (error instanceof StorageUnavailable) throw new Problem(503, 'storage', 'Disk not writable', error.message);
      throw error;
    }
  }

  #take({ row }: Placed): void {
    this.ledger.take(entryOfRow(row));
  }

  #tellEnded(asked: string): void {
    const userId = this.ledger.at(asked)?.userId;
    if (userId !== undefined) for (const listener of this.#ended) listener(userId);
  }

  /** Comes back when the first running term is over. */
  #arm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waits = this.ledger.all().flatMap((emergency) => this.ledger.left(emergency) ?? []);
    if (this.#closed || waits.length === 0) return;
    const wait = Math.min(Math.max(Math.min(...waits), 0), LONGEST_WAIT_MS);
    this.#timer = setTimeout(() => this.#tickNow(), wait);
    this.#timer.unref();
  }

  #tickNow(): void {
    this.tick().catch((error: unknown) => {
      this.#services.log.error('the end of an emergency role could not be recorded', error);
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#arm(), LONGEST_WAIT_MS);
      this.#timer.unref();
    });
  }
}

function readAct({ parts }: VerifiedEntry, { action, asked }: ExpectedAct): BreakGlassAct {
  try {
    const act = parsePart0('breakGlass', parts[0]);
    reasonOfBreakGlass(act, parts);
    if (act.action !== action || (act.action !== 'ask' && act.asked !== asked))
      throw malformed('The entry says something else than the request that carries it.', 'payload');
    return act;
  } catch (error) {
    if (!(error instanceof PayloadShapeError)) throw error;
    throw malformed(`It could not be read: ${error.message}.`, 'payload');
  }
}

const malformed = (text: string, at: string): Problem => new Problem(400, 'malformed', 'Not accepted', text, { at });
