// Bad input through the screens: each time the sentence says what, where and what to do, nothing was written, nothing typed was lost.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { AuditorDesk } from '../kit/auditor.ts';
import { Caller, type ProblemWords } from '../kit/caller.ts';
import { countersign } from '../kit/cli.ts';
import { Server } from '../kit/server.ts';
import { Importing } from '../pages/importing.ts';
import { Workbook } from '../pages/workbook.ts';

const CARD = 'CHANNEL5-UK-DIGITAL';
const TV = '2659161';
/** A sentence as a pattern that means exactly itself. */
const inWords = (sentence: string): string => sentence.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

test('[IMP-2] [IMP-3] [IMP-7] [SCR-22] a bad file is refused by row and column, and nothing of it is written', async () => {
  const server = await Server.start();
  const finance = await Actor.signIn('Finance', server);
  const script = await Caller.signIn(server, 'u-viewer');
  const card = await script.newest(CARD);
  const before = await script.contentHash(card);
  const wholeFile: readonly (readonly [
    what: string,
    name: string,
    content: string | Buffer,
    words: readonly string[],
  ])[] = [
    ['an open quote', 'rates.csv', 'Product,Rate\nSpot,10\n"News,20\n', ['Row 3 opens a quote that is never closed.']],
    [
      'a cell too many',
      'rates.csv',
      'Product,Rate\nSpot,1,234\n',
      ['Row 2 has a value in column C, which has no heading.'],
    ],
    ['a picture', 'rates.csv', PNG, ['The file is a picture, not CSV or .xlsx.', 'Export the table as CSV or .xlsx']],
    ['nothing', 'rates.csv', '', ['The file is empty.', 'heading row']],
  ];
  for (const [what, name, content, words] of wholeFile) {
    await test.step(what, async () => {
      const importing = await Importing.open(finance.page);
      await importing.choose(name, content);
      for (const sentence of words) await expect(importing.problem).toContainText(sentence);
      await expect(importing.problem).toContainText('Nothing was written to the draft.');
    });
  }
  await test.step('cells', async () => {
    const importing = await Importing.open(finance.page);
    const rows = [
      'Product,Unit,Currency,Rate,From',
      'Sound row,per spot,GBP,10,2026-01-01',
      'Formula,per spot,GBP,=A1*2,2026-01-01',
      'Ten trillion,per spot,GBP,10000000000000,2026-01-01',
      'Thirteen decimals,per spot,GBP,0.1234567890123,2026-01-01',
      'Currency,per spot,GPB,10,2026-01-01',
      'Date,per spot,GBP,10,2026-02-30',
      'Two ways,per spot,GBP,"1,5",2026-01-01',
    ];
    await importing.choose('rates.csv', `${rows.join('\n')}\n`);
    await importing.into(CARD);
    await importing.check();
    const refusedRow = (row: number) =>
      importing.refused
        .getByRole('row')
        .filter({ has: importing.page.getByRole('cell', { name: String(row), exact: true }) });
    for (const [row, ...words] of [
      [3, 'Rate', '=A1*2', 'is a formula. Write the resulting number.'],
      [4, 'Rate', '10000000000000', 'has 14 digits before the point; at most 13 are kept.'],
      [5, 'Rate', '0.1234567890123 has 13 decimals; at most 12 are kept.'],
      [6, 'Currency', '"GPB" is not an ISO 4217 currency. Use a code such as USD.'],
      [7, 'From', 'There is no 30 February 2026: February 2026 has 28 days.'],
      [8, 'Rate', '"1,5" can be read in two ways'],
    ] as const)
      for (const word of words) await expect(refusedRow(row)).toContainText(word);
    await expect(
      importing.importButton.or(importing.page.getByRole('button', { name: 'Import', exact: true })),
    ).toBeDisabled();
    await expect(
      importing.page.getByText('6 cells were refused. A file is imported whole or not at all'),
    ).toBeVisible();
  });
  expect(await script.contentHash(card)).toBe(before);
  expect(finance.complaints).toEqual([]);
  await finance.leave();
  await server.dispose();
});

