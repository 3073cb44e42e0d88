// Makes the pictures of the README and of the look review, from the real app on real data, light and dark. `npm run pictures` keeps them.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { inBoth } from '../kit/pictures.ts';
import { Server } from '../kit/server.ts';
import { Workbook } from '../pages/workbook.ts';

const DOCS = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'docs/pictures');

test('[UI-3] pictures in light and dark', async ({ browser }, info) => {
  test.setTimeout(400_000);
  const folder = process.env.PICTURES === 'keep' ? DOCS : info.outputPath('pictures');
  await mkdir(folder, { recursive: true });
  const picture = async (page: Page, name: string) => {
    // The pointer's own hover is no part of a screen.
    await page.mouse.move(700, 20);
    await inBoth(page, folder, name);
  };
  const server = await Server.start();

  const visitor = await browser.newPage({ colorScheme: 'light' });
  await visitor.goto(server.url);
  await expect(visitor.getByRole('button', { name: 'Sign in as Ops' })).toBeVisible();
  await picture(visitor, 'sign-in');
  await visitor.close();

  const ops = await Actor.signIn('Ops', server);
  const finance = await Actor.signIn('Finance', server);
  await expect(ops.page.getByRole('main').getByText('2659161', { exact: true }).first()).toBeVisible();
  await picture(finance.page, 'home');

  const mine = await Workbook.open(ops.page, '2659161');
  const theirs = await Workbook.open(finance.page, '2659161');
  await Promise.all([ops.network(false), finance.network(false)]);
  await mine.type(await mine.cell('42.0', 'rate'), '4200');
  await theirs.type(await theirs.cell('42.0', 'rate'), '2800');
  await Promise.all([ops.network(true), finance.network(true)]);
  const contested = await mine.cell('42.0', 'rate');
  await expect(contested).toHaveAttribute('aria-label', /contested, two values/);
  await (await theirs.cell('36.0', 'product')).click();
  await contested.click();
  await expect(mine.inspector.getByRole('button', { name: 'Keep 2,800.00' })).toBeVisible();
  await mine.isVerified();
  await picture(ops.page, 'grid');
  await mine.keep('4,200.00');
  await mine.type(await mine.cell('42.0', 'rate'), '4000');
  await mine.isVerified();
  await (await mine.cell('18.0', 'rate')).click();
  await picture(ops.page, 'workbook');

  await mine.command('Submit');
  await expect(mine.state).toContainText('In review');
  const approver = await Actor.signIn('Approver', server);
  const review = await Workbook.open(approver.page, '2659161');
  await review.view('Review');
  await expect(approver.page.getByTestId('content-hash')).toBeVisible();
  await expect(approver.page.getByRole('table', { name: 'What it changes' })).toContainText('Gross');
  await picture(approver.page, 'review');

  const bill = await Workbook.open(finance.page, 'IO-2020-118');
  await bill.view('Preview');
  await expect(finance.page.getByTestId('net-due')).toContainText('895,535.13');
  await finance.page.getByRole('button', { name: '75,263.15' }).first().click();
  await picture(finance.page, 'preview');

  await approver.switchTo('Auditor');
  await approver.page.getByRole('link', { name: 'History' }).first().click();
  await expect(approver.page.getByRole('region', { name: 'Verification' })).toContainText('Verified to entry');
  await approver.page
    .getByRole('button', { name: /, Approver|, Ops/ })
    .first()
    .click();
  await expect(approver.page.getByRole('region', { name: 'Status', exact: true })).toContainText('Every entry shown');
  await picture(approver.page, 'history');

  for (const person of [ops, finance, approver]) await person.leave();
  await server.dispose();
});
