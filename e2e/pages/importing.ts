// The import screen: a file, a draft, its columns, what will happen. Owns locators; stories own expectations.
import { expect, type Locator, type Page } from '@playwright/test';

/** For the server's work on a large file while the machine does other things. */
const LARGE_FILE_MS = 120_000;

export class Importing {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async open(page: Page): Promise<Importing> {
    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByRole('link', { name: 'Import a file' }).click();
    return new Importing(page);
  }

  get refused(): Locator {
    return this.page.getByRole('table', { name: 'Refused cells' });
  }

  get added(): Locator {
    return this.page.getByRole('table', { name: 'Rows to add' });
  }

  /** What went wrong with the file as a whole. */
  get problem(): Locator {
    return this.page.getByRole('alert');
  }

  get progress(): Locator {
    return this.page.getByRole('region', { name: 'Progress' });
  }

  /** The button that writes the checked rows. */
  get importButton(): Locator {
    return this.page.getByRole('button', { name: /^Import / });
  }

  async choose(name: string, content: string | Buffer): Promise<void> {
    await this.page.getByLabel('File to import').setInputFiles({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(content),
    });
  }

  /** Chooses the draft by its number. */
  async into(number: string): Promise<void> {
    const draft = this.page.getByLabel('Draft', { exact: true });
    const option = await draft.locator('option', { hasText: number }).first().getAttribute('value');
    await draft.selectOption(option);
  }

  async check(): Promise<void> {
    await this.page.getByRole('button', { name: /^Check / }).click();
    await expect(this.progress).toBeHidden({ timeout: LARGE_FILE_MS });
  }

  async commit(): Promise<void> {
    // The progress may not have begun when it is looked for: the button comes once the check is done.
    await this.importButton.click({ timeout: LARGE_FILE_MS });
    await expect(this.page.getByRole('button', { name: 'Open the workbook' })).toBeVisible({ timeout: LARGE_FILE_MS });
  }
}
