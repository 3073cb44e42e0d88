/**
 * Test-only. Guarantees that recoup, starts and ends that are not dates, laid over settled lines.
 * Must not: know an expected amount.
 */
import type { ContractVersion, Trigger } from '@countersign/shared/model';
import fc from 'fast-check';
import { isoOf } from './days.ts';
import { type Arb, decimal, maybe, START } from './generateBasics.ts';
import { dayNear } from './generateLines.ts';
import { type OracleInput, World } from './world.ts';

/** The case with every version changed alike. */
export const withVersions = (input: OracleInput, change: (version: ContractVersion) => object): OracleInput => ({
  ...input,
  versions: input.versions.map((version) => ({ ...version, ...change(version) }) as ContractVersion),
});

/** The case billed by months: of what a week in two quarters or at a sunset does the page says nothing. */
export const monthly = (input: OracleInput): OracleInput => ({
  ...withVersions(input, () => ({ billingCycle: undefined })),
  period: input.period < '2026-01' ? '2026-01' : input.period.slice(0, 7),
});

const idsOf = (input: OracleInput): string[] => (input.versions[0]?.lines ?? []).map((line) => line.id);

/** Instalments in the billed months and before, recouped by all lines or some, now and then up to a sunset. */
export const guaranteed =
  (ids: (input: OracleInput) => readonly string[]) =>
  (input: OracleInput): Arb<OracleInput> => {
    const { from, to } = new World(input).span(input.period);
    const date = fc.integer({ min: Math.max(START, from - 70), max: Math.max(START, to - 1) }).map(isoOf);
    const some = [...ids(input)];
    return fc
      .tuple(
        fc.array(fc.record({ date, amount: fc.oneof(decimal(900, 0), decimal(60_000, 0)) }), {
          minLength: 1,
          maxLength: 3,
        }),
        maybe('offsets', fc.constantFrom('DRAW', 'BOTH_WAYS'), 1),
        maybe(
          'until',
          fc.integer({ min: from - 40, max: to }).map((day) => isoOf(Math.max(day, START + 1))),
          2,
        ),
        some.length === 0 ? fc.constant({}) : maybe('lineIds', fc.subarray(some, { minLength: 1 }), 2),
      )
      .map(([due, ...rest]) => {
        const guarantees = [Object.assign({ id: 'g1', due }, ...rest)];
        return withVersions(input, () => ({ guarantees }));
      });
  };

/** Lines that are in flight as long as the contract lasts. */
export const standingLines = (input: OracleInput): string[] =>
  (input.versions[0]?.lines ?? []).filter((line) => line.flight === undefined).map((line) => line.id);

const numbered = (prefix: string, list: readonly object[]): Trigger[] =>
  list.map((item, n) => ({ id: `${prefix}${n + 1}`, clauseId: `c-${prefix}${n + 1}`, ...item }) as Trigger);

/** Starts and ends by day and by event, of lines and of the contract, now and then left open. */
export const byDay = (input: OracleInput): Arb<OracleInput> => {
  const span = new World(input).span(input.period);
  const day = dayNear(span).map((at) => isoOf(Math.max(at, START)));
  const trigger = fc
    .tuple(
      fc.constantFrom('START' as const, 'END' as const),
      fc.boolean(),
      maybe('lineId', fc.constantFrom(...idsOf(input)), 1),
      fc.integer({ min: 0, max: 5 }),
      day,
    )
    .map(([applies, dated, line, known, on]) => ({
      applies,
      ...line,
      ...(dated ? { on: 'ON_DATE' } : { on: 'ON_EVENT', event: 'the launch' }),
      ...(known === 0 ? {} : { [dated ? 'date' : 'occurredOn']: on }),
    }));
  return fc
    .array(trigger, { minLength: 1, maxLength: 3 })
    .map((triggers) => withVersions(input, () => ({ triggers: numbered('t', triggers) })));
};

/** A start, an end or both by money, of the contract or of lines. */
export const byAmount = (input: OracleInput): Arb<OracleInput> =>
  fc
    .tuple(
      fc.constantFrom('START', 'END', 'BOTH'),
      fc.oneof(decimal(300, 0), decimal(9000, 0), decimal(90_000, 0)),
      fc.oneof(decimal(900, 0), decimal(90_000, 0)),
      fc.subarray(idsOf(input)),
    )
    .map(([which, start, more, ids]) => {
      const end = String(Number(start) + Number(more) + 1);
      const scopes = ids.length === 0 ? [{}] : ids.map((lineId) => ({ lineId }));
      const triggers = scopes.flatMap((scope) => [
        ...(which === 'END' ? [] : [{ ...scope, applies: 'START', on: 'ON_AMOUNT', amount: start }]),
        ...(which === 'START' ? [] : [{ ...scope, applies: 'END', on: 'ON_AMOUNT', amount: end }]),
      ]);
      return withVersions(input, () => ({ triggers: numbered('t', triggers) }));
    });

/** A quantity at which every measured line starts or ends, beside those of single lines. */
export const byQuantity = (input: OracleInput): Arb<OracleInput> =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom('START' as const, 'END' as const),
        maybe('lineId', fc.constantFrom(...idsOf(input)), 1),
        fc.integer({ min: 1, max: 9000 }).map(String),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((rows) => {
      const triggers = rows.map(([applies, line, quantity]) => ({ applies, ...line, on: 'ON_QUANTITY', quantity }));
      const delivery = input.facts.delivery.filter((fact) => !fact.quantity.startsWith('-'));
      const changed = withVersions(input, () => ({ triggers: numbered('t', triggers) }));
      return { ...changed, facts: { ...input.facts, delivery } };
    });
