// The batches that one conversation submits: judged together, answered one by one (PROTOCOL §4). Owns how many may be under judgement and what
// each is answered; whether a batch is good decides `admission`.
import { toHex } from '@countersign/shared/history';
import { CLOSE, type Header, type Refusal, refuse } from '@countersign/shared/protocol';
import type { Admission, RefusedBatch, SignedBytes } from '../admission/index.ts';
import { type Placed, StorageUnavailable, sha256Hex } from '../history/index.ts';
import type { Actor } from '../http/actor.ts';
import type { Log, Metrics } from '../telemetry/index.ts';
import type { Room } from './room.ts';
import { type SubmitTrace, traceSubmit } from './submitTrace.ts';

export interface SubmissionServices {
  readonly admission: Admission;
  readonly log: Log;
  readonly metrics: Metrics;
  /** [AUTH-20] Somebody asked for what their role does not allow. */
  denied(userId: string): void;
}

/** The conversation that the batches come from. */
export interface SubmissionsPort {
  readonly session: string;
  stored(header: Header<'stored'>): void;
  refused(header: Header<'refused'>): void;
  close(code: number, reason: string): void;
  /** A fault: nobody knows what became of a batch. */
  failed(error: unknown): void;
}

/** Batches of one socket that may be under judgement; the next message waits for the oldest. */
const MOST_UNDER_WAY = 8;

export class Submissions {
  readonly #room: Room;
  readonly #services: SubmissionServices;
  readonly #port: SubmissionsPort;
  /** Batches being judged, oldest first. */
  readonly #underWay: Promise<void>[] = [];

  constructor(room: Room, services: SubmissionServices, port: SubmissionsPort) {
    this.#room = room;
    this.#services = services;
    this.#port = port;
  }

  /**
   * [ADM-1] Signatures of batches that came together are checked together; the room judges them in the order in which they came.
   * Resolves when the next batch may come.
   */
  async take(signed: SignedBytes, actor: Actor): Promise<void> {
    const trace = traceSubmit(this.#room.versionId, this.#port.session);
    const fault = (error: unknown): void => {
      trace.failed(error);
      this.#port.failed(error);
    };
    this.#underWay.push(this.#judge(signed, actor, trace).catch(fault));
    if (this.#underWay.length > MOST_UNDER_WAY) await this.#underWay.shift();
  }

  async #judge(signed: SignedBytes, actor: Actor, trace: SubmitTrace): Promise<void> {
    const { admission, metrics } = this.#services;
    const acknowledged = metrics.acknowledgeSeconds.startTimer();
    const onStored = ({ row, leafHash }: Placed): void => {
      this.#port.stored({ index: String(row.index), leafHash });
      acknowledged();
      trace.stored(row.index);
    };
    const arrived = admission.begin(this.#room.versionId, actor, signed);
    trace.checking(arrived.verification);
    const outcome = await trace.admit(this.#room, () => admission.admit(this.#room, arrived, onStored));
    switch (outcome.kind) {
      case 'again':
        this.#port.stored({ index: String(outcome.row.index), leafHash: toHex(outcome.row.hash) });
        break;
      case 'refused':
        // The author makes it again on the fold, and so must have that first.
        if (outcome.refusal.code === 'folded') await this.#room.read(() => undefined);
        trace.run(() => this.#refuse(signed, actor, outcome.refusal));
        break;
      case 'equivocation':
        trace.run(() => this.#refuse(signed, actor, outcome.refusal));
        this.#port.close(CLOSE.equivocation, 'This device signed two different entries with one number.');
        break;
      case 'accepted':
        // Not awaited: the next batch may be checked while this one is being written. Everybody has been sent it when this resolves.
        outcome.flushed.then(
          () => trace.delivered(),
          (error: unknown) => {
            trace.failed(error);
            // Whether it is stored is not known here: the client connects again, sends the same bytes and is told.
            if (!(error instanceof StorageUnavailable)) return this.#port.failed(error);
            this.#refuse(signed, actor, { ...refuse('storage'), commandIds: outcome.commandIds });
          },
        );
        break;
    }
  }

  #refuse(
    signed: SignedBytes,
    actor: Actor,
    refusal: RefusedBatch | (Refusal & { readonly commandIds: readonly string[] }),
  ): void {
    const { code, text, commandIds, at } = refusal;
    const entryHash = sha256Hex(signed.entry);
    if (code === 'role') this.#services.denied(actor.userId);
    this.#services.log.info('entry refused', {
      document: this.#room.versionId,
      connection: this.#port.session,
      code,
      entry: entryHash,
    });
    const header: Header<'refused'> = { entryHash, code, text, commandIds: [...commandIds] };
    this.#port.refused(at === undefined ? header : { ...header, at });
  }
}
