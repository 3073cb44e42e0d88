// What people who come from a spreadsheet do all day: paste from it, fill, clear, take back, find and replace, go to a cell, lay out columns.
import { expect, type Page, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { Caller } from '../kit/caller.ts';
import { Server } from '../kit/server.ts';
import { Importing } from '../pages/importing.ts';
import { Workbook } from '../pages/workbook.ts';

const TV = '2659161';
const CARD = 'CHANNEL5-UK-DIGITAL';

async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press('Control+v');
}

/** How this profile likes its sheets, as text, from every database of the app. */
const looksOnDisk = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const done = <T>(asked: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    const looks: string[] = [];
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name));
      if (db.objectStoreNames.contains('ui'))
        looks.push(JSON.stringify(await done(db.transaction('ui').objectStore('ui').getAll())));
      db.close();
    }
    return looks.join();
  });

const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

test('[GRID-17] [GRID-20] [GRID-22] [GRID-23] [GRID-24] [GRID-34] [GRID-47] [GRID-48] [GRID-73] [SYNC-32] paste, fill, clear, take back, replace, go to, columns', async () => {
  const server = await Server.start();
  const ops = await Actor.signIn('Ops', server);
  await ops.allowClipboard();
  const workbook = await Workbook.open(ops.page, TV);
  const { page } = ops;
  const text = async (row: string, column: string) =>
    (await workbook.cell(row, column)).locator('.cell-content').innerText();

  await test.step('a block as Excel copies it: quotes, line breaks inside a cell, grouping', async () => {
    await (await workbook.cell('43.0', 'rate')).click();
    await paste(page, '1,250.50\r\n"2,000"\r\n3100\r\n');
    await expect(await workbook.cell('43.0', 'rate')).toContainText('1,250.50');
    await expect(await workbook.cell('44.0', 'rate')).toContainText('2,000.00');
    await expect(await workbook.cell('45.0', 'rate')).toContainText('3,100.00');
    await (await workbook.cell('46.0', 'product')).click();
    await paste(page, '"Hot ""Bench""\nlate"\r\n');
    await expect(await workbook.cell('46.0', 'product')).toHaveAttribute('aria-label', /Hot "Bench"\s+late/);
    await page.keyboard.press('Control+c');
    expect(await copied(page)).toBe('"Hot ""Bench""\nlate"');
  });

  await test.step('a block with decimal commas says so itself', async () => {
    await (await workbook.cell('43.0', 'rate')).click();
    await paste(page, '1.250,75\n2.000');
    await expect(await workbook.cell('43.0', 'rate')).toContainText('1,250.75');
    await expect(await workbook.cell('44.0', 'rate')).toContainText('2,000.00');
    await expect(page.getByRole('region', { name: 'Status' })).toContainText('2 numbers read with a decimal comma.');
  });

  await test.step('a block that goes below the last row is selected whole', async () => {
    await workbook.sheet('Adjustments');
    await page.locator('[row-id] [col-id="label"]').last().click();
    await paste(page, 'One\nTwo\nThree');
    await expect(page.locator('[col-id="label"].in-range')).toHaveText(['One', 'Two', 'Three']);
    await page.keyboard.press('Control+z');
    await expect(page.locator('[row-id] [col-id="label"]').filter({ hasText: 'Three' })).toBeHidden();
    await workbook.sheet('Lines');
  });

  await test.step('fill down, clear many, take back over a restart of the browser', async () => {
    await (await workbook.cell('43.0', 'rate')).click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Control+d');
    await expect(await workbook.cell('45.0', 'rate')).toContainText('1,250.75');
    await page.keyboard.press('Delete');
    for (const row of ['43.0', '44.0', '45.0']) expect(await text(row, 'rate')).toBe('');
    await workbook.isVerified();
    await ops.closeBrowser();
    await ops.openBrowser();
    await ops.allowClipboard();
  });

  const again = await Workbook.open(ops.page, TV);
  await test.step('after the restart', async () => {
    await (await again.cell('18.0', 'rate')).click();
    await ops.page.keyboard.press('Control+z');
    await expect(await again.cell('43.0', 'rate')).toContainText('1,250.75');
    await ops.page.keyboard.press('Control+z');
    await expect(await again.cell('45.0', 'rate')).toContainText('3,100.00');
    await ops.page.keyboard.press('Control+y');
    await expect(await again.cell('45.0', 'rate')).toContainText('1,250.75');
  });

  await test.step('go to a cell by its name; replace in the sheet', async () => {
    await ops.page.keyboard.press('Control+g');
    await ops.page.getByRole('textbox', { name: 'Go to a row and column' }).fill('24 rate');
    await ops.page.keyboard.press('Enter');
    await expect(again.valueBar).toContainText('24.0 · Rate');
    await ops.page.keyboard.press('Control+h');
    await ops.page.getByRole('textbox', { name: 'Find in this sheet' }).fill('nightline');
    await ops.page.getByRole('textbox', { name: 'Replace with' }).fill('Late News');
    await ops.page.getByRole('button', { name: 'Replace all 2' }).click();
    await expect(await again.cell('32.0', 'product')).toContainText('Late News');
    await ops.page.getByRole('button', { name: 'Close find' }).click();
    await ops.page.keyboard.press('Control+z');
    await expect(await again.cell('32.0', 'product')).toContainText('Nightline');
  });

  await test.step('columns: frozen and as wide as they were pulled, also the next time', async () => {
    await (await again.cell('24.0', 'status')).click();
    await ops.page.getByRole('button', { name: 'Columns' }).click();
    await ops.page.getByRole('menuitem', { name: 'Freeze up to Status' }).click();
    await expect(ops.page.locator('.ag-header-row .ag-grid-pinned-left-cells [col-id="status"]')).toBeVisible();
    const edge = ops.page.locator('.ag-header-cell[col-id="product"] .ag-header-cell-resize');
    const box = await edge.boundingBox();
    if (box === null) throw new Error('The column has no edge to pull.');
    await ops.page.mouse.move(box.x + box.width / 2, box.y + 10);
    await ops.page.mouse.down();
    await ops.page.mouse.move(box.x + box.width / 2 + 60, box.y + 10, { steps: 6 });
    await ops.page.mouse.up();
    const width = () =>
      ops.page
        .locator('.ag-header-cell[col-id="product"]')
        .evaluate((cell) => Math.round(cell.getBoundingClientRect().width));
    const pulled = await width();
    // The grid tells of a pull a moment after it, and a page that goes takes what is not on its way to the disk with it.
    await expect.poll(() => looksOnDisk(ops.page)).toContain(`"product":${pulled}`);
    await ops.page.reload();
    await expect(ops.page.locator('.ag-header-row .ag-grid-pinned-left-cells [col-id="status"]')).toBeVisible();
    await expect.poll(width).toBe(pulled);
  });

  expect(ops.complaints).toEqual([]);
  await ops.leave();
  await server.dispose();
});

