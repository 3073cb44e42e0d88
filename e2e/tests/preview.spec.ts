// The same bill three times: saved from the app, answered by the API, printed by the command line; and again with the server gone.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { Caller } from '../kit/caller.ts';
import { countersign } from '../kit/cli.ts';
import { inBoth } from '../kit/pictures.ts';
import { Server } from '../kit/server.ts';
import { Statement } from '../pages/statement.ts';

interface Case {
  readonly what: string;
  readonly number: string;
  readonly period: string;
  /** An amount as a screen reader names it, which opens a trace. */
  readonly amount: RegExp;
  /** What its trace ends in: rows that were counted, one action, or nothing but the contract. */
  readonly facts: 'rows' | 'action' | 'none';
}

const CASES: readonly Case[] = [
  {
    what: 'CPM, all units at one tier',
    number: 'IO-2020-118',
    period: '2020-09',
    amount: /^Line 8, gross/,
    facts: 'rows',
  },
  { what: 'CPM, graduated', number: 'IO-2020-007', period: '2020-09', amount: /, gross/, facts: 'rows' },
  { what: 'percent of sale', number: 'AFF-0031', period: '2010-12', amount: /^Order 536365, payout/, facts: 'action' },
  { what: 'contracted spots', number: '2659161', period: '2016-11', amount: /^Line 1\.1, gross/, facts: 'none' },
];

test.describe('one server and one person for bills that only read', () => {
  let server: Server;
  let ops: Actor;
  test.beforeAll(async () => {
    server = await Server.start();
    ops = await Actor.signIn('Ops', server);
  });
  test.afterAll(async () => {
    await ops.leave();
    await server.dispose();
  });

  for (const { what, number, period, amount, facts } of CASES) {
    test(`[FACT-5] [SCR-5] [SCR-7] ${what}: app, API and command line give the same bytes, also offline`, async () => {
      const script = await Caller.signIn(server, 'u-viewer');
      const versionId = await script.newest(number);
      const statement = await Statement.open(ops.page, number);
      await statement.choose(period);
      await expect(statement.basis).toContainText('Same bytes as the server');

      const saved = await statement.save();
      const answered = await script.ask('POST', '/preview', { json: { versionId, period } });
      expect(answered.status).toBe(200);
      const printed = await countersign(
        'preview',
        '--contract',
        versionId,
        '--period',
        period,
        '--server',
        server.url,
        '--json',
      );
      expect(printed.code, printed.err).toBe(0);
      expect(saved.equals(answered.bytes)).toBe(true);
      expect(`${saved.toString()}\n`).toBe(printed.out);
      const { period: billed } = JSON.parse(saved.toString()) as { period: { key: string } };
      expect(billed.key).toBe(period);

      const trace = await statement.trace(amount);
      await expect(trace.locator('blockquote[data-clause]').first()).not.toBeEmpty();
      if (facts === 'rows') {
        const row = trace.getByRole('table', { name: 'Fact rows' }).first().locator('td.mono').first();
        expect(saved.toString()).toContain(`"${await row.textContent()}"`);
      }
      if (facts === 'action') {
        const title = (await trace.getByRole('heading', { name: /^Action / }).textContent()) ?? '';
        expect(saved.toString()).toContain(`"actionId":"${title.replace('Action ', '')}"`);
      }

      await ops.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await server.kill();
      await ops.page.reload();
      await statement.choose(period);
      await expect(statement.basis).toContainText('the server cannot be reached');
      expect((await statement.save()).equals(saved)).toBe(true);
      await server.run();
      await expect(statement.basis).toContainText('Same bytes as the server');
      expect(ops.complaints).toEqual([]);
    });
  }
});

test('[BILL-7] [SCR-7] the TV statement re-adds to 93 spots and 93,160.00, and by data folder once the server has stopped', async () => {
  const server = await Server.start();
  const script = await Caller.signIn(server, 'u-viewer');
  const versionId = await script.newest('2659161');
  const answered = await script.ask('POST', '/preview', { json: { versionId, period: '2016-11' } });
  const { totals } = answered.json<{ totals: { gross: string; total: string } }>();
  expect([totals.gross, totals.total]).toEqual(['109600.00', '93160.00']);
  expect(await server.stop()).toBe(0);
  const printed = await countersign(
    'preview',
    '--contract',
    versionId,
    '--period',
    '2016-11',
    '--data',
    server.data,
    '--json',
  );
  expect(printed.code, printed.err).toBe(0);
  expect(printed.out).toBe(`${answered.bytes.toString()}\n`);
  await server.dispose();
});

test(`[SCR-48] [SCR-49] cliffs and forecasts of a running month: grouped, folded, each line one press from its trace`, async () => {
  const folder = test.info().outputPath('pictures');
  await mkdir(folder, { recursive: true });
  const server = await Server.start();
  const finance = await Actor.signIn('Finance', server);
  const statement = await Statement.open(finance.page, 'IO-2020-118');
  await statement.choose('2020-09');
  await expect(statement.basis).toContainText('Same bytes as the server');
  const cliffs = finance.page.getByTestId('cliffs');
  await expect(cliffs).toContainText('units cost');
  const forecasts = finance.page.getByTestId('forecasts');
  await expect(forecasts.getByTestId('forecast').first()).toContainText('Next tier');
  // Dates as this computer writes them, never the kernel's form.
  await expect(finance.page.getByRole('region', { name: 'Notes on the statement' })).not.toContainText(
    /\d{4}-\d{2}-\d{2}/,
  );
  const few = await forecasts.getByTestId('forecast').count();
  await inBoth(finance.page, folder, 'notes');
  await forecasts.getByRole('button', { name: /^Show \d+ more$/ }).click();
  expect(await forecasts.getByTestId('forecast').count()).toBeGreaterThan(few);
  await forecasts.getByRole('button', { name: 'Show fewer' }).click();
  await expect(forecasts.getByTestId('forecast')).toHaveCount(few);
  await cliffs.getByRole('button').first().click();
  const name = (await cliffs.getByRole('button').first().textContent()) ?? '';
  await expect(finance.page.getByRole('complementary', { name: 'Trace' })).toContainText(name);
  await finance.page.setViewportSize({ width: 1000, height: 900 });
  await inBoth(finance.page, folder, 'notes-narrow');
  expect(finance.complaints).toEqual([]);
  await finance.leave();
  await server.dispose();
});

test('[FACT-8] [SCR-11] [SCR-44] what an amendment does to the bill is read on its review before anybody approves', async () => {
  const folder = test.info().outputPath('pictures');
  await mkdir(folder, { recursive: true });
  const server = await Server.start();
  const reviewer = await Actor.signIn('Reviewer', server);
  await reviewer.page.getByRole('main').getByText('2659161', { exact: true }).first().click();
  await reviewer.page.getByRole('link', { name: /^Review\b/ }).click();
  const main = reviewer.page.getByRole('main');
  // 89,165.00 before, 93,160.00 with the amendment: the contract's own figures (docs/DEMO.md).
  for (const figure of ['89,165.00', '93,160.00', '+3,995.00']) await expect(main).toContainText(figure);
  await reviewer.page.screenshot({ path: join(folder, 'impact.png') });
  await reviewer.page.setViewportSize({ width: 1000, height: 900 });
  await reviewer.page.screenshot({ path: join(folder, 'impact-narrow.png') });
  expect(reviewer.complaints).toEqual([]);
  await reviewer.leave();
  await server.dispose();
});
