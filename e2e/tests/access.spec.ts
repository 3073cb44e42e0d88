// Every screen, light and dark, for people who read by ear or steer by keys: names, contrast, focus, zoom, no motion.
import { expect, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { accessFaults } from '../kit/axe.ts';
import { Server } from '../kit/server.ts';
import { Workbook } from '../pages/workbook.ts';

const TV = '2659161';

for (const scheme of ['light', 'dark'] as const) {
  test(`[UI-8] no screen has a serious fault of access, ${scheme}`, async ({ browser }) => {
    // Every rule on every cell of a sheet takes its time.
    test.setTimeout(400_000);
    const server = await Server.start();
    const visitor = await browser.newPage({ colorScheme: scheme });
    await visitor.goto(server.url);
    await expect(visitor.getByRole('button', { name: 'Sign in as Ops' })).toBeVisible();
    expect.soft(await accessFaults(visitor, 'sign-in'), 'sign-in').toEqual([]);
    await visitor.close();

    const ops = await Actor.signIn('Ops', server, scheme);
    const finance = await Actor.signIn('Finance', server, scheme);
    const look = async (screen: string, person = ops) => {
      expect.soft(await accessFaults(person.page, screen), screen).toEqual([]);
    };
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
}
