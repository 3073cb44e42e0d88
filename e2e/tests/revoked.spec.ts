// A computer whose key was revoked: what its person sees, what is kept, how they go on; and what an admin does with what it sent.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { Caller } from '../kit/caller.ts';
import { Server } from '../kit/server.ts';
import { Workbook } from '../pages/workbook.ts';

const TV = '2659161';

interface Person {
  readonly userId: string;
  readonly devices: readonly { readonly deviceId: string; readonly state: string }[];
}

/** An admin revokes every device that the person has now. */
async function revokeDevicesOf(server: Server, userId: string): Promise<void> {
  const admin = await Caller.signIn(server, 'u-admin');
  const people = (await admin.ask('GET', '/people')).json<Person[]>();
  const devices = people.find((person) => person.userId === userId)?.devices ?? [];
  for (const { deviceId, state } of devices)
    if (state === 'active') expect((await admin.ask('DELETE', `/devices/${deviceId}`)).status).toBe(204);
}

async function goTo(page: Page, place: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByText(place, { exact: true }).click();
}

test('[CLI-25] [SCR-45] [SCR-46] [SCR-47] a revoked computer: its work is kept and offered under a new key, and what it sent can be looked at', async () => {
  const folder = test.info().outputPath('pictures');
  await mkdir(folder, { recursive: true });
  const server = await Server.start();
  const ops = await Actor.signIn('Ops', server);
  const mine = await Workbook.open(ops.page, TV);
  await mine.isVerified();
  await ops.network(false);
  await mine.type(await mine.cell('18.0', 'rate'), '2801');
  await mine.isKept();
  await revokeDevicesOf(server, 'u-ops');
  await ops.network(true);
  await expect(ops.page.getByRole('alert')).toContainText('Your 1 change is kept on this computer');
  await ops.page.getByRole('button', { name: 'Sign in as Ops' }).click();

  const notice = ops.page.getByRole('alert').filter({ hasText: 'The key of this computer was revoked' });
  await expect(notice).toContainText('Your work on this computer is kept');
  const again = await Workbook.open(ops.page, TV);
  await expect(again.attention).toContainText('This device’s key was revoked');
  await (await again.cell('19.0', 'rate')).click();
  await ops.page.keyboard.type('1');
  await expect(again.denial).toContainText('Make a new key');
  await ops.page.keyboard.press('Escape');
  await ops.page.screenshot({ path: join(folder, 'revoked.png') });

  await notice.getByRole('button', { name: 'Make a new key' }).click();
  await expect(notice).toBeHidden();
  await again.attention.getByRole('button', { name: 'Try again' }).first().click();
  await expect(again.attention).toBeHidden();
  await again.isVerified();
  await expect(await again.cell('18.0', 'rate')).toContainText('2,801.00');

  // What the old key had signed is parked; its author may enter it again after it was written over.
  await again.type(await again.cell('18.0', 'rate'), '2900');
  await again.isVerified();
  await goTo(ops.page, 'Parked changes');
  const parked = ops.page.getByRole('table', { name: 'Parked changes' });
  await expect(parked).toContainText('2,801.00');
  await ops.page.getByRole('button', { name: 'Enter into Amendment 2' }).click();
  const entered = new Workbook(ops.page);
  await expect(await entered.cell('18.0', 'rate')).toContainText('2,801.00');
  await entered.isVerified();

  const admin = await Actor.signIn('Admin', server, 'dark');
  await goTo(admin.page, 'Parked changes');
  await expect(admin.page.getByRole('table', { name: 'Parked changes' })).toContainText('Ops');
  await expect(admin.page.getByRole('table', { name: 'Parked changes' })).toContainText(TV);
  await admin.page.screenshot({ path: join(folder, 'parked-dark.png') });
  await admin.page.setViewportSize({ width: 900, height: 900 });
  await admin.page.screenshot({ path: join(folder, 'parked-dark-narrow.png') });
  await admin.page.setViewportSize({ width: 1600, height: 1000 });
  await admin.page.getByRole('button', { name: 'Enter into Amendment 2' }).hover();
  await expect(admin.page.getByText('Changes are entered by an editor.')).toBeVisible();
  await admin.page.getByRole('button', { name: 'Erase', exact: true }).click();
  const dialog = admin.page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('The device was stolen.');
  await dialog.getByRole('button', { name: 'Erase', exact: true }).click();
  await expect(admin.page.getByRole('heading', { name: 'Nothing is parked' })).toBeVisible();

  expect([...ops.complaints, ...admin.complaints]).toEqual([]);
  await Promise.all([ops.leave(), admin.leave()]);
  await server.dispose();
});
