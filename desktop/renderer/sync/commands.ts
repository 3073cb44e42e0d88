// Lifecycle commands: submit, approve, execute … as signed entries over HTTP (DESIGN §6, §11 rule 11). Owns building, confirming and
// sending them; a lost answer is found out by sending the identical bytes again.
import { toBase64, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import { ENTRY_KIND_OF } from '@countersign/shared/lifecycle';
import type { CommandDone, CommandKind, VersionDetail } from '@countersign/shared/protocol/api';
import type { CountersignHost } from '../../host/contract.ts';
import { type Api, ApiError } from '../api/index.ts';
import { type ChainRecord, type PendingCommandRecord, stored, type WorkspaceDatabase } from '../storage/index.ts';
import { confirmation } from './commandWords.ts';
import { BREAK_GLASS, type EmergencyAct } from './emergencyActs.ts';
import type { CommandFields } from './engine.ts';
import type { Locks } from './ownership.ts';
import { type Runtime, randomId } from './runtime.ts';
import { Serial } from './serial.ts';
import { advanced, type Signer, type UnsignedEntry, unsignedEntry } from './signedEntry.ts';

/** The person said no; nothing was signed or sent. */
export class NotConfirmed extends Error {
  override readonly name = 'NotConfirmed';
  constructor() {
    super('The command was not confirmed. Nothing was signed or sent.');
  }
}

export interface CommandsOptions {
  readonly db: WorkspaceDatabase;
  readonly api: Pick<Api, 'command' | 'version' | 'emergencies'>;
  readonly host: CountersignHost;
  readonly runtime: Runtime;
  /** @throws when this computer is not enrolled and cannot be now. */
  readonly signer: () => Promise<Signer & { readonly commandEpoch: string }>;
  readonly policyHash: () => Promise<string>;
  /** Where several windows of one profile take turns: their commands share one chain. */
  readonly locks: Locks;
  /** The kept chain does not fit the log's: read the log's. */
  readonly relearnChain: () => Promise<void>;
}

/** Answers after which the server certainly appended nothing. Others (500, 503 …) leave it open. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.status >= 400 &&
    error.status < 500 &&
    error.status !== 408 &&
    error.status !== 429
  );
}

export class Commands {
  readonly #options: CommandsOptions;
  readonly #serial = new Serial();

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /**
   * Signs one command upon the version as it is now and sends it.
   * @throws ApiError with the server's reason, NotConfirmed, or Offline: then the command is kept and sent again by `resume`.
   */
  run(versionId: string, kind: CommandKind, fields: CommandFields): Promise<CommandDone> {
    return this.#inTurn({}, async () => {
      // The chain has one next place: what became of an earlier command must be known before it is used again.
      await this.#resume();
      const detail = await this.#options.api.version(versionId);
      const pending = await this.#sign(detail, versionId, kind, fields);
      return this.#send(pending);
    });
  }

  /** Signs an act about an emergency role and sends it; its answer may be lost and found out as a command's. @throws as `run` */
  actInEmergency(act: EmergencyAct): Promise<void> {
    return this.#inTurn({}, async () => {
      await this.#resume();
      await this.#deliver(await this.#signAct(act));
    });
  }

  /** Sends commands again whose answer was lost. A window that is at a command now does so itself, and may wait for its person. */
  async resume(): Promise<void> {
    await this.#inTurn({ ifAvailable: true }, () => this.#resume());
  }

  /**
   * [CLI-9] One command at a time over all windows of the profile: two that were signed for one place of the chain, or an old one that
   * is sent again behind a new one, would look like forgery and freeze the device.
   */
  #inTurn<T>(options: { readonly ifAvailable: true }, work: () => Promise<T>): Promise<T | undefined>;
  #inTurn<T>(options: { readonly ifAvailable?: false }, work: () => Promise<T>): Promise<T>;
  #inTurn<T>(options: { readonly ifAvailable?: boolean }, work: () => Promise<T>): Promise<T | undefined> {
    const { db, locks } = this.#options;
    return this.#serial.run(async () => {
      let done: T | undefined;
      await locks.request(`${db.name}/commands`, options, async (lock) => {
        if (lock !== null) done = await work();
      });
      return done;
    });
  }

  async #resume(): Promise<void> {
    const pending = await stored(() => this.#options.db.pendingCommands.toArray());
    pending.sort((a, b) => a.seq - b.seq);
    for (const record of pending) {
      try {
        await (record.kind === BREAK_GLASS ? this.#deliver(record) : this.#send(record));
      } catch (error) {
        // It was decided against and is gone from the list; the person sees the version as it is.
        if (!isFinal(error)) throw error;
      }
    }
  }

  async #sign(
    detail: VersionDetail,
    versionId: string,
    kind: CommandKind,
    fields: CommandFields,
  ): Promise<PendingCommandRecord> {
    const { host, runtime } = this.#options;
    const signer = await this.#options.signer();
    const chain = await this.#chain(signer.deviceId, signer.commandEpoch);
    const idempotencyKey = randomId(runtime, 16);
    const part0 = await this.#part0(detail, kind, fields, idempotencyKey);
    const entry = unsignedEntry(runtime, signer, chain, versionId, ENTRY_KIND_OF[kind], part0);
    const question = confirmation(detail, kind, fields);
    const confirmed = await host.confirm({
      ...question,
      lines: [...question.lines],
      entry: entry.bytes,
      payload: entry.payload,
    });
    if (!confirmed) throw new NotConfirmed();
    return this.#keep(entry, chain, { idempotencyKey, versionId, kind, contentHash: detail.contentHash });
  }

  async #signAct({ path, part0, parts, title, lines, action }: EmergencyAct): Promise<PendingCommandRecord> {
    const { host, runtime } = this.#options;
    const signer = await this.#options.signer();
    const chain = await this.#chain(signer.deviceId, signer.commandEpoch);
    const entry = unsignedEntry(runtime, signer, chain, WORKSPACE_DOCUMENT, BREAK_GLASS, part0, parts);
    const summary = { title, lines: [...lines], action, entry: entry.bytes, payload: entry.payload };
    if (!(await host.confirm(summary))) throw new NotConfirmed();
    const idempotencyKey = randomId(runtime, 16);
    return this.#keep(entry, chain, { idempotencyKey, versionId: path, kind: BREAK_GLASS, contentHash: '' });
  }

  /** Signs what was agreed to, and keeps it before it is first sent. */
  async #keep(
    entry: UnsignedEntry,
    chain: ChainRecord,
    about: Pick<PendingCommandRecord, 'idempotencyKey' | 'versionId' | 'kind' | 'contentHash'>,
  ): Promise<PendingCommandRecord> {
    const { db, host, runtime } = this.#options;
    const signature = await host.deviceKey.sign(entry.bytes);
    const record: PendingCommandRecord = {
      ...about,
      body: JSON.stringify({
        entry: toBase64(entry.bytes),
        signature: toBase64(signature),
        payload: toBase64(entry.payload),
      }),
      deviceId: chain.deviceId,
      epoch: chain.epoch,
      seq: chain.nextSeq,
      entryHash: entry.hash,
      at: runtime.now(),
    };
    await stored(() => db.pendingCommands.add(record));
    return record;
  }

  #send(record: PendingCommandRecord): Promise<CommandDone> {
    const { versionId, kind, body, contentHash, idempotencyKey } = record;
    return this.#settle(record, () =>
      this.#options.api.command(versionId, kind as CommandKind, { body, contentHash, idempotencyKey }),
    );
  }

  /** An act about an emergency role is kept with its path in the place of a version. */
  #deliver(record: PendingCommandRecord): Promise<void> {
    return this.#settle(record, () => this.#options.api.emergencies.act(record.versionId, record.body));
  }

  async #settle<T>(record: PendingCommandRecord, deliver: () => Promise<T>): Promise<T> {
    const { db } = this.#options;
    const { idempotencyKey } = record;
    try {
      const done = await deliver();
      await stored(() =>
        db.transaction('rw', [db.pendingCommands, db.chains], async () => {
          await db.pendingCommands.delete(idempotencyKey);
          const chain = await this.#chain(record.deviceId, record.epoch);
          if (chain.nextSeq === record.seq) await db.chains.put(advanced(chain, record.entryHash));
        }),
      );
      return done;
    } catch (error) {
      if (isFinal(error)) await stored(() => db.pendingCommands.delete(idempotencyKey));
      if (error instanceof ApiError && error.code === 'chain') await this.#options.relearnChain();
      throw error;
    }
  }

  async #chain(deviceId: string, epoch: string): Promise<ChainRecord> {
    const held = await this.#options.db.chains.get([deviceId, epoch]);
    return held ?? { deviceId, epoch, nextSeq: 0, prevDev: '' };
  }

  /** What the person binds, by kind (shared/history, payloads). */
  async #part0(
    { summary: { versionId }, contentHash, authors, submittedIndex }: VersionDetail,
    kind: CommandKind,
    fields: CommandFields,
    idempotencyKey: string,
  ): Promise<unknown> {
    const version = { versionId, contentHash };
    switch (kind) {
      case 'submit':
        return { ...version, authors: authors.map(({ userId }) => userId).sort(), changes: fields.changes ?? [] };
      case 'approve': {
        if (submittedIndex === null) throw new Error('The version was not submitted, so there is nothing to approve.');
        const policyHash = await this.#options.policyHash();
        return { ...version, logIndex: submittedIndex, policyHash, decision: 'APPROVE' };
      }
      case 'export':
        return { ...version, target: fields.target ?? 'billing', idempotencyKey };
      case 'execute':
        return version;
      default:
        return { ...version, ...fields };
    }
  }
}
