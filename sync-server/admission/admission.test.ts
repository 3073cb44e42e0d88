import { CHAIN_START, decodePayload, entrySchema, parseCanonical } from '@countersign/shared/history';
import type { EditPayload } from '@countersign/shared/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TestDraft } from '../testKit/testDraft.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';
import { chainPlace } from './chainPlace.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await server.dispose();
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const FIELDS = ['note', 'breakType', 'airTime', 'rate'] as const;

describe('admission under pressure', () => {
  it('[ADM-11] random edits of three people with reconnects and resends: all replicas end equal, nothing acknowledged is lost or doubled', async () => {
    const seeds = [20261121, 7, 99];
    for (const seed of seeds) await schedule(seed);
  });

  async function schedule(seed: number): Promise<void> {
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >>> 8) % below;
    };
    const versionId = await createSample(server);
    const people: TestPerson[] = [];
    const drafts: TestDraft[] = [];
    for (const userId of ['u-finance', 'u-ops', 'u-reviewer']) {
      const person = await TestPerson.signIn(server.url, userId);
      people.push(person);
      drafts.push(await person.openDraft(versionId));
    }
    let accepted = 0;
    for (let step = 0; step < 30; step += 1) {
      const who = random(3);
      const [person, draft] = [people[who], drafts[who]];
      if (person === undefined || draft === undefined) throw new Error('three people take part');
      if (random(6) === 0) {
        draft.close();
        drafts[who] = await person.openDraft(versionId);
        continue;
      }
      const field = FIELDS[random(FIELDS.length)] ?? 'note';
      const value = field === 'rate' ? `${random(90) + 10}.00` : `v${step}`;
      const signed = await draft.sign([draft.command('lines', random(2) === 0 ? ROW.one : ROW.two, field, value)]);
      // Some acknowledgements get lost: the same bytes go again.
      if (random(4) === 0) draft.submit(signed);
      expect(await draft.answerTo(signed), `seed ${seed}, step ${step}`).toBe('stored');
      accepted += 1;
    }
    const edits = await server.services.storage.logPage({ docs: [versionId], kind: 'edit', limit: 100 });
    expect(edits.length).toBe(accepted);
    const { contentHash, index } = await server.services.views.contentOf(versionId);
    for (const draft of drafts) {
      await draft.until(() => draft.state.size > index);
      expect(draft.state.contentHash()).toBe(contentHash);
      expect(draft.state.contests()).toEqual(drafts[0]?.state.contests());
    }
  }

  it('[ADM-12] a batch with any byte changed is refused or closes the socket; nothing is stored and the next one works', async () => {
    const versionId = await createSample(server);
    const person = await TestPerson.signIn(server.url, 'u-finance');
    let draft = await person.openDraft(versionId);
    const signed = await draft.sign([draft.command('lines', ROW.one, 'rate', '11.00')]);
    const size = server.services.history.size;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('bytes', 'signature', 'payload' as const),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (part, position, flip) => {
          const changed = {
            bytes: signed.bytes.slice(),
            signature: signed.signature.slice(),
            payload: signed.payload.slice(),
          };
          const target = changed[part as 'bytes'];
          target[position % target.length] = (target[position % target.length] ?? 0) ^ flip;
          draft.submit({ ...signed, ...changed });
          await draft.until(() => draft.refused.length > 0 || draft.closed !== null);
          draft.refused.length = 0;
          if (draft.closed !== null) draft = await person.openDraft(versionId);
          expect(server.services.history.size).toBe(size);
        },
      ),
      { numRuns: 150, seed: 4711 },
    );
    expect(await draft.answerTo(signed)).toBe('stored');
  });

  it('[ADM-13] every writing epoch has its own client id, and none is given twice', async () => {
    const versionId = await createSample(server);
    const [first, second] = [
      await TestPerson.signIn(server.url, 'u-finance'),
      await TestPerson.signIn(server.url, 'u-ops'),
    ];
    const issued: { epoch: string; clientId: number }[] = [];
    for (const person of [first, second, first]) {
      const { body } = await person.post<{ epoch: string; clientId: number }[]>(`/versions/${versionId}/epochs`, {
        deviceId: person.device.id,
        count: 4,
      });
      issued.push(...body);
    }
    expect(issued).toHaveLength(12);
    expect(new Set(issued.map(({ clientId }) => clientId)).size).toBe(12);
    expect(new Set(issued.map(({ epoch }) => epoch)).size).toBe(12);
  });

  it('[ADM-16] what was signed upon another history than the log has is refused', async () => {
    const versionId = await createSample(server);
    const { history, storage } = server.services;
    const person = await TestPerson.signIn(server.url, 'u-finance');
    const draft = await person.openDraft(versionId);
    const signed = await draft.sign([draft.command('lines', ROW.one, 'rate', '11.00')]);
    const entry = entrySchema.parse(parseCanonical(signed.bytes));
    const verified = (seenSize: number, seenRoot: string) => ({
      ...signed,
      entry: signed.bytes,
      parsed: { ...entry, seenSize: String(seenSize), seenRoot },
      hash: 'f'.repeat(64),
      parts: [],
      device: server.services.people.device(entry.dev) ?? expect.fail('the device is enrolled'),
    });
    const placed = async (seenSize: number, seenRoot: string) =>
      (await chainPlace(history, storage, verified(seenSize, seenRoot))).kind;
    const last = history.checkpoint();
    expect(await placed(last?.size ?? 0, history.checkpoints.lastRoot)).toBe('next');
    expect(await placed(0, '')).toBe('next');
    expect(await placed(last?.size ?? 0, 'a'.repeat(64))).toBe('refused');
    expect(await placed(history.size + 1, 'a'.repeat(64))).toBe('refused');
    expect(await draft.answerTo(signed)).toBe('stored');
  });

  it('[ADM-7] a payload that names a part twice, leaves one out, has no command or an unknown member is refused', async () => {
    const versionId = await createSample(server);
    const person = await TestPerson.signIn(server.url, 'u-finance');
    const spoilers: ((part0: EditPayload) => object)[] = [
      (part0) => ({ ...part0, updates: [...part0.updates, ...part0.updates] }),
      (part0) => ({ ...part0, updates: [] }),
      (part0) => ({ ...part0, commands: [] }),
      (part0) => ({ ...part0, extra: true }),
    ];
    for (const spoil of spoilers) {
      const draft = await person.openDraft(versionId);
      const { epoch } = await draft.epoch();
      const good = await draft.sign([draft.command('lines', ROW.one, 'rate', '11.00')]);
      const [head, ...updates] = decodePayload(good.payload);
      const part0 = JSON.parse(new TextDecoder().decode(head)) as EditPayload;
      const before = server.services.history.size;
      person.device.rewind(epoch, CHAIN_START);
      const spoiled = person.device.sign('edit', versionId, spoil(part0), updates, epoch);
      expect(await draft.answerTo(spoiled)).toMatchObject({ code: 'malformed' });
      expect(server.services.history.size).toBe(before);
      draft.close();
    }
  });

  it('[SRV-8] [SRV-2] when the disk does not take a batch nothing of it is kept or sent; the same bytes are stored later', async () => {
    const versionId = await createSample(server);
    const person = await TestPerson.signIn(server.url, 'u-finance');
    const draft = await person.openDraft(versionId);
    const other = await (await TestPerson.signIn(server.url, 'u-ops')).openDraft(versionId);
    await draft.takeEpoch();
    const signed = await draft.sign([draft.command('lines', ROW.one, 'rate', '11.00')]);
    const { storage } = server.services;
    const before = await server.services.views.contentOf(versionId);
    const works = storage.transaction;
    storage.transaction = async () => {
      throw new Error('no space left on device');
    };
    expect(await draft.answerTo(signed)).toMatchObject({ code: 'storage' });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    storage.transaction = works;
    expect(await server.services.views.contentOf(versionId)).toEqual(before);
    expect(await draft.answerTo(signed)).toBe('stored');
    await other.until(() => other.value('lines', ROW.one, 'rate') === '11.00');
    expect(other.frames.filter((name) => name === 'entry').length).toBe(2);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  it('[ADM-9] what comes again while it is written, and then is not stored, ends no epoch: the same bytes are stored later', async () => {
    const versionId = await createSample(server);
    const person = await TestPerson.signIn(server.url, 'u-finance');
    const draft = await person.openDraft(versionId);
    const again = await person.openDraft(versionId);
    await draft.takeEpoch();
    const first = await draft.sign([draft.command('lines', ROW.one, 'rate', '11.00')]);
    const second = await draft.sign([draft.command('lines', ROW.two, 'rate', '12.00')]);
    const { storage, history } = server.services;
    const works = storage.transaction;
    const written = Promise.withResolvers<never>();
    storage.transaction = () => written.promise;
    const { nextIndex } = history.sequencer;
    draft.submit(first);
    draft.submit(second);
    while (history.sequencer.nextIndex < nextIndex + 2) await turn();
    const settled = vi.spyOn(history.sequencer, 'settled');
    const answers = [again.answerTo(first), again.answerTo(second)];
    while (settled.mock.calls.length === 0) await turn();
    settled.mockRestore();
    written.reject(new Error('no space left on device'));
    expect((await Promise.all(answers)).map((answer) => (answer === 'stored' ? answer : answer.code))).toEqual([
      'storage',
      'chain',
    ]);
    storage.transaction = works;
    expect(await again.answerTo(first)).toBe('stored');
    expect(await again.answerTo(second)).toBe('stored');
  });
});

