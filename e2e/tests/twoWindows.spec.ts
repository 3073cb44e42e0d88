// One person with two windows on one draft: one queue, each edit stored once, and nothing lost over a restart of the browser.
import { expect, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { AuditorDesk } from '../kit/auditor.ts';
import { Server } from '../kit/server.ts';
import { Workbook } from '../pages/workbook.ts';

const TV = '2659161';
const DAY_MS = 24 * 3600 * 1000;

/** What one window types while the other types too: row, rate. */
const FIRST = [
  ['18.0', '2801'],
  ['23.0', '4001'],
  ['24.0', '3501'],
] as const;
const SECOND = [
  ['19.0', '2802'],
  ['25.0', '3002'],
  ['26.0', '1102'],
] as const;

async function typeAll(workbook: Workbook, edits: readonly (readonly [string, string])[]): Promise<void> {
  for (const [row, rate] of edits) await workbook.type(await workbook.cell(row, 'rate'), rate);
}

async function showsAll(workbook: Workbook, edits: readonly (readonly [string, string])[]): Promise<void> {
  for (const [row, rate] of edits)
    await expect(await workbook.cell(row, 'rate')).toContainText(`${rate.slice(0, 1)},${rate.slice(1)}.00`);
}

test('[SYNC-15] [SYNC-21] two windows share one outbox: every edit is stored once, also when the sending one closes', async () => {
  const server = await Server.start();
  const ops = await Actor.signIn('Ops', server);
  const one = await Workbook.open(ops.page, TV);
  const other = await ops.anotherWindow();
  const two = await Workbook.open(other, TV);
  await typeAll(one, FIRST);
  await typeAll(two, SECOND);
  for (const workbook of [one, two]) {
    await showsAll(workbook, [...FIRST, ...SECOND]);
    await workbook.isVerified();
  }
  const auditor = await AuditorDesk.open(server);
  for (const [row, rate] of [...FIRST, ...SECOND])
    expect(await auditor.timesWritten(row, 'rate', `${rate}.00`), `${row} was stored once`).toBe(1);

  await one.page.close();
  await two.type(await two.cell('18.0', 'rate'), '2899');
  await two.isVerified();
  expect(await auditor.timesWritten('18.0', 'rate', '2899.00')).toBe(1);
  expect(ops.complaints).toEqual([]);
  await ops.leave();
  await server.dispose();
});

test('[SYNC-3] [SYNC-15] [SYNC-53] [SYNC-55] edits of two offline windows survive a restart of the browser and a fortnight, and are sent once', async () => {
  const server = await Server.start();
  const ops = await Actor.signIn('Ops', server);
  const one = await Workbook.open(ops.page, TV);
  await ops.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const two = await Workbook.open(await ops.anotherWindow(), TV);
  await server.kill();
  await typeAll(one, FIRST);
  await typeAll(two, SECOND);
  for (const workbook of [one, two]) {
    await showsAll(workbook, [...FIRST, ...SECOND]);
    await expect(workbook.status).toContainText('On this computer');
    await expect(workbook.status).toContainText('6 changes wait');
  }
  await ops.closeBrowser();
  await ops.openBrowser();
  const again = await Workbook.open(ops.page, TV);
  await showsAll(again, [...FIRST, ...SECOND]);
  await expect(again.status).toContainText('On this computer');
  await ops.clockOff(12.5 * DAY_MS);
  await ops.page.reload();
  await expect(again.status).toContainText('editing here ends on');
  await ops.clockOff(2 * DAY_MS);
  await ops.page.reload();
  const beside = await Workbook.open(await ops.anotherWindow(), TV);
  for (const workbook of [again, beside]) {
    await expect(workbook.ended).toContainText('Connect once to go on; what you did is kept and is sent then.');
    await showsAll(workbook, [...FIRST, ...SECOND]);
    await (await workbook.cell('27.0', 'rate')).click();
    await workbook.page.keyboard.type('1');
    await expect(workbook.denial).toContainText('has not reached the server for 14 days');
    await expect(workbook.page.locator('.cell-editor')).toBeHidden();
  }
  await server.run();
  for (const workbook of [again, beside]) {
    await workbook.isVerified();
    await expect(workbook.ended).toBeHidden();
  }
  await again.type(await again.cell('27.0', 'rate'), '2807');
  await again.isVerified();
  const auditor = await AuditorDesk.open(server);
  for (const [row, rate] of [...FIRST, ...SECOND])
    expect(await auditor.timesWritten(row, 'rate', `${rate}.00`), `${row} was stored once`).toBe(1);
  expect(ops.complaints).toEqual([]);
  await ops.leave();
  await server.dispose();
});
