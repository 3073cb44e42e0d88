/**
 * Test-only. The whole bill by the second implementation: delivery lines settled, or payouts with their shares.
 * Must not: be imported by the product.
 */
import { type PayoutBill, Payouts } from './payouts.ts';
import { measuredLines, type PeriodBill, Settlement } from './settle.ts';
import { type OracleInput, World } from './world.ts';

export interface OracleBill {
  readonly world: World;
  /** Lines to the total; of payouts each rule is a line. */
  readonly settled: PeriodBill;
  /** Present where the contract pays for actions. */
  readonly payouts: PayoutBill | null;
}

/** Bills one period of a contract, slowly and exactly. */
export function oracleBill(input: OracleInput): OracleBill {
  const world = new World(input);
  const period = world.span(input.period);
  const pays = world.versions.some((version) => (version.payoutRules ?? []).length > 0);
  const payouts = pays ? new Payouts(world).billOf(period) : null;
  return { world, payouts, settled: payouts?.settled ?? new Settlement(world, measuredLines(world)).billOf(period) };
}
