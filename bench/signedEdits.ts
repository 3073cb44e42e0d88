/**
 * Edits signed before anything is measured: the clock then sees servers, not the keys and documents of twenty people in one
 * process. Owns the people, their rows and their signed bytes.
 */

import { type DraftState, encodeCommands, type NewRow, newCommandId } from '@countersign/shared/document';
import type { IssuedEpoch } from '@countersign/shared/protocol/api';
import { encodeStateAsUpdate } from 'yjs';
import type { SignedEntry } from '../sync-server/history/index.ts';
import { TestPerson } from '../sync-server/testKit/testPerson.ts';
import { sampleSheets } from '../sync-server/testKit/testServer.ts';

const MOST_CLIENTS = 50;
/** Lines that each client edits. */
const ROWS_OF_CLIENT = 64;
/** Columns that it writes, one after the other down its lines: a batch writes no cell twice, also at its largest. */
const FIELDS = ['rate', 'quantity', 'note', 'lengthSeconds'] as const;
export const SHEET = 'lines';

const rowOf = (row: number): string => `r-bench${String(row).padStart(7, '0')}`;

/** The sample contract with 64 lines for each client, or as many lines as asked for. */
export function benchSheets(length = MOST_CLIENTS * ROWS_OF_CLIENT): ReturnType<typeof sampleSheets> {
  const sheets = new Map(sampleSheets());
  const lines = Array.from(
    { length },
    (_, i): NewRow => ({
      rowId: rowOf(i),
      values: {
        line: `${i + 10}.0`,
        product: 'News',
        from: '2099-01-01',
        to: '2099-01-31',
        quantity: '1',
        rateType: 'SPOT',
        rate: '1.00',
      },
    }),
  );
  return sheets.set(SHEET, lines);
}

/** What a client sends at once: signed as our server takes it, and the same change as a plain relay takes it. */
export interface PreparedBatch {
  /** Null where only relays are sent it. */
  readonly signed: SignedEntry | null;
  readonly update: Uint8Array;
  /** Edits of one cell each. */
  readonly edits: number;
}

/** A batch as our server takes it. @throws Error for one that was prepared for a relay. */
export function signedOf({ signed }: PreparedBatch): SignedEntry {
  if (signed === null) throw new Error('these edits were prepared for a relay');
  return signed;
}

export interface PreparedClient {
  readonly person: TestPerson;
  readonly clientId: number;
  /** Log size that the person has seen. */
  readonly size: number;
  readonly base: Uint8Array;
  readonly batches: readonly PreparedBatch[];
}

/** Signs in, enrols a device, takes an epoch and signs `edits` cells of the client's own lines, `perBatch` to a batch. */
export async function prepareClient(
  url: string,
  versionId: string,
  client: number,
  edits: number,
  perBatch: number,
  isSigned = true,
): Promise<PreparedClient> {
  const person = await TestPerson.signIn(url, 'u-finance');
  const { body } = await person.post<IssuedEpoch[]>(`/versions/${versionId}/epochs`, {
    deviceId: person.device.id,
    count: 1,
  });
  const [epoch] = body;
  if (epoch === undefined) throw new Error('no epoch was issued');
  const draft = await person.openDraft(versionId);
  draft.close();
  const base = encodeStateAsUpdate(draft.state.sheet(SHEET).y);
  const batches = Array.from({ length: Math.ceil(edits / perBatch) }, (_, batch) => {
    const made = Array.from({ length: perBatch }, (_, i) => batch * perBatch + i);
    return prepare(isSigned ? person : null, draft.state, versionId, epoch, client, made);
  });
  return { person, clientId: epoch.clientId, size: draft.state.size, base, batches };
}

function prepare(
  person: TestPerson | null,
  state: DraftState,
  versionId: string,
  epoch: IssuedEpoch,
  client: number,
  edits: readonly number[],
): PreparedBatch {
  const doc = state.sheet(SHEET);
  const commands = edits.map((edit) => {
    const rowId = rowOf(client * ROWS_OF_CLIENT + (edit % ROWS_OF_CLIENT));
    const field = FIELDS[Math.floor(edit / ROWS_OF_CLIENT) % FIELDS.length] ?? FIELDS[0];
    return {
      id: newCommandId(),
      sheet: SHEET,
      rowId,
      field,
      from: doc.value(rowId, field),
      to: `${edit + 2}.00`,
      seen: String(state.size),
    };
  });
  const update = encodeCommands(doc, epoch.clientId, commands);
  const part0 = { draftId: versionId, commands, updates: [{ sheet: SHEET, part: 1 }] };
  const signed = person?.device.sign('edit', versionId, part0, [update], epoch.epoch) ?? null;
  return { update, signed, edits: edits.length };
}
