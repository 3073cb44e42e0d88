// Large files: 20,000 rows from CSV and from a workbook, with their progress, cancelled once and committed once.
import { expect, test } from '@playwright/test';
import writeExcelFile from 'write-excel-file/node';
import { Actor } from '../kit/actor.ts';
import { Caller } from '../kit/caller.ts';
import { Server } from '../kit/server.ts';
import { Importing } from '../pages/importing.ts';
import { Workbook } from '../pages/workbook.ts';

const CARD = 'CHANNEL5-UK-DIGITAL';
const ROWS = 20_000;
const HEADING = ['Product', 'Unit', 'Currency', 'Rate', 'From'] as const;

/** Row n of the large card: every rate differs, so that a lost or doubled row shows in the sum of one column. */
function row(n: number): readonly [string, string, string, number, string] {
  return [`Placement ${n}`, 'per 1,000 impressions', 'GBP', n + 0.25, '2026-01-01'];
}

const numbers = Array.from({ length: ROWS }, (_, index) => index + 1);

async function asCsv(): Promise<Buffer> {
  const lines = numbers.map((n) =>
    row(n)
      .map((cell) => (typeof cell === 'string' ? `"${cell}"` : String(cell)))
      .join(','),
  );
  return Buffer.from(`${HEADING.join(',')}\n${lines.join('\n')}\n`);
}

async function asWorkbook(): Promise<Buffer> {
  const cells = numbers.map((n) => row(n).map((value) => ({ value })));
  return writeExcelFile([HEADING.map((value) => ({ value })), ...cells]).toBuffer();
}

interface Content {
  readonly content: {
    readonly sheets: { readonly rates: readonly { readonly product?: string; readonly rate?: string }[] };
  };
}

for (const [kind, name, write] of [
  ['CSV', 'large.csv', asCsv],
  ['XLSX', 'large.xlsx', asWorkbook],
] as const) {
  test(`[IMP-9] [IMP-10] [SCR-21] 20,000 rows of ${kind}: cancelled they leave nothing, committed they are all in the grid`, async () => {
    const [server, file] = await Promise.all([Server.start(), write()]);
    const finance = await Actor.signIn('Finance', server);
    const script = await Caller.signIn(server, 'u-viewer');
    const card = await script.newest(CARD);
    const rates = async () =>
      (await script.ask('GET', `/versions/${card}/content`)).json<Content>().content.sheets.rates;
    const [before, hash] = [(await rates()).length, await script.contentHash(card)];

    await test.step('cancelled while it is checked', async () => {
      const importing = await Importing.open(finance.page);
      await importing.choose(name, file);
      await importing.into(CARD);
      // A slow line: the state of the check is not answered before the person has cancelled, however fast this machine is.
      const { promise: cancelled, resolve: release } = Promise.withResolvers<void>();
      await finance.page.route(/\/api\/v1\/imports\/[^/]+$/, async (route) => {
        if (route.request().method() === 'GET') await cancelled;
        await route.continue();
      });
      await finance.page.getByRole('button', { name: 'Check 20,000 rows' }).click();
      await expect(importing.progress.getByRole('progressbar', { name: 'Rows done' })).toBeVisible();
      await expect(importing.progress).toContainText('of 20,000 rows');
      await importing.progress.getByRole('button', { name: 'Cancel' }).click();
      await expect(finance.page.getByRole('heading', { name: 'Drop a CSV or XLSX file here' })).toBeVisible();
      release();
      await finance.page.unrouteAll({ behavior: 'wait' });
      expect(await script.contentHash(card)).toBe(hash);
    });

    await test.step('checked and committed', async () => {
      const importing = await Importing.open(finance.page);
      await importing.choose(name, file);
      await importing.into(CARD);
      await importing.check();
      await expect(finance.page.getByText('20,000 rows will be added')).toBeVisible();
      await expect(importing.added).toContainText('Placement 1');
      expect(await script.contentHash(card)).toBe(hash);
      await expect(importing.importButton).toHaveText('Import 20,000 rows');
      await importing.commit();
    });

    const now = await rates();
    expect(now.length).toBe(before + ROWS);
    expect(now.at(-1)).toMatchObject({ product: 'Placement 20000', rate: '20000.25', from: '2026-01-01' });
    expect(new Set(now.slice(before).map(({ rate }) => rate)).size).toBe(ROWS);

    const workbook = await Workbook.open(finance.page, CARD);
    await workbook.sheet('Rates');
    await expect(finance.page.getByRole('region', { name: 'Status', exact: true })).toContainText(
      `${(before + ROWS).toLocaleString('en-US')} rows`,
    );
    await workbook.grid.getByRole('gridcell').first().click();
    await finance.page.keyboard.press('Control+End');
    await expect(
      finance.page.locator('[row-id] [col-id="product"]').filter({ hasText: 'Placement 20000' }),
    ).toBeVisible();
    expect(finance.complaints).toEqual([]);
    await finance.leave();
    await server.dispose();
  });
}
