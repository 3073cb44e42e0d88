// What axe-core finds wrong with a page. Owns which findings count: serious ones, critical ones, and names that differ from what is read.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** A control must be called what is written on it, or a person who speaks to it cannot press it. */
const NAMES = 'label-content-name-mismatch';

/** One line a finding: rule, how many places, the first place and why; empty when the page is sound. */
export async function accessFaults(page: Page, screen: string): Promise<string[]> {
  const { violations, passes, incomplete, inapplicable } = await new AxeBuilder({ page })
    .options({ rules: { [NAMES]: { enabled: true } } })
    // The second page it would open for its report shares the profile and would count as another window.
    .setLegacyMode(true)
    .analyze();
  // The rule is experimental: a release that renames it must not pass for a page without faults.
  if (![...violations, ...passes, ...incomplete, ...inapplicable].some(({ id }) => id === NAMES))
    throw new Error(`axe-core ran no rule ${NAMES}.`);
  return violations
    .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || id === NAMES)
    .map(
      ({ id, nodes }) =>
        `${screen}: ${id} in ${nodes.length} places, ${nodes[0]?.html.slice(0, 220)} ${nodes[0]?.failureSummary ?? ''}`,
    );
}