test('[GRID-81] [SYNC-18] what does not fit a cell stays as typed, says why, is never sent, and survives a restart', async () => {
  const server = await Server.start();
  const ops = await Actor.signIn('Ops', server);
  const script = await Caller.signIn(server, 'u-viewer');
  const versions = [await script.newest(TV), await script.newest(CARD)];
  const before = await Promise.all(versions.map((id) => script.contentHash(id)));
  const workbook = await Workbook.open(ops.page, TV);
  const misfits = [
    ['18.0', 'rate', '=1+1', '"=1+1" is a formula. Write the resulting number.'],
    ['19.0', 'rate', '10000000000000', 'has 14 digits before the point; at most 13 are kept.'],
    ['23.0', 'rate', '0.1234567890123', '0.1234567890123 has 13 decimals; at most 12 are kept.'],
    ['24.0', 'from', '30 Feb 2016', 'There is no 30 February 2016: February 2016 has 29 days.'],
  ] as const;
  const says = async (book: Workbook) => {
    for (const [row, column, text, reason] of misfits) {
      const cell = await book.cell(row, column);
      await expect(cell).toContainText(text);
      await expect(cell).toHaveAttribute('aria-invalid', 'true');
      await expect(cell).toHaveAttribute('aria-label', new RegExp(`not valid, .*${inWords(reason)}`));
      await cell.click();
      await expect(book.valueBar).toContainText(reason);
    }
    await expect(book.page.getByTestId('primary-action')).toContainText('Fix 4 cells');
  };
  for (const [row, column, text] of misfits) await workbook.type(await workbook.cell(row, column), text);
  await says(workbook);
  await ops.closeBrowser();
  await ops.openBrowser();
  const reopened = await Workbook.open(ops.page, TV);
  await says(reopened);

  const card = await Workbook.open(ops.page, CARD);
  await card.sheet('Rates');
  const currency = card.page.locator('[row-id] [col-id="currency"]').first();
  await card.type(currency, 'GPB');
  await expect(currency).toHaveAttribute(
    'aria-label',
    /not valid, "GPB" is not an ISO 4217 currency\. Use a code such as USD\./,
  );
  expect(await Promise.all(versions.map((id) => script.contentHash(id)))).toEqual(before);

  const mended = await Workbook.open(ops.page, TV);
  await mended.type(await mended.cell('18.0', 'rate'), '2850');
  await mended.isVerified();
  const auditor = await AuditorDesk.open(server);
  expect(await auditor.timesWritten('18.0', 'rate', '2850.00')).toBe(1);
  expect(ops.complaints).toEqual([]);
  await ops.leave();
  await server.dispose();
});

test('[HIST-44] [HIST-60] a bundle is refused under the key of another workspace, with the reason', async () => {
  const [server, other] = await Promise.all([Server.start(), Server.start(['--empty'])]);
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bundle-'));
  const bundle = join(folder, 'version.bundle');
  const script = await Caller.signIn(server, 'u-viewer');
  const id = await script.newest('IO-2020-118');
  const made = await countersign(
    'export',
    '--version',
    id,
    '--data',
    server.data,
    '--user',
    'u-exporter',
    '--out',
    bundle,
  );
  expect(made.code, made.err).toBe(0);
  const own = await countersign('verify', bundle, '--key', join(server.data, 'workspace.vkey'));
  expect(own.code, own.out + own.err).toBe(0);
  const said = await countersign('verify', bundle, '--key', join(other.data, 'workspace.vkey'));
  expect(said.code).toBe(1);
  expect(said.out + said.err).toMatch(/another|origin|workspace/);
  await Promise.all([server.dispose(), other.dispose()]);
  await rm(folder, { recursive: true, force: true });
});

