// Terms that no column says: added from an example, checked as they are typed, part of the signed content and of the bill.
import { mkdir } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { Caller } from '../kit/caller.ts';
import { inBoth } from '../kit/pictures.ts';
import { Server } from '../kit/server.ts';
import { Statement } from '../pages/statement.ts';
import { Workbook } from '../pages/workbook.ts';

const TV = '2659161';

test(`[SCR-50] [SYNC-45] [DOC-49] a guarantee is added and mended in the inspector, and billed the same on both sides`, async () => {
  const folder = test.info().outputPath('pictures');
  await mkdir(folder, { recursive: true });
  const server = await Server.start();
  const script = await Caller.signIn(server, 'u-viewer');
  const draftId = await script.newest(TV);
  const before = await script.contentHash(draftId);
  const ops = await Actor.signIn('Ops', server);
  const workbook = await Workbook.open(ops.page, TV);
  await workbook.sheet('Terms');
  const more = workbook.inspector.getByTestId('more-terms');
  await more.getByRole('button', { name: 'Add a guarantee' }).click();
  const field = more.getByRole('textbox', { name: 'As JSON' });
  await expect(more.getByRole('status')).toContainText('Fits');
  await field.fill('{ "id": "g-1", "due": [{ "date": "2016-11-07", "amount": 1000.5 }], "of": 1 }');
  await expect(more.getByRole('status')).toContainText('due[0].amount Write it as text in quotes: "1000.5".');
  await expect(more.getByRole('status')).toContainText('"of" is not known here.');
  await inBoth(ops.page, folder, 'json-problems');
  // What was typed waits where it was typed, also over a reload.
  await ops.page.reload();
  await workbook.sheet('Terms');
  await more.getByRole('button', { name: 'Add a guarantee' }).click();
  await expect(field).toHaveValue(/"of": 1/);
  // Nothing that does not fit is written.
  await expect(more.getByRole('button', { name: 'Add the guarantee' })).toHaveAttribute('aria-disabled', 'true');
  await field.fill('{\n  "id": "g-1",\n  "due": [{ "date": "2016-11-07", "amount": "200000.00" }]\n}');
  await more.getByRole('button', { name: 'Add the guarantee' }).click();
  await expect(more.getByRole('button', { name: 'Add a guarantee' })).toBeVisible();
  await workbook.isVerified();
  expect(await script.contentHash(draftId)).not.toBe(before);

  await (await workbook.cell('Guarantee 1', 'value', 'key')).click();
  const term = workbook.inspector.getByTestId('json-term').first();
  await expect(term).toContainText('Guarantee 1');
  await term
    .getByRole('textbox', { name: 'As JSON' })
    .fill('{"id":"g-1","due":[{"date":"2016-11-08","amount":"150000.00"}]}');
  await inBoth(ops.page, folder, 'json-term');
  await term.getByRole('button', { name: 'Write it' }).click();
  await expect(await workbook.cell('Guarantee 1', 'value', 'key')).toContainText(
    'due (amount 150,000.00, date Nov 8, 2016)',
  );
  await workbook.isVerified();

  const statement = await Statement.open(ops.page, TV);
  await statement.choose('2016-11');
  await expect(statement.basis).toContainText('Same bytes as the server');
  await expect(statement.main).toContainText('150,000.00');
  expect(ops.complaints).toEqual([]);
  await ops.leave();
  await server.dispose();
});
