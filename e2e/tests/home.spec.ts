// Home: what somebody else changed in a draft since the person looked is marked until they look again.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { Server } from '../kit/server.ts';
import { Workbook } from '../pages/workbook.ts';

const TV = '2659161';

test('[SCR-51] a draft that somebody else changed is marked with who until it is looked at; one’s own change is not', async () => {
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

  const mine = await Workbook.open(ops.page, TV);
  await mine.type(await mine.cell('18.0', 'rate'), '2801');
  await mine.isVerified();
  await home(ops);
  await expect(rowOf(ops)).toBeVisible();
  await expect(rowOf(ops)).not.toContainText('since you looked');

  await finance.page.reload();
  await expect(rowOf(finance)).toContainText('Changed by Ops since you looked');
  await finance.page.screenshot({ path: join(folder, 'home-news.png') });
  const again = await Workbook.open(finance.page, TV);
  await expect(await again.cell('18.0', 'rate')).toContainText('2,801.00');
  await home(finance);
  await expect(rowOf(finance)).not.toContainText('since you looked');
  expect([...ops.complaints, ...finance.complaints]).toEqual([]);
  await Promise.all([ops.leave(), finance.leave()]);
  await server.dispose();
});
