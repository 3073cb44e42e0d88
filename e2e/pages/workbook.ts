// The workbook of one version: sheets, cells, what the inspector and the status say. Owns locators; stories own expectations.
import { expect, type Locator, type Page } from '@playwright/test';

/** More views than any sheet of a test has. */
const MOST_TURNS = 80;

export type View = 'Workbook' | 'Preview' | 'Review' | 'History';

export class Workbook {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens a document from the home screen by its number, at its newest version. */
  static async open(page: Page, number: string): Promise<Workbook> {
    await page.getByRole('navigation').getByText('Home', { exact: true }).click();
    await page.getByRole('main').getByText(number, { exact: true }).first().click();
    const workbook = new Workbook(page);
    // What waits for this person's review opens there; the workbook is one view away.
    await workbook.view('Workbook');
    await expect(workbook.grid).toBeVisible();
    return workbook;
  }

  get grid(): Locator {
    return this.page.getByRole('grid').first();
  }

  get status(): Locator {
    return this.page.getByTestId('sync-status');
  }

  get inspector(): Locator {
    return this.page.getByTestId('cell-inspector');
  }

  get valueBar(): Locator {
    return this.page.getByTestId('value-bar');
  }

  get state(): Locator {
    return this.page.getByTestId('state-chip');
  }

  /** Why the selected cell cannot be written, shown at the cell when somebody tries. */
  get denial(): Locator {
    return this.page.getByRole('tooltip').filter({ visible: true });
  }

  /** Says that nothing can be changed here until the server was reached. */
  get ended(): Locator {
    return this.page.getByTestId('offline-ended');
  }

  get attention(): Locator {
    return this.page.getByTestId('needs-attention');
  }

  /** Goes to another view of the same version. */
  async view(name: View): Promise<void> {
    const views = this.page.getByRole('navigation', { name: 'Views' });
    await views.getByRole('link', { name: new RegExp(`^${name}\\b`) }).click();
  }

  async sheet(name: string): Promise<void> {
    await this.page.getByRole('tab', { name: new RegExp(`^${name}\\b`) }).click();
  }

  /** The cell of a column in the row that this name column names, e.g. `cell('42.0', 'rate')` on Lines; scrolls to it. */
  async cell(row: string, column: string, nameColumn = 'line'): Promise<Locator> {
    const name = new RegExp(`^\\W*${row.replaceAll('.', '\\.')}\\W*$`);
    const named = this.page.locator(`[row-id] [col-id="${nameColumn}"]`).filter({ hasText: name }).first();
    let rowId: string | null | undefined;
    // The grid may take the cell out of its row between finding and reading it.
    await expect(async () => {
      await this.#scrollTo(named);
      rowId = await named.evaluate((cell) => cell.closest('[row-id]')?.getAttribute('row-id'), null, {
        timeout: 2_000,
      });
      expect(rowId).toBeTruthy();
    }).toPass({ intervals: [50] });
    return this.page.locator(`[row-id="${rowId}"] [col-id="${column}"]`);
  }

  /** Rows outside the view are not in the page: turns the wheel, first to the top, a view at a time, until the row is there. */
  async #scrollTo(target: Locator): Promise<void> {
    await expect(this.page.locator('[row-id]').first()).toBeVisible();
    if (await target.isVisible()) return;
    await this.grid.hover();
    const height = (await this.grid.boundingBox())?.height ?? 0;
    let turns = 0;
    await expect(async () => {
      // Back to the top now and then: a slow machine may take two turns at once and pass the row by.
      await this.page.mouse.wheel(0, turns % MOST_TURNS === 0 ? -100_000 : Math.max(300, height - 100));
      turns += 1;
      await this.#isDrawn();
      expect(await target.isVisible()).toBe(true);
    }).toPass({ intervals: [0] });
  }

  /** Two frames: what the wheel moved is laid out, and the rows that came into view are drawn. */
  #isDrawn(): Promise<void> {
    return this.page.evaluate(
      () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
    );
  }

  /** Selects a cell and types over it, as a person would. */
  async type(cell: Locator, text: string): Promise<void> {
    await cell.click();
    await expect(cell).toHaveClass(/active/);
    await this.page.keyboard.type(text, { delay: 10 });
    await this.page.keyboard.press('Enter');
  }

  /** On the disk of this computer, and not on the server. */
  async isKept(): Promise<void> {
    await expect(this.status).toHaveAttribute('data-stage', 'onThisComputer');
  }

  async isStored(): Promise<void> {
    await expect(this.status).toHaveText(/Stored|Verified/);
  }

  async isVerified(): Promise<void> {
    await expect(this.status).toContainText('Verified');
  }

  /** Presses a lifecycle button, gives the words it asks for, and agrees. */
  async command(name: string, agree: RegExp | string = name, words?: string): Promise<void> {
    await this.page.locator('header').getByRole('button', { name, exact: true }).click();
    const dialog = this.page.getByRole('dialog');
    if (words !== undefined) {
      await dialog.getByRole('textbox').fill(words);
      await dialog.getByRole('button', { name: agree }).last().click();
    }
    await dialog.getByRole('button', { name: agree }).last().click();
    await expect(dialog).toBeHidden();
  }

  /** Chooses one of the contested values of the selected cell. */
  async keep(value: string): Promise<void> {
    await this.inspector.getByRole('button', { name: `Keep ${value}` }).click();
  }
}
