// What stands in an open editor while others act: nothing that was typed is dropped.
import { expect, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { AuditorDesk } from '../kit/auditor.ts';
import { Server } from '../kit/server.ts';
import { Workbook } from '../pages/workbook.ts';

const TV = '2659161';

/** Opens the cell's editor by typing, and leaves it open. */
async function typeInto(workbook: Workbook, row: string, text: string): Promise<void> {
  await (await workbook.cell(row, 'rate')).click();
  await workbook.page.keyboard.type(text);
  await expect(workbook.page.locator('.cell-editor')).toHaveValue(text);
}

test('[SYNC-39] [SYNC-40] [UI-44] typing while the row is removed, the window is closing and the draft goes into review', async () => {
  const server = await Server.start();
  const ops = await Actor.signIn('Ops', server);
  const finance = await Actor.signIn('Finance', server);
  const mine = await Workbook.open(ops.page, TV);
  const theirs = await Workbook.open(finance.page, TV);
  await mine.isVerified();
  await theirs.isVerified();

  await test.step('the row is removed under the editor: it comes back contested, with what was typed', async () => {
    // With the changes since the base shown, a removed row stays where it was.
    await ops.page.getByRole('button', { name: /^Changes since/ }).click();
    await typeInto(mine, '18.0', '2801');
    await (await theirs.cell('18.0', 'rate')).click();
    await finance.page.getByRole('button', { name: 'Remove rows' }).click();
    await expect(ops.page.locator('.cell-editor')).toBeHidden();
    for (const workbook of [mine, theirs]) {
      await expect(await workbook.cell('18.0', 'rate')).toContainText('2,801.00');
      await expect(workbook.page.getByRole('region', { name: 'Status' })).toContainText('1 contested');
    }
    await (await theirs.cell('18.0', 'rate')).click();
    await theirs.inspector.getByRole('button', { name: 'Keep the row' }).click();
    for (const workbook of [mine, theirs])
      await expect(workbook.page.getByRole('region', { name: 'Status' })).not.toContainText('contested');
    await mine.isVerified();
  });

  await test.step('a window about to close asks first, and by then has kept it', async () => {
    await typeInto(mine, '19.0', '2811');
    const asked = ops.page.waitForEvent('dialog');
    await ops.page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await mine.isVerified();
    const auditor = await AuditorDesk.open(server);
    expect(await auditor.timesWritten('19.0', 'rate', '2811.00')).toBe(1);
    await ops.page.keyboard.press('Enter');
    await expect(await mine.cell('19.0', 'rate')).toContainText('2,811.00');
  });

  await test.step('the draft goes into review: what was typed is in Needs attention, and that is said', async () => {
    await typeInto(mine, '24.0', '2821');
    await theirs.command('Submit');
    await expect(mine.state).toContainText('In review');
    // The head asks the server by itself; the grid knows from its own conversation with it.
    await expect(mine.valueBar).toContainText('cannot be edited');
    await expect(ops.page.locator('.cell-editor')).toHaveValue('2821');
    await ops.page.keyboard.press('Enter');
    await expect(mine.denial).toContainText('What you typed is kept.');
    await expect(mine.attention).toContainText('2,821.00');
  });
  expect([...ops.complaints, ...finance.complaints]).toEqual([]);
  await Promise.all([ops.leave(), finance.leave()]);
  await server.dispose();
});
