import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserHost } from '../../host/browser.ts';
import { DeviceKeyStore } from '../../host/deviceKeyStore.ts';
import { Profile } from '../storage/index.ts';
import { createEngine, type DraftSession, type Engine, type Socket } from './index.ts';
import { RealServer } from './testKit/realServer.ts';

const server = new RealServer();
const engines: Engine[] = [];
let profiles = 0;

beforeAll(() => server.start());
afterAll(async () => {
  for (const engine of engines) await engine.close();
  await server.remove();
});

interface Desk {
  readonly name: string;
  readonly engine: Engine;
  /** The way to the server, which a test may cut. */
  readonly network: { cut(): void; mend(): void };
  readonly again: () => Promise<Engine>;
}

/** A browser profile of its own. */
async function desk(userId: string): Promise<Desk> {
  profiles += 1;
  const name = `desk-${profiles}`;
  const keys = new DeviceKeyStore(`${name}-keys`);
  const sockets = new Set<WebSocket>();
  let isUp = true;
  const start = async (): Promise<Engine> => {
    const host = browserHost({ serverUrl: server.url, keys });
    host.setConfirmer(async () => true);
    const engine = await createEngine({
      host,
      profile: new Profile(name),
      fetch: (...request) => (isUp ? fetch(...request) : Promise.reject(new TypeError('the line is cut'))),
      openSocket(url, protocols) {
        const socket = new WebSocket(url, protocols);
        sockets.add(socket);
        return socket as unknown as Socket;
      },
    });
    engines.push(engine);
    return engine;
  };
  const engine = await start();
  await engine.signIn(userId);
  const network = {
    cut() {
      isUp = false;
      for (const socket of sockets) socket.close();
    },
    mend() {
      isUp = true;
    },
  };
  return { name, engine, network, again: start };
}

/** Waits for a state of the draft by its own announcements. */
function reached(draft: DraftSession, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const look = (): void => {
      if (!condition()) return;
      for (const stop of stops) stop();
      resolve();
    };
    stops.push(draft.onState(look), draft.onView(look));
    look();
  });
}

async function aDraft(engine: Engine): Promise<string> {
  const made = await engine.api.createContract({
    kind: 'CONTRACT',
    number: `T-${Math.random().toString(36).slice(2, 8)}`,
    title: 'Engine test',
    counterparty: 'Example Media',
  });
  const id = made.versions[0]?.versionId;
  if (id === undefined) throw new Error('no version was made');
  return id;
}

