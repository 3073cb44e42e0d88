// Sending: one signed batch at a time, again until it is answered, and what a refusal does (docs/PROTOCOL.md §2). Owns epochs and the
// batch in flight; runs inside the draft's turns and must not touch the socket but through `transmit`.
import { type Header, LIMITS, REFUSALS, type RefusalCode } from '@countersign/shared/protocol';
import type { CountersignHost } from '../../host/contract.ts';
import { type Api, ApiError, Offline, SessionEnded } from '../api/index.ts';
import type { AttentionRecord, ChainRecord, DeviceRecord, EpochRecord, SealedBatch } from '../storage/index.ts';
import { commandsOf, type DraftMemory } from './draftMemory.ts';
import type { Placed } from './draftWork.ts';
import { DeviceRevoked } from './enrolment.ts';
import { meaningOf, withDependents } from './refusalPlan.ts';
import type { Runtime } from './runtime.ts';
import { nextBatch, sealBatch } from './sealing.ts';
import { advanced } from './signedEntry.ts';
import type { Verifier } from './verification.ts';

export interface OutboxOptions {
  readonly draftId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly host: CountersignHost;
  readonly runtime: Runtime;
  readonly verifier: Verifier;
  readonly api: Pick<Api, 'epochs'>;
  readonly device: () => DeviceRecord | null;
  /** Makes sure that the server knows this device. @throws Offline, ApiError, DeviceRevoked */
  readonly enrol: () => Promise<DeviceRecord>;
  /** The server refused what this device signed because its key was revoked. */
  readonly deviceRefused: (deviceId: string) => void;
  readonly onSessionEnded: () => void;
}

/** What the outbox asks of the engine around it. */
export interface OutboxPort {
  /** This window sends, the server is caught up with, and nothing forbids sending. */
  isOpen(): boolean;
  transmit(batch: SealedBatch): void;
  /** Something on disk changed: tell this window and the others. */
  changed(): void;
  run(work: () => Promise<void>): void;
  fail(error: unknown): void;
}

/** Unused epochs kept ready, so that a refusal or a restart offline does not stop sending. */
const EPOCHS_AHEAD = 3;
const AGAIN_AFTER_MS = 2_000;
/** Until the server is asked again for epochs that it did not give. */
const EPOCHS_AGAIN_MS = 10_000;
const MOST_ENVELOPE_REFUSALS = 3;

export class Outbox {
  /** What keeps the batch from being taken just now, in words; gone with the next success. */
  passing: string | null = null;
  readonly #options: OutboxOptions;
  readonly #memory: DraftMemory;
  readonly #port: OutboxPort;
  #epoch: EpochRecord | null = null;
  /** Where the epoch's chain stands; null until it is read from the disk. Only this window writes in its epoch. */
  #chain: ChainRecord | null = null;
  /** The batch that the server said it has. */
  #stored: string | null = null;
  /** Commands that a batch may hold: fewer for a server that said that one was too large. */
  #most: number = LIMITS.batchCommands;
  #fetchingEpochs = false;
  #envelopeRefusals = 0;
  #cancelAgain: (() => void) | null = null;
  /** Why the server gave no epochs, in words; null when it did. */
  #noEpochs: string | null = null;
  #cancelEpochs: (() => void) | null = null;

  constructor(options: OutboxOptions, memory: DraftMemory, port: OutboxPort) {
    this.#options = options;
    this.#memory = memory;
    this.#port = port;
  }

  /** What keeps work from being sent just now, in words; it is tried again by itself. */
  get trouble(): string | null {
    return this.passing ?? this.#noEpochs;
  }

