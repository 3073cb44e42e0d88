// Pictures of a screen in both themes without a second journey to it.
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';

/** Takes `NAME-dark.png` and `NAME-light.png` of the screen as it stands; it is left in the light. */
export async function inBoth(page: Page, folder: string, name: string): Promise<void> {
  for (const scheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.locator('.bp6-dark')).toHaveCount(scheme === 'dark' ? 1 : 0);
    await page.screenshot({ path: join(folder, `${name}-${scheme}.png`), animations: 'disabled' });
  }
}
