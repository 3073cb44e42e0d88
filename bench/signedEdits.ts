/**
 * Edits signed before anything is measured: the clock then sees servers, not the keys and documents of twenty people in one
 * process. Owns the people, their rows and their signed bytes.
 */

import type { NewRow } from '@countersign/shared/document';
import { type DraftState, encodeCommands, newCommandId } from '@countersign/shared/document';
import type { IssuedEpoch } from '@countersign/shared/protocol/api';
import { encodeStateAsUpdate } from 'yjs';
import type { SignedEntry } from '../sync-server/history/index.ts';
import { TestPerson } from '../sync-server/testKit/testPerson.ts';
import { sampleSheets } from '../sync-server/testKit/testServer.ts';

export const MOST_CLIENTS = 50;
/** Lines that each client edits in turn, and the most edits that one batch holds. */
export const ROWS_OF_CLIENT = 64;
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
  readonly signed: SignedEntry;
  readonly update: Uint8Array;
  /** Edits of one cell each. */
  readonly edits: number;
}

export interface PreparedClient {
  readonly person: TestPerson;
  readonly clientId: number;
  /** Log size that the person has seen. */
  readonly size: number;
  readonly base: Uint8Array;
  readonly batches: readonly PreparedBatch[];
}

/** Signs in, enrols a device, takes an epoch and signs `edits` rates of the client's own lines, `perBatch` (at most 64) to a batch. */
export async function prepareClient(
  url: string,
  versionId: string,
  client: number,
  edits: number,
  perBatch: number,
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
    return prepare(person, draft.state, versionId, epoch, client, made);
  });
  return { person, clientId: epoch.clientId, size: draft.state.size, base, batches };
}

function prepare(
  person: TestPerson,
  state: DraftState,
  versionId: string,
  epoch: IssuedEpoch,
  client: number,
  edits: readonly number[],
): PreparedBatch {
  const doc = state.sheet(SHEET);
  const commands = edits.map((edit) => {
    const rowId = rowOf(client * ROWS_OF_CLIENT + (edit % ROWS_OF_CLIENT));
    return {
      id: newCommandId(),
      sheet: SHEET,
      rowId,
      field: 'rate',
      from: doc.value(rowId, 'rate'),
      to: `${edit + 2}.00`,
      seen: String(state.size),
    };
  });
  const update = encodeCommands(doc, epoch.clientId, commands);
  const part0 = { draftId: versionId, commands, updates: [{ sheet: SHEET, part: 1 }] };
  const signed = person.device.sign('edit', versionId, part0, [update], epoch.epoch);
  return { update, signed, edits: edits.length };
}
