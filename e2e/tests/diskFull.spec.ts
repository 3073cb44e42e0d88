// The server's disk is full, really: edits stay on the computers that made them, the words say so, and all are stored when there is space.
import { expect, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { AuditorDesk } from '../kit/auditor.ts';
import { countersign } from '../kit/cli.ts';
import { Server } from '../kit/server.ts';
import { SmallDisk } from '../kit/smallDisk.ts';
import { Workbook } from '../pages/workbook.ts';

const TV = '2659161';
const EDITS = [
  ['18.0', '2801', '2,801.00'],
  ['19.0', '2802', '2,802.00'],
  ['23.0', '4001', '4,001.00'],
] as const;

test('[SYNC-12] [SYNC-29] while the server’s disk is full edits are kept here and said; with space they are stored, once', async () => {
  const disk = SmallDisk.mount(96);
  const server = await Server.start(['--demo'], disk.path);
  const ops = await Actor.signIn('Ops', server);
  const workbook = await Workbook.open(ops.page, TV);
  await workbook.isVerified();
  await ops.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

  await disk.fill();
  for (const [row, typed] of EDITS) await workbook.type(await workbook.cell(row, 'rate'), typed);
  await workbook.isKept();
  await expect(workbook.status).toContainText('The server could not write to its disk. Nothing was changed.');
  for (const [row, , shown] of EDITS) await expect(await workbook.cell(row, 'rate')).toContainText(shown);
  await workbook.isKept();

  await test.step('a restart of the browser keeps them', async () => {
    await ops.closeBrowser();
    await ops.openBrowser();
    const again = await Workbook.open(ops.page, TV);
    for (const [row, , shown] of EDITS) await expect(await again.cell(row, 'rate')).toContainText(shown);
    await again.isKept();
  });

  await test.step('with space they are stored by themselves', async () => {
    await disk.free();
    const again = new Workbook(ops.page);
    await again.isVerified();
    const auditor = await AuditorDesk.open(server);
    for (const [row, typed] of EDITS)
      expect(await auditor.timesWritten(row, 'rate', `${typed}.00`), `${row} was stored once`).toBe(1);
  });

  expect(ops.complaints).toEqual([]);
  await ops.leave();
  expect(await server.stop()).toBe(0);
  const said = await countersign('fsck', '--data', server.data);
  expect(said.code, said.out + said.err).toBe(0);
  await server.dispose();
  disk.unmount();
});
