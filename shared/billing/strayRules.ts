/** Rules that name a line their version does not have. Owns: the words for each. Must not: refuse; the rest still bills. */
import type { Adjustment, ContractVersion } from '@countersign/shared/model';
import type { NotBilled } from './result.ts';

interface Rule {
  readonly id: string;
  readonly name: string;
  readonly clauseId?: string | undefined;
  readonly lineIds: readonly string[];
}

const ADJUSTMENTS: Readonly<Record<Adjustment['kind'], string>> = {
  DISCOUNT: 'Discount',
  COMMISSION: 'Commission',
  TAX: 'Tax',
};

/** One rule that may name lines, however its field is called. */
function rule(
  name: string,
  given: {
    readonly id: string;
    readonly clauseId?: string | undefined;
    readonly lineId?: string | undefined;
    readonly lineIds?: readonly string[] | undefined;
  },
): Rule {
  const { id, clauseId, lineId, lineIds = [] } = given;
  return { id, name, clauseId, lineIds: lineId === undefined ? lineIds : [...lineIds, lineId] };
}

/** One entry for each of a list that a version may leave out. */
function of<T, R>(list: readonly T[] | undefined, one: (entry: T) => R): R[] {
  return list === undefined ? [] : list.map(one);
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}

/** What a version's rules say of lines, or payout rules, that are not in it: it changes no amount, so it is listed. */
export function strayRules(version: ContractVersion): NotBilled[] {
  const known = new Set([...of(version.lines, idOf), ...of(version.payoutRules, idOf)]);
  const rules: Rule[] = [
    ...of(version.adjustments, (a) => rule(a.label ?? ADJUSTMENTS[a.kind], a)),
    ...of(version.rateRules, (r) => rule(r.label ?? 'Rate rule', r)),
    ...of(version.guarantees, (g) => rule(g.label ?? 'Guarantee', g)),
    ...of(version.discrepancyRules, (r) => rule('Discrepancy rule', r)),
    ...of(version.overrides, (o) => rule('Override', o)),
    ...of(version.triggers, (t) => rule(t.applies === 'START' ? 'Start' : 'End', t)),
  ];
  return rules.flatMap(({ id, name, clauseId, lineIds }) =>
    lineIds
      .filter((lineId) => !known.has(lineId))
      .map((lineId) => ({
        clauseId: clauseId ?? null,
        key: id,
        text: `${name} ${id}`,
        why: `It speaks of the line ${lineId}, which this version does not have.`,
      })),
  );
}
