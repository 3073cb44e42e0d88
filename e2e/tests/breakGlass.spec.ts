// Two people give one of them a role for an hour: asked for on one computer, agreed to on another, seen on both, used, ended.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { Caller } from '../kit/caller.ts';
import { Server } from '../kit/server.ts';

const WHY = 'Both approvers are on one plane until the evening.';

const banner = (page: Page): Locator => page.getByTestId('emergency-banner');
const section = (page: Page): Locator => page.getByRole('region', { name: 'Emergency roles' });

/** As when a person comes back to their window: what others did meanwhile is asked for at once. */
const comeBack = (page: Page): Promise<void> => page.evaluate(() => void window.dispatchEvent(new Event('focus')));

async function toPeople(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByText('People and keys', { exact: true }).click();
  await expect(section(page)).toBeVisible();
}

test('[GLASS-13] [GLASS-14] [GLASS-18] one asks, another agrees, everybody sees it while it lasts, and it is ended', async () => {
  const folder = test.info().outputPath('pictures');
  await mkdir(folder, { recursive: true });
  const server = await Server.start();
  const ops = await Actor.signIn('Ops', server);
  const exporter = await Actor.signIn('Exporter', server, 'dark');

  await toPeople(ops.page);
  await section(ops.page).getByRole('button', { name: 'Ask for an emergency role' }).click();
  const form = ops.page.getByRole('dialog', { name: 'Ask for an emergency role' });
  await form.getByLabel('Reason').fill(WHY);
  await ops.page.screenshot({ path: join(folder, 'ask-light.png') });
  await form.getByRole('button', { name: 'Ask', exact: true }).click();
  await ops.page.getByTestId('confirm-action').click();
  await expect(form).toBeHidden();
  await expect(section(ops.page)).toContainText('nobody has agreed yet');
  await expect(section(ops.page).getByRole('button', { name: 'Agree' })).toBeDisabled();
  await expect(banner(ops.page)).toBeHidden();

  await comeBack(exporter.page);
  await expect(banner(exporter.page)).toContainText(WHY, { timeout: 60_000 });
  await toPeople(exporter.page);
  await section(exporter.page).getByRole('button', { name: 'Agree' }).click();
  await exporter.page.getByTestId('confirm-action').click();
  await expect(banner(exporter.page)).toContainText(
    /Ops is approver until .*, \d+ minutes left\. Ops asked, Exporter agreed/,
  );
  await comeBack(ops.page);
  await expect(banner(ops.page)).toContainText(/You are approver until .*, \d+ minutes left\./, { timeout: 60_000 });
  for (const width of [900, 1280]) {
    await ops.page.setViewportSize({ width, height: 800 });
    await exporter.page.setViewportSize({ width, height: 800 });
    await ops.page.screenshot({ path: join(folder, `held-light-${width}.png`) });
    await exporter.page.screenshot({ path: join(folder, `held-dark-${width}.png`) });
  }
  const caller = await Caller.signIn(server, 'u-auditor');
  const log = (await caller.ask('GET', '/log?doc=workspace&kind=breakGlass')).json<{ entries: { text: string }[] }>();
  expect(log.entries.map(({ text }) => text)).toEqual([
    'Exporter agreed that Ops is approver in an emergency for 30 minutes.',
    'Ops asked that Ops be approver in an emergency for 30 minutes.',
  ]);

  await section(exporter.page).getByRole('button', { name: 'End now' }).click();
  await exporter.page.getByTestId('confirm-action').click();
  await expect(banner(exporter.page)).toBeHidden();
  await expect(section(exporter.page)).toContainText('Exporter ended it at');
  await comeBack(ops.page);
  await expect(banner(ops.page)).toBeHidden({ timeout: 60_000 });
  expect([...ops.complaints, ...exporter.complaints]).toEqual([]);
  await Promise.all([ops.leave(), exporter.leave()]);
  await server.dispose();
});