  /** Seals and sends the next batch when nothing is in flight. */
  async pump(): Promise<void> {
    const { verifier, runtime, host, workspaceId, userId } = this.#options;
    const { store, picture, draft, queue, sealed: inFlight } = this.#memory;
    const device = this.#options.device();
    if (!this.#port.isOpen() || inFlight !== null || queue.length === 0 || device === null) return;
    if (!draft.canEdit) return this.#setAside();
    const batch = nextBatch(queue, this.#most);
    if (batch === null) return;
    // An epoch belongs to one device: another key begins with its own.
    if (this.#epoch?.deviceId !== device.deviceId) this.#epoch = null;
    if (this.#epoch === null) {
      this.#chain = null;
      this.#epoch = await store.epochs.take(device.deviceId);
      this.fetchEpochs();
    }
    const epoch = this.#epoch;
    // Without an epoch the commands wait on disk; `fetchEpochs` pumps again when it has one.
    if (epoch === null) return;
    this.#chain ??= await store.epochs.chain(device.deviceId, epoch.epoch);
    const chain = this.#chain;
    const { held } = verifier;
    const seen = held === null ? null : { size: held.size, root: held.root };
    const signer = { workspaceId, userId, deviceId: device.deviceId, seen };
    let sealed: SealedBatch;
    try {
      sealed = await sealBatch({ runtime, host, signer, picture }, batch, epoch, chain);
      await this.#memory.seal(sealed, chain);
      this.#chain = advanced(chain, sealed.entryHash);
    } catch (error) {
      this.#chain = null;
      // The author documents are ahead of the log now.
      await this.#memory.reload();
      throw error;
    }
    this.#port.changed();
    // Signing took a while: another socket is told of the batch when it is caught up.
    if (this.#port.isOpen()) this.#port.transmit(sealed);
  }

  /** Sends the batch in flight again: the same bytes. */
  resend(): void {
    if (this.#memory.sealed !== null && this.#port.isOpen()) this.#port.transmit(this.#memory.sealed);
  }

  /**
   * The server has the batch. It stays until its entry is in the accepted log; the server sends that next. Not written down: after a
   * restart the same bytes are sent again, and the server says so again.
   */
  stored(): void {
    this.#stored = this.#memory.sealed?.entryHash ?? null;
  }

  /** Whether the server said that it has the batch in flight, whose entry did not come yet. */
  get isStored(): boolean {
    return this.#stored !== null && this.#stored === this.#memory.sealed?.entryHash;
  }

  /** The draft was folded: nothing more is taken under an epoch from before. */
  folded(): void {
    this.#epoch = null;
  }

  /** The batch's entry is in the accepted log. */
  async accepted(): Promise<void> {
    this.passing = null;
    this.#envelopeRefusals = 0;
    await this.pump();
  }

  async refused({ entryHash, code, text, commandIds }: Header<'refused'>): Promise<void> {
    const { sealed, queue } = this.#memory;
    if (sealed === null || sealed.entryHash !== entryHash) return;
    const reason: RefusalCode = Object.hasOwn(REFUSALS, code) ? (code as RefusalCode) : 'malformed';
    const meaning = meaningOf(reason);
    if (meaning === 'again') return this.#tryLater(sealed.entryHash, text);
    if (meaning === 'onFold') return this.#unseal(sealed, new Set(), reason, text);
    if (meaning === 'newEnvelope') {
      this.#envelopeRefusals += 1;
      if (this.#envelopeRefusals < MOST_ENVELOPE_REFUSALS) return this.#unseal(sealed, new Set(), reason, text);
    }
    if (reason === 'tooLarge' && sealed.commands.length > 1) {
      // A server of an earlier release takes smaller batches; only a command that is too large by itself is at fault.
      this.#most = Math.ceil(sealed.commands.length / 4);
      return this.#unseal(sealed, new Set(), reason, text);
    }
    if (reason === 'revoked') this.#options.deviceRefused(sealed.deviceId);
    // What an earlier key of this computer signed says nothing about what may be done with the present one.
    const isOfPresentKey = sealed.deviceId === this.#options.device()?.deviceId;
    const all = new Set(sealed.commands.map(({ command }) => command.id));
    const named = new Set(meaning === 'commands' ? commandIds.filter((id) => all.has(id)) : []);
    if (meaning === 'everything') {
      for (const { command } of queue) all.add(command.id);
      if (isOfPresentKey) await this.#memory.describe({ canEdit: false, denial: text });
    }
    await this.#unseal(sealed, named.size === 0 ? all : named, reason, text);
  }

  /** Keeps unused epochs ready, beside the line of turns, and pumps when new ones came. */
  fetchEpochs(): void {
    const device = this.#options.device();
    if (this.#fetchingEpochs || device === null || !this.#port.isOpen() || !this.#memory.draft.canEdit) return;
    this.#fetchingEpochs = true;
    this.#refillEpochs(device.deviceId)
      .then((added) => {
        if (this.#noEpochs !== null) {
          this.#noEpochs = null;
          this.#port.changed();
        }
        if (added) this.#port.run(() => this.pump());
      })
      .catch((error: unknown) => this.#epochsFailed(error))
      .finally(() => {
        this.#fetchingEpochs = false;
      });
  }

  close(): void {
    this.#cancelAgain?.();
    this.#cancelEpochs?.();
  }

  #tryLater(entryHash: string, text: string): void {
    this.passing = text;
    this.#port.changed();
    this.#cancelAgain = this.#options.runtime.after(AGAIN_AFTER_MS, () => {
      this.passing = null;
      if (this.#memory.sealed?.entryHash === entryHash) this.resend();
      this.#port.changed();
    });
  }

  async #unseal(sealed: SealedBatch, refusedIds: ReadonlySet<string>, code: RefusalCode, text: string): Promise<void> {
    const { store, picture, queue } = this.#memory;
    const { refused, kept } = withDependents([...sealed.commands, ...queue], refusedIds);
    const inBatch = new Set(sealed.commands.map(({ order }) => order));
    await store.unseal(sealed, this.#attentionFor(refused, code, text), {
      requeue: kept.filter(({ order }) => inBatch.has(order)),
      dequeue: refused.filter(({ order }) => !inBatch.has(order)),
    });
    // The server takes nothing more of this epoch.
    this.#epoch = null;
    await this.#memory.load();
    picture.announce(commandsOf([...refused, ...sealed.commands]));
    this.#port.changed();
    await this.pump();
  }

  /** The version is no draft any more, or the role was taken away: the queue goes to Needs attention. */
  async #setAside(): Promise<void> {
    const { draft, queue, store, picture } = this.#memory;
    const code: RefusalCode = draft.state === 'DRAFT' ? 'role' : 'frozen';
    await store.setAside(queue, this.#attentionFor(queue, code, draft.denial ?? REFUSALS[code]));
    await this.#memory.load();
    picture.announce(commandsOf(queue));
    this.#port.changed();
  }

  #attentionFor(commands: readonly Placed[], code: RefusalCode, text: string): AttentionRecord[] {
    const at = this.#options.runtime.now();
    return commands.map(({ draftId, order, kind, command }) => ({
      id: command.id,
      draftId,
      order,
      kind,
      command,
      code,
      text,
      at,
    }));
  }

  #epochsFailed(error: unknown): void {
    // Both say themselves; the next catching up asks again.
    if (error instanceof Offline || error instanceof DeviceRevoked) return;
    if (error instanceof SessionEnded) this.#options.onSessionEnded();
    else if (error instanceof ApiError) {
      this.#noEpochs = error.message;
      this.#cancelEpochs?.();
      this.#cancelEpochs = this.#options.runtime.after(EPOCHS_AGAIN_MS, () => this.fetchEpochs());
    } else this.#port.fail(error);
    this.#port.changed();
  }

  async #refillEpochs(deviceId: string): Promise<boolean> {
    const { api, draftId } = this.#options;
    const { store } = this.#memory;
    const unused = await store.epochs.unused(deviceId);
    if (unused >= EPOCHS_AHEAD) return false;
    // A server that was restored from a backup may have forgotten whose this device is.
    if (this.#noEpochs !== null) await this.#options.enrol();
    // One more than is kept ahead, for the one this run takes next.
    const issued = await api.epochs(draftId, deviceId, EPOCHS_AHEAD + 1 - unused);
    await store.epochs.add(issued.map(({ epoch, clientId }) => ({ draftId, deviceId, epoch, clientId })));
    return true;
  }
}