describe('slow readers', () => {
  it('[SRV-10] a reader that stops reading is cut off; the others are not held up, and it reads on from where it was', async () => {
    await server.dispose();
    const limits = {
      bytesPerSecond: 1e9,
      byteBurst: 1e9,
      framesPerSecond: 1e6,
      frameBurst: 1e6,
      outgoingBytes: 256 * 1024,
    };
    server = await startTestServer({}, { limits });
    const versionId = await createSample(server);
    const finance = await (await TestPerson.signIn(server.url, 'u-finance')).openDraft(versionId);
    const viewer = await TestPerson.signIn(server.url, 'u-viewer');
    const slow = await viewer.openDraft(versionId);
    const had = slow.state.size;
    slow.pause();
    // Imports of 2 MB each, until what the reader leaves unread fills the system's buffers and ours.
    const rows = (n: number) =>
      Array.from({ length: 100 }, (_, i) => ({
        rowId: `r-row${String(n).padStart(4, '0')}${String(i).padStart(5, '0')}`,
        values: { key: `${n}.${i}`, text: 'x'.repeat(19_000) },
      }));
    let imports = 0;
    while ((await socketCount()) === 2) {
      const added = new Map([['clauses' as const, rows(imports)]]);
      const by = { userId: 'u-finance', roles: ['editor' as const] };
      const file = { fileHash: '0'.repeat(64), fileName: 'clauses.csv', rows: 100 };
      await server.services.commitImport({ draftId: versionId, by, ...file, added, commands: [] });
      imports += 1;
      await finance.until(() => finance.state.sheet('clauses').rowIds().length === 1 + 100 * imports);
    }
    slow.resume();
    await slow.until(() => slow.closed !== null);
    expect(slow.closed?.code).toBe(1006);
    const again = await viewer.openDraft(versionId);
    expect(again.state.size).toBeGreaterThan(had);
    await finance.until(() => finance.state.size === again.state.size);
    expect(again.state.contentHash()).toBe(finance.state.contentHash());
  });

  async function socketCount(): Promise<number> {
    const { values } = await server.services.metrics.sockets.get();
    return values[0]?.value ?? 0;
  }
});
