/**
 * Edits signed before anything is measured: the clock then sees servers, not the keys and documents of twenty people in one
 * process. Owns the people, their rows and their signed bytes.
 */

import type { NewRow } from '@countersign/shared/document';
import { type DraftState, encodeCommands, newCommandId } from '@countersign/shared/document';
import type { IssuedEpoch } from '@countersign/shared/protocol/api';
import { encodeStateAsUpdate } from 'yjs';
import type { SignedEntry } from '../sync-server/history/index.ts';
import { TestPerson } from '../sync-server/testKit/testClient.ts';
import { sampleSheets } from '../sync-server/testKit/testServer.ts';

export const MOST_CLIENTS = 20;
const SHEET = 'lines';

export const rowOf = (client: number): string => `r-bench${String(client).padStart(7, '0')}`;

/** The sample contract with a line for each client. */
export function benchSheets(): ReturnType<typeof sampleSheets> {
  const sheets = new Map(sampleSheets());
  const lines = Array.from(
    { length: MOST_CLIENTS },
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

/** One edit as our server takes it, and the same Yjs update as a plain relay takes it. */
export interface PreparedEdit {
  readonly signed: SignedEntry;
  readonly update: Uint8Array;
}

export interface PreparedClient {
  readonly person: TestPerson;
  readonly clientId: number;
  /** Log size that the person has seen. */
  readonly size: number;
  readonly base: Uint8Array;
  readonly edits: readonly PreparedEdit[];
}

/** Signs in, enrols a device, takes an epoch and signs `count` rates of the client's own line. */
export async function prepareClient(
  url: string,
  versionId: string,
  client: number,
  count: number,
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
  const edits = Array.from({ length: count }, (_, i) =>
    prepare(person, draft.state, versionId, epoch, rowOf(client), i),
  );
  return { person, clientId: epoch.clientId, size: draft.state.size, base, edits };
}

function prepare(
  person: TestPerson,
  state: DraftState,
  versionId: string,
  epoch: IssuedEpoch,
  rowId: string,
  i: number,
): PreparedEdit {
  const doc = state.sheet(SHEET);
  const command = {
    id: newCommandId(),
    sheet: SHEET,
    rowId,
    field: 'rate',
    from: doc.value(rowId, 'rate'),
    to: `${i + 2}.00`,
    seen: String(state.size),
  };
  const update = encodeCommands(doc, epoch.clientId, [command]);
  const part0 = { draftId: versionId, commands: [command], updates: [{ sheet: SHEET, part: 1 }] };
  return { update, signed: person.device.sign('edit', versionId, part0, [update], epoch.epoch) };
}
