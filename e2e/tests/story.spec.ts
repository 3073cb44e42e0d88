// The main job with three people and one server that dies in the middle: import, edit, offline, contest, review, preview, export, history.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { AuditorDesk } from '../kit/auditor.ts';
import { countersign } from '../kit/cli.ts';
import { Server } from '../kit/server.ts';
import { Importing } from '../pages/importing.ts';
import { Workbook } from '../pages/workbook.ts';

const CARD = 'CHANNEL5-UK-DIGITAL';
const TV = '2659161';

test('[SRV-1] [UI-28] [UI-42] [UI-43] three people do the main job while the server is killed under them', async () => {
  test.setTimeout(480_000);
  const server = await Server.start();
  const folder = await mkdtemp(join(tmpdir(), 'countersign-story-'));
  const ops = await Actor.signIn('Ops', server);
  const finance = await Actor.signIn('Finance', server);
  const approver = await Actor.signIn('Approver', server);
  const people = [ops, finance, approver];

  await test.step('3 import: what is wrong is named by row and column, nothing is written until all is right', async () => {
    const importing = await Importing.open(finance.page);
    await importing.choose(
      'rates.csv',
      'Product,Unit,Currency,Rate\nSponsorship,per package,GBP,12500\nNewsletter,per send,GPB,=A1+1\n',
    );
    await importing.into(CARD);
    await importing.check();
    await expect(importing.refused).toContainText('GPB');
    await expect(importing.refused).toContainText('=A1+1');
    await expect(finance.page.getByRole('button', { name: /^Import / })).toBeDisabled();
    const again = await Importing.open(finance.page);
    await again.choose(
      'rates.csv',
      'Product,Unit,Currency,Rate\nSponsorship,per package,GBP,12500\nNewsletter,per send,GBP,850.50\n',
    );
    await again.into(CARD);
    await again.check();
    await expect(again.added).toContainText('Sponsorship');
    await again.commit();
    const card = await Workbook.open(finance.page, CARD);
    await card.sheet('Rates');
    await expect(await card.cell('Newsletter', 'rate', 'product')).toContainText('850.50');
  });

  const [mine, theirs] = [await Workbook.open(ops.page, TV), await Workbook.open(finance.page, TV)];

  await test.step('4 edit: stored, then verified', async () => {
    await mine.type(await mine.cell('18.0', 'rate'), '2850');
    await mine.isVerified();
    await expect(await theirs.cell('18.0', 'rate')).toContainText('2,850.00');
  });

  await test.step('6 co-edit: each sees where the other is', async () => {
    await (await theirs.cell('19.0', 'rate')).click();
    await expect(await mine.cell('19.0', 'rate')).toHaveAttribute('aria-label', /Finance/);
  });

  await test.step('5 offline: the server is killed in the middle of edits; a reload and a browser restart keep everything', async () => {
    await ops.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const typing = (async () => {
      for (const [row, rate] of [
        ['23.0', '4010'],
        ['24.0', '3510'],
        ['25.0', '3010'],
      ] as const)
        await mine.type(await mine.cell(row, 'rate'), rate);
    })();
    await server.kill();
    await typing;
    await mine.type(await mine.cell('26.0', 'rate'), '1110');
    await expect(await mine.cell('26.0', 'rate')).toContainText('1,110.00');
    await mine.isKept();
    await ops.page.reload();
    await expect(await mine.cell('26.0', 'rate')).toContainText('1,110.00');
    await ops.closeBrowser();
    await ops.openBrowser();
    const reopened = await Workbook.open(ops.page, TV);
    await expect(await reopened.cell('23.0', 'rate')).toContainText('4,010.00');
    await expect(reopened.status).toContainText('On this computer');
    await server.run();
    await reopened.isVerified();
    for (const [row, rate] of [
      ['23.0', '4,010.00'],
      ['24.0', '3,510.00'],
      ['25.0', '3,010.00'],
      ['26.0', '1,110.00'],
    ] as const)
      await expect(await theirs.cell(row, 'rate')).toContainText(rate);
    const auditor = await AuditorDesk.open(server);
    for (const [row, rate] of [
      ['23.0', '4010.00'],
      ['24.0', '3510.00'],
      ['25.0', '3010.00'],
      ['26.0', '1110.00'],
    ] as const)
      expect(await auditor.timesWritten(row, 'rate', rate), `${row} was stored once`).toBe(1);
  });

  const again = new Workbook(ops.page);

  await test.step('6 contest: two people write one cell apart; both values stay until a person chooses', async () => {
    await Promise.all([ops.network(false), finance.network(false)]);
    await again.type(await again.cell('42.0', 'rate'), '4000.00');
    await again.type(await again.cell('42.0', 'rate'), '4100');
    await theirs.type(await theirs.cell('42.0', 'rate'), '2800');
    await Promise.all([ops.network(true), finance.network(true)]);
    for (const workbook of [again, theirs]) {
      await expect(await workbook.cell('42.0', 'rate')).toHaveAttribute('aria-label', /contested, two values/);
      await expect(workbook.page.getByRole('button', { name: 'Resolve 1 cell' })).toBeVisible();
    }
    await (await again.cell('42.0', 'rate')).click();
    await expect(again.inspector).toContainText('Finance');
    await expect(again.inspector).toContainText('2,800.00');
    await expect(again.inspector).toContainText('4,100.00');
    await again.keep('4,100.00');
    await expect(await theirs.cell('42.0', 'rate')).not.toHaveAttribute('aria-label', /contested/);
    await again.type(await again.cell('42.0', 'rate'), '4000');
    for (const [row, rate] of [
      ['18.0', '2800'],
      ['23.0', '4000'],
      ['24.0', '3500'],
      ['25.0', '3000'],
      ['26.0', '1100'],
    ] as const)
      await again.type(await again.cell(row, 'rate'), rate);
    await again.isVerified();
  });

  await test.step('7 review: authors cannot approve and are told so before the click; two others can', async () => {
    await again.command('Submit');
    await expect(again.state).toContainText('In review');
    await expect(theirs.state).toContainText('In review');
    await (await theirs.cell('18.0', 'rate')).click();
    await finance.page.keyboard.type('1');
    await expect(finance.page.getByText(/review/i).first()).toBeVisible();
    await again.view('Review');
    await expect(ops.page.getByRole('region', { name: 'Cannot approve this version' })).toContainText(
      'Finance wrote 42.0, Rate, so cannot approve this version.',
    );
    await expect(ops.page.getByRole('region', { name: 'What you cannot do now' })).toContainText('Approve');

    const review = await Workbook.open(approver.page, TV);
    await review.view('Review');
    await expect(approver.page.getByTestId('content-hash')).toBeVisible();
    await review.command('Request changes', /Request/, 'The clause asks for equal value on line 42.0.');
    for (const workbook of [again, theirs]) await expect(workbook.state).toContainText('Draft');
    // The chip comes over HTTP and the right to edit over the socket: wait for the second before the network goes.
    await (await theirs.cell('19.0', 'rate')).click();
    await expect(theirs.valueBar).toContainText('19.0 · Rate');
    await expect(theirs.valueBar).not.toContainText(/review|cannot/);
    await finance.network(false);
    await theirs.type(await theirs.cell('19.0', 'rate'), '2900');
    await expect(theirs.status).toContainText('On this computer');
    await again.command('Submit');
    await review.command('Approve');
    await approver.switchTo('Controller');
    const second = await Workbook.open(approver.page, TV);
    await second.view('Review');
    await second.command('Approve');
    await expect(second.state).toContainText('Approved');
    await expect(again.state).toContainText('Approved');
    await again.command('Execute');
    await expect(again.state).toContainText('Active');
  });

  await test.step('7 late: an offline edit to what was executed meanwhile is kept and opened as an amendment', async () => {
    await finance.network(true);
    await expect(theirs.state).toContainText('Active');
    await expect(await theirs.cell('19.0', 'rate')).toContainText('2,800.00');
    await expect(theirs.attention).toContainText('2,900.00');
    await theirs.attention.getByRole('button', { name: 'Open as amendment' }).click();
    await finance.page.getByRole('dialog').getByRole('button', { name: 'Amend' }).click();
    await expect(theirs.state).toContainText('Draft');
    await expect(await theirs.cell('19.0', 'rate')).toContainText('2,900.00');
    await theirs.isVerified();
  });

  await test.step('8 preview: 93 spots, to the cent, and the command line says the same bytes', async () => {
    await again.view('Preview');
    await expect(ops.page.getByTestId('billed')).toContainText('93 spots');
    await expect(ops.page.getByTestId('net-due')).toContainText('93,160.00');
    await expect(ops.page.getByRole('main')).toContainText('109,600.00');
    await expect(ops.page.getByRole('main')).toContainText('16,440.00');
    await expect(ops.page.getByRole('main')).toContainText('Same bytes as the server');
  });

  await test.step('9 export: a bundle that verifies, and does not when one byte differs', async () => {
    await finance.page.getByRole('link', { name: 'Exports' }).click();
    const ready = finance.page.getByRole('table', { name: 'Ready to export' });
    await ready
      .getByRole('row', { name: new RegExp(TV) })
      .getByRole('button', { name: 'Export' })
      .click();
    await finance.page.getByRole('dialog').getByRole('button', { name: 'Export' }).last().click();
    const done = finance.page
      .getByRole('table', { name: 'Exported', exact: true })
      .getByRole('row', { name: new RegExp(TV) })
      .first();
    const [download] = await Promise.all([
      finance.page.waitForEvent('download'),
      done.getByRole('button', { name: 'Download bundle' }).click(),
    ]);
    const bundle = join(folder, 'version.bundle');
    await download.saveAs(bundle);
    const key = join(server.data, 'workspace.vkey');
    const good = await countersign('verify', bundle, '--key', key);
    expect(good.code, good.out + good.err).toBe(0);
    const bytes = await readFile(bundle);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(bundle, bytes);
    const bad = await countersign('verify', bundle, '--key', key);
    expect(bad.code).toBe(1);
    expect(bad.out + bad.err).not.toBe('');
  });

  await test.step('10 history: the cell knows who changed it; the auditor sees everything; the log is sound', async () => {
    await again.view('Workbook');
    await (await again.cell('42.0', 'rate')).click();
    await expect(again.inspector).toContainText('4,000.00 to 2,800.00');
    await expect(again.inspector.getByRole('img', { name: 'Finance' })).toBeVisible();
    await approver.switchTo('Auditor');
    await approver.page.getByRole('link', { name: 'History' }).first().click();
    await expect(approver.page.getByRole('region', { name: 'Verification' })).toContainText('Verified to entry');
    await expect(approver.page.getByRole('main')).toContainText('Executed');
    // [SCR-57] What was saved says how anybody checks it.
    const saved = approver.page.waitForEvent('download');
    await approver.page.getByRole('button', { name: 'Export signed' }).click();
    await saved;
    await expect(approver.page.getByRole('main')).toContainText('countersign verify');
    expect(await server.stop()).toBe(0);
    const said = await countersign('fsck', '--data', server.data);
    expect(said.code, said.out + said.err).toBe(0);
  });

  expect(people.flatMap((person) => person.complaints)).toEqual([]);
  for (const person of people) await person.leave();
  await server.dispose();
  await rm(folder, { recursive: true, force: true });
});
