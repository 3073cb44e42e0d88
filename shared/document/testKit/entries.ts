// Accepted entries for the tests of this folder: a draft's creation and what devices write in it. Must not be imported by the product.
import { jsonPart, type PayloadOf } from '@countersign/shared/history';
import type { Command } from '@countersign/shared/protocol';
import type { AcceptedEntry } from '../acceptedEntry.ts';
import { encodeBatch } from '../batch.ts';
import { DraftState } from '../draftState.ts';
import { linesUpdate } from './draft.ts';

/** The draft of these entries. */
export const DRAFT = 'v-000000000001';

/** The `create` entry of a contract with so many lines. */
export function created(rows: number): AcceptedEntry {
  return {
    index: 0,
    at: '2026-01-01T00:00:00.000Z',
    entry: { kind: 'create', user: 'system', dev: 'd-server' },
    parts: [
      jsonPart({
        versionId: DRAFT,
        contractId: 'c-1',
        kind: 'CONTRACT',
        title: 'November flight',
        number: '1',
        sequence: 1,
        baseVersionId: null,
        sheets: [{ sheet: 'lines', part: 1 }],
      }),
      linesUpdate(rows),
    ],
  };
}

/** A person's device: a replica of the log and a client id. */
export class Device {
  readonly draft = new DraftState(DRAFT);
  readonly name: string;
  readonly client: number;
  constructor(name: string, client: number, log: readonly AcceptedEntry[]) {
    this.name = name;
    this.client = client;
    for (const each of log) this.draft.applyEntry(each);
  }

  /** Seals commands on the author's documents, as a queue does once nothing is in flight. */
  seal(commands: readonly Command[]): { update: Uint8Array; sheet: string }[] {
    return encodeBatch(this.draft.docs, this.client, commands);
  }
}

/** The fold of a draft as it is now, as the server writes it. */
export function folded(index: number, draft: DraftState, more: Partial<PayloadOf<'fold'>> = {}): AcceptedEntry {
  const { sheets, updateOf } = draft.planFold();
  const contentHash = draft.contentHash();
  const part0 = {
    draftId: DRAFT,
    contentHashBefore: contentHash,
    contentHashAfter: contentHash,
    sheets: sheets.map((sheet, i) => ({ sheet, part: i + 1 })),
    ...more,
  };
  return {
    index,
    at: '2026-01-01T00:00:00.000Z',
    entry: { kind: 'fold', user: 'system', dev: 'd-server' },
    parts: [jsonPart(part0), ...sheets.map((sheet, i) => updateOf(sheet, 1_000_000 + index * 100 + i))],
  };
}

/** The entry of a batch that the device seals now. */
export function edit(
  index: number,
  device: Device,
  commands: readonly Command[],
  kind: 'edit' | 'choose' = 'edit',
): AcceptedEntry {
  const updates = device.seal(commands);
  const { lastFold: fold } = device.draft;
  return {
    index,
    at: `2026-01-01T00:00:${String(index % 60).padStart(2, '0')}.000Z`,
    entry: { kind, user: `u-${device.name}`, dev: `d-${device.name}` },
    parts: [
      jsonPart({
        draftId: DRAFT,
        commands,
        updates: updates.map(({ sheet }, i) => ({ sheet, part: i + 1 })),
        ...(fold === undefined ? {} : { fold }),
      }),
      ...updates.map(({ update }) => update),
    ],
  };
}
