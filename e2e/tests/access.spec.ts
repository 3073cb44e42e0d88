// Every screen, light and dark, for people who read by ear or steer by keys: names, contrast, focus, zoom, no motion.
import { expect, type Page, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { accessFaults } from '../kit/axe.ts';
import { Server } from '../kit/server.ts';
import { Workbook } from '../pages/workbook.ts';

const TV = '2659161';

/** The screen as it stands: every rule in the light, and in the dark those about colours, which is all that differs there. */
async function lookAt(page: Page, screen: string): Promise<void> {
  await expect(page.locator('.bp6-dark')).toHaveCount(0);
  expect.soft(await accessFaults(page, screen), screen).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('.bp6-dark').first()).toBeAttached();
  expect.soft(await accessFaults(page, screen, 'colours'), `${screen}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(page.locator('.bp6-dark')).toHaveCount(0);
}

test('[UI-8] no screen has a serious fault of access, light and dark', async ({ browser }) => {
  // Every rule on every cell of a sheet takes its time.
  test.setTimeout(400_000);
  const server = await Server.start();
  const visitor = await browser.newPage({ colorScheme: 'light' });
  await visitor.goto(server.url);
  await expect(visitor.getByRole('button', { name: 'Sign in as Ops' })).toBeVisible();
  await lookAt(visitor, 'sign-in');
  await visitor.close();

  const ops = await Actor.signIn('Ops', server);
  const finance = await Actor.signIn('Finance', server);
  const look = (screen: string) => lookAt(ops.page, screen);
  await expect(ops.page.getByRole('main').getByText(TV, { exact: true }).first()).toBeVisible();
  await look('home');

  const [mine, theirs] = [await Workbook.open(ops.page, TV), await Workbook.open(finance.page, TV)];
  await Promise.all([ops.network(false), finance.network(false)]);
  await mine.type(await mine.cell('42.0', 'rate'), '4200');
  await theirs.type(await theirs.cell('42.0', 'rate'), '2800');
  await mine.type(await mine.cell('43.0', 'rate'), '=A1');
  await mine.isKept();
  await look('workbook offline');
  await Promise.all([ops.network(true), finance.network(true)]);
  await expect(await mine.cell('42.0', 'rate')).toHaveAttribute('aria-label', /contested/);
  await (await theirs.cell('36.0', 'product')).click();
  await (await mine.cell('42.0', 'rate')).click();
  await expect(mine.inspector.getByRole('button', { name: 'Keep 2,800.00' })).toBeVisible();
  await look('workbook contested');
  await mine.status.click();
  await look('sync details');
  await ops.page.keyboard.press('Escape');
  await ops.page.keyboard.press('Control+k');
  await expect(ops.page.getByRole('combobox', { name: 'Find or run' })).toBeVisible();
  await look('palette');
  await ops.page.keyboard.press('Escape');
  await ops.page.keyboard.press('?');
  await expect(ops.page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await look('keys');
  await ops.page.keyboard.press('Escape');
  await expect(ops.page.getByRole('dialog')).toBeHidden();

  await mine.view('Review');
  await expect(ops.page.getByTestId('content-hash')).toBeVisible();
  await look('review');
  await mine.view('Preview');
  await expect(ops.page.getByTestId('net-due')).toBeVisible();
  await look('preview');
  await mine.view('History');
  await expect(ops.page.getByRole('region', { name: 'Verification' })).toBeVisible();
  await expect(ops.page.locator('button.entry-button[tabindex="0"]')).toHaveCount(1);
  await look('history of a version');
  for (const [link, words] of [
    ['Rate cards', 'CHANNEL5-UK-DIGITAL'],
    ['Exports', 'Ready to export'],
    ['Import a file', 'file'],
    ['People and keys', 'Finance'],
  ] as const) {
    await ops.page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: link }).click();
    await expect(ops.page.getByRole('main')).toContainText(words);
    await look(link);
  }
  expect([...ops.complaints, ...finance.complaints]).toEqual([]);
  await ops.leave();
  await finance.leave();
  await server.dispose();
});

test('[UI-4] [UI-5] [UI-9] the main job by keys alone, without motion, at twice the size; a ring shows where the keys are, not where the mouse was', async () => {
  const server = await Server.start();
  const ops = await Actor.signIn('Ops', server);
  const { page } = ops;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const hasRing = () => page.evaluate(() => document.activeElement?.matches(':focus-visible') ?? false);
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Contracts' }).click();
  await expect(page.getByRole('main')).toContainText(TV);
  expect(await hasRing()).toBe(false);
  await page.keyboard.press('Tab');
  expect(await hasRing()).toBe(true);

  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Find or run' })).toBeFocused();
  await page.keyboard.type(`${TV} amendment`);
  await page.keyboard.press('Enter');
  const workbook = new Workbook(page);
  await expect(workbook.grid).toBeVisible();
  await page.keyboard.press('Control+g');
  await expect(page.getByRole('textbox', { name: 'Go to a row and column' })).toBeFocused();
  await page.keyboard.type('42 rate');
  await page.keyboard.press('Enter');
  await expect(workbook.valueBar).toContainText('42.0 · Rate');
  await page.keyboard.type('4200');
  await page.keyboard.press('Enter');
  await expect(await workbook.cell('42.0', 'rate')).toContainText('4,200.00');
  await expect(workbook.valueBar).toContainText('43.0 · Rate');
  await page.keyboard.press('F1');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await workbook.isVerified();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);

  // Twice the size on this screen: half the room in both directions.
  await page.setViewportSize({ width: 800, height: 500 });
  await expect(workbook.grid).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

  const submit = page.locator('header').getByRole('button', { name: 'Submit', exact: true });
  await expect(async () => {
    await page.keyboard.press('F6');
    await expect(page.locator('header').locator(':focus')).toHaveCount(1, { timeout: 200 });
  }).toPass({ intervals: [50] });
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect(submit).toBeFocused({ timeout: 200 });
  }).toPass({ intervals: [50] });
  await page.keyboard.press('Enter');
  const agree = page.getByRole('dialog').getByRole('button', { name: 'Submit' });
  await expect(page.getByRole('dialog')).toContainText(/[0-9a-f]{8}/);
  await expect(async () => {
    if (!(await agree.evaluate((button) => button === document.activeElement))) await page.keyboard.press('Tab');
    await expect(agree).toBeFocused({ timeout: 200 });
  }).toPass({ intervals: [50] });
  await page.keyboard.press('Enter');
  await expect(workbook.state).toContainText('In review');
  expect(ops.complaints).toEqual([]);
  await ops.leave();
  await server.dispose();
});