describe('against the real server', () => {
  test('[SYNC-1] an edit is stored and verified, and another person sees it', async () => {
    const a = await desk('u-finance');
    const b = await desk('u-ops');
    const id = await aDraft(a.engine);
    const mine = await a.engine.openDraft(id);
    const theirs = await b.engine.openDraft(id);
    const [row = ''] = await mine.insertRows('lines', null, [{ line: '1', product: 'News', rate: '4,000.00' }]);
    await mine.settled();
    await reached(theirs, () => theirs.rowIds('lines').includes(row));
    expect(theirs.value('lines', row, 'rate')).toBe('4000.00');
    await reached(mine, () => mine.status().stage === 'verified');
    expect(mine.status().trouble).toBeNull();
    expect(a.engine.verifiedCheckpoint()?.size).toBeGreaterThan(0);
  });

  test('[SYNC-34] a window does not list itself, and lists the other one', async () => {
    const a = await desk('u-finance');
    const b = await desk('u-ops');
    const id = await aDraft(a.engine);
    const mine = await a.engine.openDraft(id);
    const theirs = await b.engine.openDraft(id);
    await reached(mine, () => mine.peers().length === 1);
    await reached(theirs, () => theirs.peers().length === 1);
    expect(mine.peers().map(({ userId }) => userId)).toEqual(['u-ops']);
    expect(theirs.peers().map(({ userId }) => userId)).toEqual(['u-finance']);
  });

  test('[SYNC-13] unseen writes are contested on both sides and one choice settles them', async () => {
    const a = await desk('u-finance');
    const b = await desk('u-ops');
    const id = await aDraft(a.engine);
    const mine = await a.engine.openDraft(id);
    const theirs = await b.engine.openDraft(id);
    const [row = ''] = await mine.insertRows('lines', null, [{ line: '1', product: 'News', rate: '1' }]);
    await reached(theirs, () => theirs.rowIds('lines').includes(row));
    const edit = (typed: string) => [{ sheet: 'lines' as const, rowId: row, field: 'rate', typed }];
    await Promise.all([mine.edit(edit('2')), theirs.edit(edit('3'))]);
    await Promise.all([mine.settled(), theirs.settled()]);
    await reached(mine, () => mine.contests().length === 1);
    await reached(theirs, () => theirs.contests().length === 1);
    const [contest] = mine.contests();
    if (contest === undefined) throw new Error('no contest');
    expect(contest.values.map(({ value }) => value).sort()).toEqual(['2.00', '3.00']);
    await mine.choose(contest, '3.00');
    await reached(theirs, () => theirs.contests().length === 0 && theirs.value('lines', row, 'rate') === '3.00');
  });

  test('[SYNC-6] kill -9 while editing: nothing acknowledged is lost, what was not is sent again', async () => {
    const a = await desk('u-finance');
    const id = await aDraft(a.engine);
    const draft = await a.engine.openDraft(id);
    const [row = ''] = await draft.insertRows('lines', null, [{ line: '1', product: 'News', rate: '1' }]);
    await draft.settled();
    const edits = Array.from({ length: 20 }, (_, i) =>
      draft.edit([{ sheet: 'lines', rowId: row, field: 'rate', typed: String(i + 2) }]),
    );
    await server.stop('SIGKILL');
    await Promise.all(edits);
    await draft.edit([{ sheet: 'lines', rowId: row, field: 'note', typed: 'while it was down' }]);
    expect(draft.status().waiting).toBeGreaterThan(0);
    await server.start();
    await reached(draft, () => draft.status().waiting === 0);
    const { content } = await a.engine.api.content(id);
    expect(content.sheets.lines).toMatchObject([{ rate: '21.00', note: 'while it was down' }]);
    expect(draft.attention()).toEqual([]);
  });

  test('[CLI-4] with the server gone the last person’s drafts open from disk and take edits', async () => {
    const a = await desk('u-finance');
    const id = await aDraft(a.engine);
    await a.engine.api.contracts();
    const draft = await a.engine.openDraft(id);
    const [row = ''] = await draft.insertRows('lines', null, [{ line: '7', product: 'Film', rate: '10' }]);
    await draft.settled();
    await a.engine.close();
    await server.stop();
    const again = await a.again();
    expect(again.session()?.user.id).toBe('u-finance');
    expect((await again.cached.contracts())?.value.length).toBeGreaterThan(0);
    const offline = await again.openDraft(id);
    expect(offline.value('lines', row, 'rate')).toBe('10.00');
    await offline.edit([{ sheet: 'lines', rowId: row, field: 'rate', typed: '11' }]);
    expect(offline.status()).toMatchObject({ stage: 'onThisComputer', waiting: 1 });
    await server.start();
    await reached(offline, () => offline.status().waiting === 0);
    expect((await again.api.content(id)).content.sheets.lines).toMatchObject([{ rate: '11.00' }]);
  });

  test('[CLI-6] commands are signed and chained; edits made offline to a version executed meanwhile move into an amendment', async () => {
    const finance = await desk('u-finance');
    const ops = await desk('u-ops');
    const approver = await desk('u-approver');
    const controller = await desk('u-controller');
    const cards = await finance.engine.api.contracts();
    const id = cards.find(({ id }) => id === 'c-rc-vijaya-fm-np')?.versions[0]?.versionId;
    if (id === undefined) throw new Error('the demo has no such rate card');
    const draft = await finance.engine.openDraft(id);
    const term = draft.rowIds('terms').find((rowId) => draft.value('terms', rowId, 'key') === 'effectiveFrom') ?? '';
    await draft.edit([{ sheet: 'terms', rowId: term, field: 'value', typed: '1 Jan 2026' }]);
    await draft.settled();
    const late = await ops.engine.openDraft(id);
    const row = late.rowIds('rates')[0] ?? '';
    ops.network.cut();
    await late.edit([{ sheet: 'rates', rowId: row, field: 'note', typed: 'written on the train' }]);

    const submitted = await finance.engine.command(id, 'submit');
    expect(submitted.version.state).toBe('IN_REVIEW');
    // Terms that begin in the past need two approvers.
    expect((await approver.engine.command(id, 'approve')).version.state).toBe('IN_REVIEW');
    expect((await controller.engine.command(id, 'approve')).version.state).toBe('APPROVED');
    expect((await finance.engine.command(id, 'execute')).version.state).toBe('EXECUTED');

    ops.network.mend();
    await reached(late, () => late.attention().length === 1);
    const items = late.attention();
    expect(items[0]).toMatchObject({ code: 'frozen', to: 'written on the train' });
    const amended = await ops.engine.openAsAmendment(id, items);
    expect(amended.left).toEqual([]);
    await amended.session.settled();
    expect(amended.session.value('rates', row, 'note')).toBe('written on the train');
    expect(late.attention()).toEqual([]);
  });

  test('[CLI-7] a command that the server refuses says why and leaves the next one possible', async () => {
    const finance = await desk('u-finance');
    const id = await aDraft(finance.engine);
    await expect(finance.engine.command(id, 'submit')).rejects.toMatchObject({ name: 'ApiError' });
    await expect(finance.engine.command(id, 'approve')).rejects.toThrow();
    const cards = await finance.engine.api.contracts();
    const card = cards.find(({ id }) => id === 'c-rc-wadsworth-cable-2007')?.versions[0]?.versionId ?? '';
    expect((await finance.engine.command(card, 'submit')).version.state).toBe('IN_REVIEW');
    expect((await finance.engine.command(card, 'withdraw')).version.state).toBe('DRAFT');
  });

  test('[CLI-8] a cleared database takes its place in the command chain up again', async () => {
    const finance = await desk('u-finance');
    const card = (await finance.engine.api.contracts()).find(({ id }) => id === 'c-rc-one-gospel-2014-10');
    const id = card?.versions[0]?.versionId ?? '';
    await finance.engine.command(id, 'submit');
    await finance.engine.close();
    for (const { name = '' } of await indexedDB.databases())
      if (name.startsWith(`${finance.name}:`)) indexedDB.deleteDatabase(name);
    const again = await finance.again();
    await again.signIn('u-finance');
    expect((await again.command(id, 'withdraw')).version.state).toBe('DRAFT');
  });
});
