// Turns the head of the queue into one signed batch (DESIGN §3 step 5). Owns how much fits and what is signed; must not store or send.
import { jsonPart, utf8 } from '@countersign/shared/history';
import { type Command, LIMITS } from '@countersign/shared/protocol';
import type { CountersignHost } from '../../host/contract.ts';
import type { BatchKind, ChainRecord, EpochRecord, SealedBatch } from '../storage/index.ts';
import type { DraftPicture } from './draftPicture.ts';
import type { Placed } from './draftWork.ts';
import type { Runtime } from './runtime.ts';
import { type Signer, unsignedEntry } from './signedEntry.ts';

/** Room in a batch for what is not a command: ids of draft and sheets, part lengths, heads of updates. */
const FRAME_BYTES = 2048;
/** A written value costs its text once more in the Yjs update, with its key and the item before it. */
const ITEM_BYTES = 96;

/** Upper bound of the bytes a command takes in a payload. */
function commandBytes(command: Command): number {
  return jsonPart(command).length + 1 + ITEM_BYTES + (command.to === null ? 0 : utf8(command.to).length);
}

/** Whether a command fits in a batch by itself. */
export function fitsOneBatch(command: Command): boolean {
  return commandBytes(command) <= LIMITS.batchBytes - FRAME_BYTES;
}

/** Commands that are signed together. */
export interface Batch {
  readonly kind: BatchKind;
  readonly commands: Placed[];
}

/** The first commands of the queue that one batch may hold: one kind only, because a choice is an entry of its own. */
function batchHead(queue: readonly Placed[], most: number): Batch | null {
  const kind = queue[0]?.kind;
  if (kind === undefined) return null;
  const first = queue.slice(0, most);
  const end = first.findIndex((queued) => queued.kind !== kind);
  return { kind, commands: end < 0 ? first : first.slice(0, end) };
}

/** The commands of the next batch: of one kind, at most `most`, at most 64 KB. */
export function nextBatch(queue: readonly Placed[], most: number): Batch | null {
  const head = batchHead(queue, most);
  if (head === null) return null;
  let room = LIMITS.batchBytes - FRAME_BYTES;
  let count = 0;
  for (const { command } of head.commands) {
    room -= commandBytes(command);
    if (room < 0 && count > 0) break;
    count += 1;
  }
  return { kind: head.kind, commands: head.commands.slice(0, count) };
}

export interface SealingContext {
  readonly runtime: Runtime;
  readonly host: CountersignHost;
  readonly signer: Signer;
  readonly picture: DraftPicture;
}

/**
 * Applies a batch to the author documents and signs it. When signing fails the author documents are ahead of the log and must be
 * rebuilt by the caller.
 */
export async function sealBatch(
  { runtime, host, signer, picture }: SealingContext,
  batch: Batch,
  epoch: EpochRecord,
  chain: ChainRecord,
): Promise<SealedBatch> {
  const commands = batch.commands.map(({ command }) => command);
  const updates = picture.encode(commands, epoch.clientId);
  const { lastFold: fold } = picture.state;
  const part0 = {
    draftId: picture.draftId,
    commands,
    updates: updates.map(({ sheet }, i) => ({ sheet, part: i + 1 })),
    ...(fold === undefined ? {} : { fold }),
  };
  const entry = unsignedEntry(
    runtime,
    signer,
    chain,
    picture.draftId,
    batch.kind,
    part0,
    updates.map(({ update }) => update),
  );
  return {
    draftId: picture.draftId,
    kind: batch.kind,
    entry: entry.bytes,
    signature: await host.deviceKey.sign(entry.bytes),
    payload: entry.payload,
    entryHash: entry.hash,
    deviceId: signer.deviceId,
    epoch: epoch.epoch,
    commands: batch.commands,
    at: runtime.now(),
  };
}