/** Long sheets on a busy machine: every wait is for a state, and none of them is a measure of time. */
const patient = expect.configure({ timeout: 120_000 });

interface Content {
  readonly content: {
    readonly sheets: { readonly rates: readonly { readonly product?: string; readonly rate?: string }[] };
  };
}

test('[GRID-22] [GRID-25] [GRID-46] [GRID-72] a sheet of 20,000 rows: scroll to its end, filter it, paste 5,000 cells, all stored; the copy is told', async () => {
  test.setTimeout(600_000);
  const server = await Server.start();
  const script = await Caller.signIn(server, 'u-viewer');
  const version = await script.newest(CARD);
  const rates = async () =>
    (await script.ask('GET', `/versions/${version}/content`)).json<Content>().content.sheets.rates;
  const before = (await rates()).length;
  const finance = await Actor.signIn('Finance', server);
  await finance.allowClipboard();
  const { page } = finance;
  const rows = Array.from(
    { length: 20_000 },
    (_, i) => `Placement ${i + 1},per 1000 impressions,GBP,${i + 1}.25,2026-01-01`,
  );
  const importing = await Importing.open(page);
  await importing.choose('large.csv', `Product,Unit,Currency,Rate,From\n${rows.join('\n')}\n`);
  await importing.into(CARD);
  await importing.check();
  await importing.commit();
  const card = await Workbook.open(page, CARD);
  await card.sheet('Rates');
  const figures = page.getByRole('region', { name: 'Status' });
  // Every row, and nothing on its way any more: the last row is the last one now.
  await patient(figures).toContainText(`${(before + rows.length).toLocaleString('en-US')} rows`);
  await patient(card.status).toContainText('Verified');
  await page.locator('[row-id] [col-id="product"]').first().click();
  await page.keyboard.press('Control+End');
  await patient(card.valueBar).toContainText('Placement 20000');

  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByRole('textbox', { name: /with/ }).fill('Placement 1999');
  await patient(figures).toContainText('11 shown');
  await page.getByRole('button', { name: 'Close the filter' }).click();
  await patient(figures).not.toContainText('shown');

  await page.keyboard.press('Control+g');
  await page.getByRole('textbox', { name: 'Go to a row and column' }).fill('placement 15001 rate');
  await page.keyboard.press('Enter');
  await patient(card.valueBar).toContainText('Placement 15001 · Rate');
  // Keys go where the focus is.
  await patient(page.locator('.active-cell')).toBeFocused();
  const block = Array.from({ length: 5_000 }, (_, i) => `${i}.75`);
  const started = Date.now();
  await paste(page, block.join('\n'));
  await patient(figures).toContainText(/Sum .*12,501,250/);
  const shown = Date.now() - started;
  await patient(card.status).toContainText('Verified', { timeout: 240_000 });
  console.log(
    `5,000 cells pasted into 20,000 rows: on the screen after ${shown} ms, verified after ${Date.now() - started} ms.`,
  );
  const kept = new Map((await rates()).map(({ product, rate }) => [product, rate]));
  expect(block.filter((rate, i) => kept.get(`Placement ${i + 15_001}`) !== rate)).toEqual([]);

  const told = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/reads'), { timeout: 120_000 });
  await page.keyboard.press('Control+c');
  expect((await told).ok()).toBe(true);
  await page.keyboard.press('Control+z');
  await patient(card.valueBar).toContainText('15,001.25');
  expect(finance.complaints).toEqual([]);
  await finance.leave();
  await server.dispose();
});
