// One person at one computer: a browser profile of their own, signed in or not. Owns the profile; pages know the screens.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type CDPSession, chromium, expect, type Page } from '@playwright/test';
import { Caller } from './caller.ts';
import { chromiumPath } from './chromium.ts';
import type { Server } from './server.ts';

export type Account =
  | 'Finance'
  | 'Ops'
  | 'Reviewer'
  | 'Approver'
  | 'Controller'
  | 'Exporter'
  | 'Auditor'
  | 'Viewer'
  | 'Admin';

export class Actor {
  readonly name: Account;
  readonly #profile: string;
  readonly #server: Server;
  readonly #scheme: 'light' | 'dark';
  #context: BrowserContext | undefined;
  #page: Page | undefined;
  /** The session's token as the app last sent it. */
  #token = '';
  /** What the page complained about; a story ends with this empty. */
  readonly complaints: string[] = [];

  private constructor(name: Account, server: Server, profile: string, scheme: 'light' | 'dark') {
    this.name = name;
    this.#server = server;
    this.#profile = profile;
    this.#scheme = scheme;
  }

  /** Opens a fresh profile and signs in. */
  static async signIn(name: Account, server: Server, scheme: 'light' | 'dark' = 'light'): Promise<Actor> {
    const profile = await mkdtemp(join(tmpdir(), 'countersign-profile-'));
    const actor = new Actor(name, server, profile, scheme);
    await actor.openBrowser();
    await actor.#chooseAccount(name);
    return actor;
  }

  /** Another person takes this computer: signs out, signs in. */
  async switchTo(name: Account): Promise<void> {
    await this.page.getByRole('button', { name: /workspace menu/ }).click();
    await this.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await this.#chooseAccount(name);
  }

  async #chooseAccount(name: Account): Promise<void> {
    await this.page.getByRole('button', { name: `Sign in as ${name}` }).click();
    await expect(this.page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  }

  get page(): Page {
    if (!this.#page) throw new Error(`${this.name} has no browser open.`);
    return this.#page;
  }

  /** Starts the browser on this person's profile, as after a restart of the computer. */
  async openBrowser(): Promise<void> {
    const executablePath = await chromiumPath();
    this.#context = await chromium.launchPersistentContext(this.#profile, {
      ...(executablePath ? { executablePath } : {}),
      viewport: { width: 1600, height: 1000 },
      locale: 'en-US',
      timezoneId: 'America/New_York',
      colorScheme: this.#scheme,
      // Without it headless Chromium squeezes words together, and pictures would not show what people see.
      args: ['--font-render-hinting=none'],
      acceptDownloads: true,
    });
    this.#page = this.#context.pages()[0] ?? (await this.#context.newPage());
    await this.#show(this.#page);
  }

  /** A second window of the same profile. */
  async anotherWindow(): Promise<Page> {
    if (!this.#context) throw new Error(`${this.name} has no browser open.`);
    const page = await this.#context.newPage();
    await this.#show(page);
    return page;
  }

  async #show(page: Page): Promise<void> {
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => this.complaints.push(`${this.name}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|React|Warning:/.test(message.text()))
        this.complaints.push(`${this.name}: ${message.text()}`);
    });
    page.on('request', (request) => {
      this.#token = request.headers().authorization?.replace('Bearer ', '') ?? this.#token;
    });
    await page.goto(this.#server.url);
  }

  /** Closes the whole browser, as when the computer is shut down; the profile stays on disk. */
  async closeBrowser(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
    this.#page = undefined;
  }

  /** This computer's clock is wrong by so many milliseconds, from the next page on. */
  async clockOff(by: number): Promise<void> {
    await this.#context?.addInitScript((wrong) => {
      const { now } = Date;
      const Right = Date;
      const Wrong = function (this: unknown, ...given: unknown[]) {
        const made = Reflect.construct(Right, given.length === 0 ? [now() + wrong] : given, Right);
        return new.target === undefined ? made.toString() : made;
      };
      Object.setPrototypeOf(Wrong, Right);
      Object.assign(Wrong, { prototype: Right.prototype, now: () => now() + wrong });
      Object.defineProperty(globalThis, 'Date', { value: Wrong });
    }, by);
  }

  /** The browser's own tools for this page, for what no page can do to itself. */
  async tools(): Promise<CDPSession> {
    if (!this.#context) throw new Error(`${this.name} has no browser open.`);
    return this.#context.newCDPSession(this.page);
  }

  /** Lets the page read and write the clipboard, as a person who presses the keys does. */
  async allowClipboard(): Promise<void> {
    await this.#context?.grantPermissions(['clipboard-read', 'clipboard-write']);
  }

  /** Ends this person's session from outside the browser, with its own token, as another window or an admin may. */
  async endSessionElsewhere(): Promise<void> {
    const ended = await new Caller(this.#server.url, this.#token).ask('DELETE', '/session');
    expect(ended.status).toBe(204);
  }

  /** Cuts or restores this person's network. */
  async network(on: boolean): Promise<void> {
    await this.#context?.setOffline(!on);
  }

  async leave(): Promise<void> {
    await this.closeBrowser();
    await rm(this.#profile, { recursive: true, force: true });
  }
}
