// From an empty folder to a first contract: the first admin, two people who join, the work of one seen by the other, and an end.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, expect, type Page, test } from '@playwright/test';
import { chromiumPath } from '../kit/chromium.ts';
import { Server } from '../kit/server.ts';
import { Workbook } from '../pages/workbook.ts';

const PASSWORD = 'three quiet harbours';

/** A computer of its own: one browser profile. */
class Computer {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;
  readonly #profile: string;

  private constructor(context: BrowserContext, page: Page, profile: string) {
    this.#context = context;
    this.page = page;
    this.#profile = profile;
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|React|Warning:/.test(message.text()))
        this.complaints.push(message.text());
    });
  }

  static async start(): Promise<Computer> {
    const profile = await mkdtemp(join(tmpdir(), 'countersign-profile-'));
    const executablePath = await chromiumPath();
    const context = await chromium.launchPersistentContext(profile, {
      ...(executablePath ? { executablePath } : {}),
      viewport: { width: 1600, height: 1000 },
      locale: 'en-US',
      timezoneId: 'America/New_York',
    });
    return new Computer(context, context.pages()[0] ?? (await context.newPage()), profile);
  }

  async choosePassword(password: string): Promise<void> {
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByLabel('Password again').fill(password);
  }

  async isIn(): Promise<void> {
    await expect(this.page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  }

  async goTo(place: string): Promise<void> {
    await this.page.getByRole('navigation').getByText(place, { exact: true }).click();
  }

  async dispose(): Promise<void> {
    await this.#context.close();
    await rm(this.#profile, { recursive: true, force: true });
  }
}

/** Adds somebody on the people screen and returns the link to give to them. */
async function addPerson(page: Page, name: string, login: string, roles: readonly string[]): Promise<string> {
  await page.getByRole('button', { name: 'Add a person' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByLabel('E-mail or sign-in name').fill(login);
  for (const role of roles) await dialog.getByRole('checkbox', { name: new RegExp(`^${role}`) }).check();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  const link = (await dialog.getByTestId('once-link').innerText()).trim();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('table', { name: 'People' })).toContainText(login);
  return link;
}

test('[AUTH-13] [AUTH-14] [SCR-40] [SCR-41] an empty folder becomes a workspace: an admin, two people, a first contract, and an end', async () => {
  const server = await Server.start(['--empty']);
  const ada = await Computer.start();
  const ben = await Computer.start();
  const cleo = await Computer.start();
  try {
    await ada.page.goto(server.url);
    await expect(ada.page.getByText('This workspace has no admin yet.')).toBeVisible();
    const link = /Open (\S+) to become the first one/.exec(server.log)?.[1] ?? '';
    await ada.page.goto(link);
    await ada.page.getByLabel('Your name').fill('Ada');
    await ada.page.getByLabel('E-mail or sign-in name').fill('ada@example.com');
    await ada.choosePassword(PASSWORD);
    await ada.page.getByRole('button', { name: 'Become admin' }).click();
    await ada.isIn();

    await ada.goTo('People and keys');
    const forBen = await addPerson(ada.page, 'Ben', 'ben@example.com', ['editor']);
    const forCleo = await addPerson(ada.page, 'Cleo', 'cleo@example.com', ['approver']);
    // [ACR-3] Who may do what is saved from here.
    const saved = ada.page.waitForEvent('download');
    await ada.page.getByRole('button', { name: 'Save access report' }).click();
    expect((await saved).suggestedFilename()).toMatch(/^access-.*\.csv$/);

    await ben.page.goto(forBen);
    await expect(ben.page.getByRole('heading', { name: 'Welcome, Ben' })).toBeVisible();
    await ben.choosePassword(PASSWORD);
    await ben.page.getByRole('button', { name: 'Join' }).click();
    await ben.isIn();
    await cleo.page.goto(forCleo);
    await cleo.choosePassword(PASSWORD);
    await cleo.page.getByRole('button', { name: 'Join' }).click();
    await cleo.isIn();

    await ben.page
      .getByRole('button', { name: /New draft|New contract/ })
      .first()
      .click();
    const dialog = ben.page.getByRole('dialog');
    await dialog.getByLabel('Number').fill('A-1');
    await dialog.getByLabel('Title').fill('Spring campaign');
    await dialog.getByLabel('Counterparty').fill('Station');
    await dialog.getByRole('button', { name: 'Open draft' }).click();
    const workbook = new Workbook(ben.page);
    await workbook.sheet('Terms');
    await expect(workbook.grid).toBeVisible();
    await workbook.type(await workbook.cell('Currency', 'value', 'key'), 'EUR');
    await workbook.isVerified();

    // A reload asks for the list anew, and the session lives through it.
    await cleo.page.reload();
    await cleo.isIn();
    await cleo.page.getByRole('main').getByText('A-1', { exact: true }).first().click();
    const seen = new Workbook(cleo.page);
    await seen.view('Workbook');
    await seen.sheet('Terms');
    await expect(await seen.cell('Currency', 'value', 'key')).toContainText('EUR');

    // A sign-in that an admin ends is over at once, and the password lets the person in again.
    await ada.page.getByRole('button', { name: 'What to do about Ben' }).click();
    await ada.page.getByRole('menuitem', { name: 'End all sign-ins' }).click();
    await expect(ben.page.getByLabel('Password', { exact: true })).toBeVisible();
    await ben.page.getByLabel('E-mail or sign-in name').fill('ben@example.com');
    await ben.page.getByLabel('Password', { exact: true }).fill('not this one at all');
    await ben.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(ben.page.getByRole('alert').filter({ hasText: 'do not belong together' })).toBeVisible();
    await ben.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await ben.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await ben.isIn();
    await expect(ben.page.getByRole('main')).toContainText('A-1');

    expect([...ada.complaints, ...ben.complaints, ...cleo.complaints]).toEqual([]);
  } finally {
    for (const computer of [ada, ben, cleo]) await computer.dispose();
    await server.dispose();
  }
});
