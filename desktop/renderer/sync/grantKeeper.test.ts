import { expect, test } from 'vitest';
import { OfflineGrantEnded } from './offlineGrant.ts';
import { alone } from './testKit/opened.ts';
import { type Computer, FIRST, SECOND, type World } from './testKit/world.ts';

const DAY = 86_400_000;
const YEARS = 10 * 365 * DAY;
const ENDED = new OfflineGrantEnded().message;
const rate = (typed: string) => [{ sheet: 'lines' as const, rowId: FIRST, field: 'rate', typed }];

/** Time goes by; what it sets in motion is done. */
async function pass(w: World, ms: number): Promise<void> {
  w.runtime.advance(ms);
  await w.quiet();
}

/** The network goes, and the server counts as away. */
async function away(w: World, a: Computer): Promise<void> {
  a.offline();
  for (let minute = 0; minute < 3; minute += 1) await pass(w, 60_000);
}

test('[SYNC-53] after 14 days without the server nothing is changed and nothing is lost, and the next contact unlocks without a reload', async () => {
  const { w, a } = await alone();
  await away(w, a);
  await a.setRate(FIRST, '110');
  const sight = a.draft.sight('lines', SECOND, 'rate');
  await pass(w, 13 * DAY);
  expect(a.draft.editDenial()).toBeNull();
  expect(a.work?.grant.shown.state).toBe('ending');
  await pass(w, DAY);
  let told = 0;
  a.draft.onState(() => {
    told += 1;
  });
  expect(a.work?.grant.shown.state).toBe('ended');
  expect(await a.draft.edit(rate('120'))).toEqual({ accepted: 0, invalid: [], denied: ENDED });
  expect(await a.draft.insertRows('lines', null, [{ line: '9' }])).toEqual([]);
  // What stood in an editor as the time ran out is kept, and goes out with the rest.
  const typed = await a.draft.typed({ sheet: 'lines', rowId: SECOND, field: 'rate', typed: '210' }, sight);
  expect(typed).toMatchObject({ accepted: 1, denied: `${ENDED} What you typed is kept.` });
  expect([a.rate(FIRST), a.rate(SECOND), a.draft.status().waiting]).toEqual(['110', '210', 2]);
  expect(await a.exported()).toContain('110');
  told = 0;
  a.online();
  await w.heal();
  expect(told).toBeGreaterThan(0);
  expect(a.draft.editDenial()).toBeNull();
  expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
  expect(a.draft.attention()).toEqual([]);
  await a.setRate(FIRST, '130');
  await w.quiet();
  expect(w.server.draft.sheet('lines').value(FIRST, 'rate')).toBe('130');
});

test('[SYNC-53] the days count while the app is closed; what waits opens read-only, and stays', async () => {
  const { w, a } = await alone();
  await away(w, a);
  await a.setRate(FIRST, '110');
  await a.stop();
  w.runtime.advance(15 * DAY);
  await a.start();
  await a.open();
  expect([a.draft.editDenial(), a.rate(FIRST), a.draft.status().waiting]).toEqual([ENDED, '110', 1]);
  a.online();
  await w.heal();
  expect([a.draft.editDenial(), a.draft.status().waiting]).toEqual([null, 0]);
});

test('[SYNC-54] a clock that is set back does not lengthen the time, also over a restart', async () => {
  const { w, a } = await alone();
  await away(w, a);
  await pass(w, 10 * DAY);
  w.runtime.skew = -9 * DAY;
  await pass(w, 300_000);
  await pass(w, 3 * DAY);
  await a.restart();
  w.runtime.skew = -12 * DAY;
  await a.open();
  await pass(w, 300_000);
  expect(a.draft.editDenial()).toBeNull();
  await pass(w, DAY);
  expect(a.draft.editDenial()).toBe(ENDED);
});

test('[SYNC-54] [SYNC-35] a clock that jumps by years locks nobody who is connected, nor after it', async () => {
  const { w, a } = await alone();
  for (const skew of [YEARS, -YEARS, 0]) {
    w.runtime.skew = skew;
    expect(a.draft.editDenial(), `${skew}`).toBeNull();
    await a.setRate(FIRST, String(100 + w.server.log.length));
    await w.quiet();
    await away(w, a);
    expect(a.draft.editDenial(), `${skew}, offline`).toBeNull();
    a.online();
    await w.heal();
  }
});

test('[SYNC-53] the window that reaches the server unlocks the others of its profile', async () => {
  const { w, a } = await alone();
  const second = await a.secondWindow();
  second.offline();
  await away(w, a);
  await pass(w, 15 * DAY);
  expect([a.draft.editDenial(), second.draft.editDenial()]).toEqual([ENDED, ENDED]);
  a.online();
  await w.healUntil(() => second.draft.editDenial() === null);
  expect(a.draft.editDenial()).toBeNull();
  expect(second.work?.grant.shown.state).toBe('good');
});

test('[SYNC-53] a computer from before the time was kept begins with its first start', async () => {
  const { w, a } = await alone();
  await away(w, a);
  await a.db.grant.clear();
  await a.stop();
  w.runtime.advance(40 * DAY);
  await a.start();
  await a.open();
  expect(a.draft.editDenial()).toBeNull();
  await pass(w, 14 * DAY);
  expect(a.draft.editDenial()).toBe(ENDED);
});
