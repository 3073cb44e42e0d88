// What axe-core finds wrong with a page. Owns which findings count: serious ones, critical ones, and names that differ from what is read.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** A control must be called what is written on it, or a person who speaks to it cannot press it. */
const NAMES = 'label-content-name-mismatch';
const CONTRAST = 'color-contrast';

/** Which rules are run: all of them, or those that another theme may break, which are about colours. */
export type Looked = 'everything' | 'colours';

/** One line a finding: rule, how many places, the first place and why; empty when the page is sound. */
export async function accessFaults(page: Page, screen: string, looked: Looked = 'everything'): Promise<string[]> {
  const all = { rules: { [NAMES]: { enabled: true } } };
  const colours = { runOnly: { type: 'rule' as const, values: [CONTRAST, 'link-in-text-block'] } };
  const { violations, passes, incomplete, inapplicable } = await new AxeBuilder({ page })
    // Of what is sound only the first place is told: naming a thousand sound cells takes longer than all rules.
    .options({ ...(looked === 'everything' ? all : colours), resultTypes: ['violations'] })
    // The second page it would open for its report shares the profile and would count as another window.
    .setLegacyMode(true)
    .analyze();
  // A release that renames a rule must not pass for a page without faults.
  const ran = [...violations, ...passes, ...incomplete, ...inapplicable].map(({ id }) => id);
  for (const rule of looked === 'everything' ? [NAMES, CONTRAST] : [CONTRAST])
    if (!ran.includes(rule)) throw new Error(`axe-core ran no rule ${rule}.`);
  return violations
    .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || id === NAMES)
    .map(
      ({ id, nodes }) =>
        `${screen}: ${id} in ${nodes.length} places, ${nodes[0]?.html.slice(0, 220)} ${nodes[0]?.failureSummary ?? ''}`,
    );
}
