// The window itself: themes, regions, narrow widths, announcements, what survives a screen that fails. Two people where it takes two.
import { expect, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { Server } from '../kit/server.ts';
import { Workbook } from '../pages/workbook.ts';

const TV = '2659161';

test('[UI-3] [UI-4] [UI-5] [UI-7] the window follows the theme, walks its regions, fits narrow screens and breaks no policy', async () => {
  const server = await Server.start();
  const ops = await Actor.signIn('Ops', server, 'dark');
  const workbook = await Workbook.open(ops.page, TV);

  await expect(ops.page.locator('.bp6-dark').first()).toBeVisible();
  await ops.page.getByRole('button', { name: /workspace menu/ }).click();
  await ops.page.getByRole('menu').getByText('Light', { exact: true }).click();
  await expect(ops.page.locator('.bp6-dark')).toHaveCount(0);
  await ops.page.reload();
  await expect(workbook.grid).toBeVisible();
  await expect(ops.page.locator('.bp6-dark')).toHaveCount(0);

  await (await workbook.cell('18.0', 'rate')).click();
  const regions = new Set<string>();
  for (let press = 0; press < 6; press += 1) {
    await ops.page.keyboard.press('F6');
    regions.add(
      await ops.page.evaluate(
        () => document.activeElement?.closest('[data-region], nav, aside, header, main')?.outerHTML.slice(0, 60) ?? '',
      ),
    );
  }
  expect(regions.size).toBeGreaterThanOrEqual(3);

  for (const width of [1100, 800, 640]) {
    await ops.page.setViewportSize({ width, height: 800 });
    await expect(workbook.grid).toBeVisible();
    expect(
      await ops.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
      `${width} px`,
    ).toBe(true);
  }

  const nonces = await ops.page.evaluate(() =>
    [...document.querySelectorAll('style')].map((style) => style.nonce !== ''),
  );
  expect(nonces.length).toBeGreaterThan(0);
  expect(nonces.every(Boolean)).toBe(true);
  expect(ops.complaints).toEqual([]);
  await ops.leave();
  await server.dispose();
});

test('[UI-31] [UI-32] [GRID-72] [GRID-82] [UI-27] a change of somebody else is painted and announced; the cell says what it is; signing names its content', async () => {
  const server = await Server.start();
  const ops = await Actor.signIn('Ops', server);
  const finance = await Actor.signIn('Finance', server);
  const [mine, theirs] = [await Workbook.open(ops.page, TV), await Workbook.open(finance.page, TV)];

  const cell = await mine.cell('18.0', 'rate');
  await cell.click();
  await expect(mine.valueBar).toContainText('18.0 · Rate');
  await expect(mine.valueBar).toContainText('2,800.00');
  await expect(mine.valueBar).toContainText('USD per spot');

  const before = await ops.page.locator('[row-id]').first().boundingBox();
  await theirs.type(await theirs.cell('18.0', 'rate'), '2850');
  await expect(cell).toContainText('2,850.00');
  await expect(ops.page.locator('.visually-hidden[role="status"]')).toContainText('changed 1 row in Lines');
  expect(await ops.page.locator('[row-id]').first().boundingBox()).toEqual(before);
  await expect(await mine.cell('19.0', 'rate')).toHaveAttribute('aria-label', /Finance/);

  await finance.network(false);
  await theirs.type(await theirs.cell('20.1', 'rate'), '7100');
  await expect(await theirs.cell('20.1', 'rate')).toHaveAttribute('aria-label', /not stored/);
  await mine.type(await mine.cell('20.1', 'rate'), '7200');
  await finance.network(true);
  await expect((await mine.cell('20.1', 'rate')).locator('.contest-count')).toHaveAttribute('data-mark', '2');
  await (await mine.cell('20.1', 'rate')).click();
  await mine.keep('7,200.00');

  await ops.page.locator('header').getByRole('button', { name: 'Submit', exact: true }).click();
  const dialog = ops.page.getByRole('dialog');
  await expect(dialog).toContainText(`Submit ${TV}`);
  await expect(dialog).toContainText('Amendment 2');
  expect((await dialog.innerText()).replaceAll(/\s/g, '')).toMatch(/[0-9a-f]{64}/);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(mine.state).toContainText('Draft');

  expect([...ops.complaints, ...finance.complaints]).toEqual([]);
  await ops.leave();
  await finance.leave();
  await server.dispose();
});

test('[UI-6] [UI-13] [SYNC-57] a screen that cannot be drawn says so, loses nothing and is there when opened again; the others need no network', async () => {
  const server = await Server.start();
  const ops = await Actor.signIn('Ops', server);
  const workbook = await Workbook.open(ops.page, TV);
  await ops.page.evaluate(() => navigator.serviceWorker.ready.then((ready) => ready.unregister()));
  await ops.page.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  });
  // A browser that keeps no files: what has not been loaded is not there.
  await ops.page.addInitScript(() => {
    navigator.serviceWorker.register = () => Promise.reject(new Error('No worker in this window.'));
  });
  await ops.page.route('**/assets/preview-*.js', (route) => route.abort());
  await ops.page.reload();
  await expect(workbook.grid).toBeVisible();
  await expect
    .poll(() => ops.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name)))
    .toContainEqual(expect.stringMatching(/assets\/parked-.*\.js/));
  await ops.network(false);
  await workbook.type(await workbook.cell('18.0', 'rate'), '2860');
  await workbook.view('Review');
  await expect(ops.page.getByTestId('sync-status')).toContainText('server not reached');
  await expect(ops.page.getByRole('heading', { name: 'This review is not on this computer' })).toBeVisible();
  await workbook.view('History');
  await expect(ops.page.getByRole('heading', { name: 'These entries are not on this computer' })).toBeVisible();
  await ops.page.getByRole('link', { name: 'Exports' }).click();
  await expect(ops.page.getByRole('main')).toContainText('The exports are not on this computer');
  await expect(ops.page.getByRole('main')).not.toContainText('0 bundles');
  await ops.page.goBack();
  await workbook.view('Preview');
  await expect(ops.page.getByRole('button', { name: 'Save unsent changes' })).toBeVisible();
  await ops.page.unroute('**/assets/preview-*.js');
  await ops.network(true);
  await ops.page.getByRole('button', { name: 'Open again' }).click();
  await expect(ops.page.getByTestId('net-due')).toBeVisible();
  await ops.page.goto(server.url);
  const again = await Workbook.open(ops.page, TV);
  await expect(await again.cell('18.0', 'rate')).toContainText('2,860.00');
  await again.isStored();
  await ops.leave();
  await server.dispose();
});
