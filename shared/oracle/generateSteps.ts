/**
 * Test-only. What may lie between a touch and a payout: a step of another kind, an upgrade, a largest share of reversals.
 * Must not: know an expected amount.
 */
import type { ActionFact, AttributionPolicy, ContractVersion, PayoutRule } from '@countersign/shared/model';
import fc from 'fast-check';
import { withVersions } from './generateAgreed.ts';
import { type Arb, maybe } from './generateBasics.ts';
import type { OracleInput } from './world.ts';

type Policy = ReturnType<typeof AttributionPolicy.parse>;
type Rule = ReturnType<typeof PayoutRule.parse>;

const HOUR = 3_600_000;
const at = (ms: number): string => new Date(ms).toISOString();

/** Windows of two steps, and bids between touches and actions: in time, at its last millisecond, one too late. */
export const inTwoSteps = (input: OracleInput): Arb<OracleInput> => {
  const { actions, touches } = input.facts;
  const via = fc
    .tuple(
      fc.constantFrom('PT24H', 'P2D', 'P10D', 'P30D'),
      maybe('kind', fc.constantFrom('ELAPSED' as const, 'CALENDAR' as const), 1),
    )
    .map(([within, kind]) => ({
      eventType: 'BID',
      within: kind.kind === 'CALENDAR' ? within.replace(/^PT24H$/, 'P1D') : within,
      ...kind,
    }));
  const bid = fc.tuple(
    fc.nat({ max: Math.max(touches.length - 1, 0) }),
    fc.nat({ max: actions.length - 1 }),
    fc.constantFrom('BETWEEN', 'AFTER_TOUCH', 'BEFORE_ACTION'),
    fc.constantFrom(0, 1, 24, 48, 240, 720),
    fc.constantFrom(0, 0, 1, -1),
    maybe('orderId', fc.constantFrom('o1', 'o2'), 2),
    fc.constantFrom('u1', 'u1', 'u1', 'u2'),
  );
  return fc
    .tuple(
      fc.array(fc.option(via, { freq: 5, nil: undefined }), { minLength: 3, maxLength: 3 }),
      fc.array(bid, { minLength: 2, maxLength: 9 }),
      fc.array(maybe('orderId', fc.constantFrom('o1', 'o2'), 2), {
        minLength: actions.length,
        maxLength: actions.length,
      }),
    )
    .map(([steps, rows, orders]) => {
      const bids = rows.map(([touch, paid, place, hours, ms, order, actorId], n): ActionFact => {
        const seen = Date.parse(touches[touch]?.at ?? '2026-01-01T00:00:00Z');
        const done = Date.parse(actions[paid]?.occurredAt ?? '2026-01-02T00:00:00Z');
        const between = Math.floor(seen + (Math.abs(done - seen) * (hours % 7)) / 7);
        const ways = { BETWEEN: between, AFTER_TOUCH: seen + hours * HOUR, BEFORE_ACTION: done - hours * HOUR };
        return { id: `b${n + 1}`, eventType: 'BID', actorId, occurredAt: at(ways[place as 'BETWEEN'] + ms), ...order };
      });
      const stepped = (policy: Policy | undefined): Policy | undefined =>
        policy && {
          ...policy,
          windows: policy.windows.map((window, n) => {
            const step = steps[n % 3];
            return step === undefined ? window : { ...window, via: step };
          }),
        };
      // A bid itself is never paid.
      const noBids = { id: 'e0', conditions: [{ field: 'eventType', op: 'EQ', value: 'BID' }], outcome: 'REJECT' };
      const changed = withVersions(input, (version) => ({
        attribution: stepped(version.attribution),
        eligibility: [noBids, ...(version.eligibility ?? [])],
      }));
      const paid = actions.map((action, n) => ({ ...action, ...orders[n] }));
      return { ...changed, facts: { ...input.facts, actions: [...paid, ...bids] } };
    });
};

/** A rule for what actions become, then for leads and sales. */
const typed = (rules: readonly Rule[] | undefined): Rule[] =>
  (rules ?? []).map((rule, n) => ({ ...rule, eventType: ['QUALIFIED', 'LEAD', 'SALE'][n] }));
/** One lock for actions of every type: which of two types locks an upgraded action is not said. */
const oneLock = (version: ContractVersion) => (version.locks ?? []).map(({ eventType: _, ...lock }) => lock);

/** Leads that become something else, some of them too late or to a type no rule admits. */
export const upgraded = (input: OracleInput): Arb<OracleInput> => {
  const upgrade = fc.tuple(
    maybe('from', fc.constantFrom('LEAD', 'SALE'), 2),
    fc.constantFrom('QUALIFIED', 'QUALIFIED', 'SALE'),
    fc.constantFrom('BILLING_PERIOD', 'QUARTER', 'YEAR', 'TERM'),
  );
  const event = fc.tuple(fc.integer({ min: 1, max: 60 * 24 }), fc.constantFrom('QUALIFIED', 'QUALIFIED', 'SALE'));
  const { actions } = input.facts;
  return fc
    .tuple(
      fc.array(upgrade, { minLength: 1, maxLength: 2 }),
      fc.array(fc.option(event, { freq: 3, nil: undefined }), { minLength: actions.length, maxLength: actions.length }),
    )
    .map(([rules, events]) => {
      const upgrades = rules.map(([from, to, within], n) => ({ id: `u${n + 1}`, ...from, to, within }));
      const changed = withVersions(input, (version) => ({
        upgrades,
        locks: oneLock(version),
        payoutRules: typed(version.payoutRules),
      }));
      const moved = actions.map((action, n): ActionFact => {
        const [hours, eventType] = events[n] ?? [];
        if (hours === undefined) return action;
        const later = { status: 'UPGRADED' as const, eventType, at: at(Date.parse(action.occurredAt) + hours * HOUR) };
        return { ...action, statusEvents: [...(action.statusEvents ?? []), later] };
      });
      return { ...changed, facts: { ...input.facts, actions: moved } };
    });
};

/** Many reversals, of which a contract takes only so large a share. */
export const reversedAtMost = (input: OracleInput): Arb<OracleInput> => {
  const { actions } = input.facts;
  const reversal = fc.option(fc.integer({ min: 1, max: 90 * 24 }), { freq: 2, nil: undefined });
  return fc
    .tuple(
      fc.constantFrom('0', '10', '25', '33.3', '50', '100'),
      fc.array(reversal, { minLength: actions.length, maxLength: actions.length }),
    )
    .map(([maxReversalPercent, hours]) => {
      const changed = withVersions(input, (version) => ({
        locks: oneLock(version).map((lock) => ({ ...lock, maxReversalPercent })),
      }));
      const back = actions.map(({ statusEvents: _, ...action }, n): ActionFact => {
        const after = hours[n];
        if (after === undefined) return action;
        const reversed = { status: 'REVERSED' as const, at: at(Date.parse(action.occurredAt) + after * HOUR) };
        return { ...action, statusEvents: [reversed] };
      });
      return { ...changed, facts: { ...input.facts, actions: back } };
    });
};