test('[SRV-16] [SRV-17] what changed since it was read is not submitted: the screen says so, and nothing changed', async () => {
  const server = await Server.start();
  const [ops, finance] = await Promise.all([Actor.signIn('Ops', server), Actor.signIn('Finance', server)]);
  const [mine, theirs] = [await Workbook.open(ops.page, TV), await Workbook.open(finance.page, TV)];
  await ops.page.locator('header').getByRole('button', { name: 'Submit', exact: true }).click();
  const dialog = ops.page.getByRole('dialog');
  await expect(dialog).toContainText(/[0-9a-f]{8}/);
  await theirs.type(await theirs.cell('18.0', 'rate'), '2850');
  await theirs.isVerified();
  await dialog.getByRole('button', { name: 'Submit' }).last().click();
  await expect(ops.page.getByRole('alert')).toContainText(/changed since/);
  await expect(mine.state).toContainText('Draft');
  await expect(theirs.state).toContainText('Draft');
  await expect(await mine.cell('18.0', 'rate')).toContainText('2,850.00');

  const script = await Caller.signIn(server, 'u-ops');
  const id = await script.newest(TV);
  const command = { entry: '', signature: '', payload: '' };
  const bare = await script.ask('POST', `/versions/${id}/commands/submit`, { json: command });
  expect([400, 428]).toContain(bare.status);
  expect(bare.type).toContain('application/problem+json');
  await ops.page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
  await mine.command('Submit');
  await expect(mine.state).toContainText('In review');
  expect([...ops.complaints, ...finance.complaints]).toEqual([]);
  await Promise.all([ops.leave(), finance.leave()]);
  await server.dispose();
});

test('[GRID-16] [SRV-30] a viewer is told at the cell why it cannot be written, and the API says it too', async () => {
  const server = await Server.start();
  const viewer = await Actor.signIn('Viewer', server);
  const workbook = await Workbook.open(viewer.page, TV);
  const cell = await workbook.cell('18.0', 'rate');
  const shown = await cell.textContent();
  await cell.click();
  await viewer.page.keyboard.type('1');
  await expect(workbook.denial).toContainText(/viewer|role/i);
  await expect(workbook.valueBar.getByRole('alert')).toContainText(/viewer|role/i);
  await expect(cell).toHaveText(shown ?? '');

  const script = await Caller.signIn(server, 'u-viewer');
  const refused = await script.ask('POST', `/versions/${await script.newest(TV)}/epochs`, {
    json: { deviceId: 'd-nobody', count: 1 },
  });
  expect(refused.status).toBe(403);
  expect(refused.type).toContain('application/problem+json');
  const { code, detail, status } = refused.json<ProblemWords>();
  expect(status).toBe(403);
  expect(code).toBe('role');
  expect(detail).toMatch(/viewer|role/i);
  expect(viewer.complaints).toEqual([]);
  await viewer.leave();
  await server.dispose();
});

test('[CLI-22] [UI-2] an ended session counts what is kept on this computer; signing in again sends it', async () => {
  const server = await Server.start();
  const ops = await Actor.signIn('Ops', server);
  const workbook = await Workbook.open(ops.page, TV);
  await workbook.isVerified();
  await ops.network(false);
  await workbook.type(await workbook.cell('18.0', 'rate'), '2850');
  await workbook.type(await workbook.cell('19.0', 'rate'), '2860');
  await expect(workbook.status).toContainText('On this computer');
  await ops.endSessionElsewhere();
  await ops.network(true);
  await expect(ops.page.getByRole('alert')).toContainText(
    'Your session ended. Your 2 changes are kept on this computer. Sign in to send them.',
  );
  const auditor = await AuditorDesk.open(server);
  expect(await auditor.timesWritten('18.0', 'rate', '2850.00')).toBe(0);
  await ops.page.getByRole('button', { name: 'Sign in as Ops' }).click();
  const again = await Workbook.open(ops.page, TV);
  await expect(await again.cell('19.0', 'rate')).toContainText('2,860.00');
  await again.isVerified();
  expect(await auditor.timesWritten('18.0', 'rate', '2850.00')).toBe(1);
  expect(await auditor.timesWritten('19.0', 'rate', '2860.00')).toBe(1);
  expect(ops.complaints).toEqual([]);
  await ops.leave();
  await server.dispose();
});
