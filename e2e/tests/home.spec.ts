// Home: what each contract is worth and what comes next; what somebody else changed in a draft since the person looked is marked until they
// look again.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { Server } from '../kit/server.ts';
import { Workbook } from '../pages/workbook.ts';

const TV = '2659161';

test('[SCR-51] [SCR-60] [SCR-66] home says what a contract is worth and is sorted by the keyboard; a draft that somebody else changed is marked with who until it is looked at; one’s own change is not', async () => {
  const folder = test.info().outputPath('pictures');
  await mkdir(folder, { recursive: true });
  const server = await Server.start();
  const [ops, finance] = [await Actor.signIn('Ops', server), await Actor.signIn('Finance', server, 'dark')];
  const rowOf = (person: Actor) => person.page.getByRole('row').filter({ hasText: TV });
  const home = (person: Actor) => person.page.getByRole('navigation').getByText('Home', { exact: true }).click();
  const theirs = await Workbook.open(finance.page, TV);
  await theirs.isVerified();
  await home(finance);
  await expect(rowOf(finance)).toBeVisible();
  await expect(rowOf(finance)).toContainText('109,600.00');
  const status = finance.page.getByRole('region', { name: 'Status', exact: true });
  await expect(status).toContainText('Draft and in review USD 109,600.00');
  const waiting = finance.page.getByRole('region', { name: 'Needs you' }).getByRole('link').filter({ hasText: TV });
  await expect(waiting).toContainText('Executed. Export its signed bundle for the billing system.');
  await expect(waiting).toContainText('USD 104,900.00');

  const mine = await Workbook.open(ops.page, TV);
  await mine.type(await mine.cell('18.0', 'rate'), '2801');
  await mine.isVerified();
  await home(ops);
  await expect(rowOf(ops)).toBeVisible();
  await expect(rowOf(ops)).not.toContainText('since you looked');

  await finance.page.reload();
  await expect(rowOf(finance)).toContainText('Changed by Ops since you looked');
  // [SCR-61] The value is that of the draft as it is now; four spots that cost 1.00 more each.
  await expect(rowOf(finance)).toContainText('109,604.00');
  await finance.page.screenshot({ path: join(folder, 'home-news.png') });
  const again = await Workbook.open(finance.page, TV);
  await expect(await again.cell('18.0', 'rate')).toContainText('2,801.00');
  await home(finance);
  await expect(rowOf(finance)).not.toContainText('since you looked');

  // [SCR-66] By the keyboard: Tab reaches the head, Enter presses it, and the order is there again after a reload.
  const { page } = finance;
  const number = page.getByRole('columnheader', { name: 'Number' });
  const first = page.locator('tbody tr').first();
  await number.getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(number).toHaveAttribute('aria-sort', 'ascending');
  await expect(first).toContainText(TV);
  await page.keyboard.press('Enter');
  await expect(number).toHaveAttribute('aria-sort', 'descending');
  await expect(first).toContainText('WADSWORTH');
  await page.reload();
  await expect(first).toContainText('WADSWORTH');
  await expect(status).toContainText('by number, last first');
  await page.setViewportSize({ width: 1024, height: 768 });
  await expect(rowOf(finance)).toContainText('109,604.00');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  const list = page.locator('.contract-list');
  expect(await list.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)).toBe(true);

  // [SCR-67]
  await page.getByRole('link', { name: 'Billing previews' }).click();
  await expect(page.locator('tbody tr')).toHaveCount(4);
  await rowOf(finance).click();
  await expect(page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Preview' })).toHaveAttribute(
    'aria-current',
    'page',
  );
  expect([...ops.complaints, ...finance.complaints]).toEqual([]);
  await Promise.all([ops.leave(), finance.leave()]);
  await server.dispose();
});
