import type { Parked } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type SignedEntry, StorageUnavailable } from '../history/index.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';
import { MOST_PARKED } from './parking.ts';

let server: TestServer;
let clock = Date.parse('2026-11-21T09:00:00.000Z');
beforeAll(async () => {
  server = await startTestServer({}, { now: () => new Date(clock) });
});
afterAll(() => server.dispose());

/** Somebody whose device was revoked while their draft was open. */
async function revoked(versionId: string, count = 1) {
  const finance = await TestPerson.signIn(server.url, 'u-finance');
  const draft = await finance.openDraft(versionId);
  const first = await draft.sign([draft.command('lines', ROW.one, 'rate', '111.00')]);
  expect(await draft.answerTo(first)).toBe('stored');
  await draft.until(() => draft.value('lines', ROW.one, 'rate') === '111.00');
  const device = server.services.people.device(finance.device.id);
  if (device === null) throw new Error('the device is enrolled');
  const waiting: SignedEntry[] = [];
  for (let i = 0; i < count; i += 1) {
    waiting.push(await draft.sign([draft.command('lines', ROW.one, 'rate', `${222 + i}.00`)]));
  }
  await server.services.people.revokeDevice(device);
  const [later] = waiting;
  if (later === undefined) throw new Error('nothing was signed');
  return { draft, first, later, waiting };
}

const parkedFor = async (userId: string): Promise<Parked[]> =>
  (await (await TestPerson.signIn(server.url, userId)).get<Parked[]>('/parked')).body;

describe('a revoked device', () => {
  it('[ADM-14] what it sends is kept once and not applied, also over a restart', async () => {
    const versionId = await createSample(server);
    const { draft, first, later } = await revoked(versionId);
    const refusal = await draft.answerTo(later);
    expect(refusal).toMatchObject({ code: 'revoked', text: expect.stringMatching(/kept as entry \d+ of the log/) });
    expect(await draft.answerTo(later)).toMatchObject({ text: (refusal as { text: string }).text });
    expect(await draft.answerTo(first)).toBe('stored');
    const { content } = await server.services.views.contentOf(versionId);
    expect(content.sheets.lines?.find(({ rowId }) => rowId === ROW.one)?.rate).toBe('111.00');
    server = await server.restart();
    expect(await parkedFor('u-admin')).toHaveLength(1);
    expect(await server.services.storage.logPage({ kind: 'park', limit: 10 })).toHaveLength(1);
  });

  it('[ADM-15] admins, auditors and its author read what it would have changed; others do not', async () => {
    const mine = {
      userId: 'u-finance',
      changes: [{ sheet: 'lines', label: 'Rate', field: 'rate', from: '111.00', to: '222.00' }],
    };
    for (const userId of ['u-admin', 'u-auditor', 'u-finance']) {
      expect(await parkedFor(userId), userId).toMatchObject([mine]);
    }
    for (const userId of ['u-ops', 'u-viewer']) expect(await parkedFor(userId), userId).toEqual([]);
  });

  it('[ADM-14] parks only so much in an hour, so that a stolen key cannot fill the log', async () => {
    const versionId = await createSample(server);
    const { draft, waiting } = await revoked(versionId, MOST_PARKED.entries + 3);
    const before = server.services.history.size;
    const texts: string[] = [];
    for (const signed of waiting) {
      const answer = await draft.answerTo(signed);
      texts.push(answer === 'stored' ? answer : answer.text);
    }
    expect(texts.filter((text) => text.includes('kept as entry'))).toHaveLength(MOST_PARKED.entries);
    expect(texts.at(-1)).toContain('as much as is kept');
    expect(server.services.history.size).toBe(before + MOST_PARKED.entries);
    clock += 3_600_001;
    const last = waiting.at(-1);
    const later = last === undefined ? 'stored' : await draft.answerTo(last);
    expect(later).toMatchObject({ text: expect.stringContaining('kept as entry') });
  });

  it('[ADM-14] nothing that is not well signed is parked', async () => {
    const versionId = await createSample(server);
    const { draft, later } = await revoked(versionId);
    const before = server.services.history.size;
    const signature = later.signature.slice();
    signature[0] = (signature[0] ?? 0) ^ 1;
    expect(await draft.answerTo({ ...later, signature })).toMatchObject({ code: 'malformed' });
    expect(server.services.history.size).toBe(before);
  });

  it('[ADM-14] [AUTH-9] nothing is parked for a revocation that the disk does not take', async () => {
    const versionId = await createSample(server);
    const { people, storage, history } = server.services;
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const draft = await finance.openDraft(versionId);
    const signed = await draft.sign([draft.command('lines', ROW.one, 'rate', '111.00')]);
    const device = people.device(finance.device.id);
    if (device === null) throw new Error('the device is enrolled');
    const size = history.size;
    const writing = vi.spyOn(storage, 'transaction');
    const decided = vi.spyOn(people, 'decidedDevice');
    try {
      const disk = Promise.withResolvers<never>();
      writing.mockImplementationOnce(() => disk.promise);
      const revoking = expect(people.revokeDevice(device)).rejects.toThrow(StorageUnavailable);
      await vi.waitFor(() => expect(people.device(device.id)?.revokedAt).not.toBeNull());
      const enrolling = people.enrolDevice('u-finance', device.publicKey, 'Browser');
      const answer = draft.answerTo(signed);
      // Once for the enrolment, once for the edit: both wait for the revocation now.
      await vi.waitFor(() => expect(decided).toHaveBeenCalledTimes(2), { timeout: 30_000 });
      disk.reject(new Error('the disk is full'));
      await revoking;
      expect(await enrolling).toMatchObject({ id: device.id, revokedAt: null });
      expect(await answer).toMatchObject({ code: 'storage' });
      expect(history.size).toBe(size);
    } finally {
      writing.mockRestore();
      decided.mockRestore();
    }
    expect(await draft.answerTo(signed)).toBe('stored');
  });
});
