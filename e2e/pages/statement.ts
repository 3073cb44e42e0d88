// The preview of one version: its period, its amounts, their trace, the saved file. Owns locators; stories own expectations.
import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from '@playwright/test';

export class Statement {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the preview of a document's newest version from the home screen. */
  static async open(page: Page, number: string): Promise<Statement> {
    await page.getByRole('navigation').getByText('Home', { exact: true }).click();
    await page.getByRole('main').getByText(number, { exact: true }).first().click();
    await page.getByRole('link', { name: /^Preview\b/ }).click();
    return new Statement(page);
  }

  get main(): Locator {
    return this.page.getByRole('main');
  }

  /** What the statement stands on, and whether the server came to the same bytes. */
  get basis(): Locator {
    return this.page.getByRole('region', { name: 'Status', exact: true });
  }

  /** Chooses a billing period by its key, e.g. `2016-11`. */
  async choose(period: string): Promise<void> {
    const picker = this.page.getByLabel('Statement period');
    await picker.selectOption(period);
    await expect(picker).toHaveValue(period);
  }

  /** Bytes of the file that "Save as file" gives. */
  async save(): Promise<Buffer> {
    const button = this.page.getByRole('button', { name: 'Save as file' });
    await expect(button).toBeEnabled();
    const [download] = await Promise.all([this.page.waitForEvent('download'), button.click()]);
    return readFile(await download.path());
  }

  /** Presses the first amount of this name; gives its trace. */
  async trace(amount: RegExp): Promise<Locator> {
    const button = this.main.getByRole('button', { name: amount }).first();
    await button.click();
    await expect(button).toHaveAttribute('aria-pressed', 'true');
    return this.page.getByRole('list', { name: /^Trace of / });
  }
}
