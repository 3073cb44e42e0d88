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

/** What a version's rules say of lines, or payout rules, that are not in it: it changes no amount, so it is listed. */
export function strayRules(version: ContractVersion): NotBilled[] {
  const known = new Set([...(version.lines ?? []), ...(version.payoutRules ?? [])].map(({ id }) => id));
  const rules: Rule[] = [
    ...(version.adjustments ?? []).map((a) => rule(a.label ?? ADJUSTMENTS[a.kind], a)),
    ...(version.rateRules ?? []).map((r) => rule(r.label ?? 'Rate rule', r)),
    ...(version.guarantees ?? []).map((g) => rule(g.label ?? 'Guarantee', g)),
    ...(version.discrepancyRules ?? []).map((r) => rule('Discrepancy rule', r)),
    ...(version.overrides ?? []).map((o) => rule('Override', o)),
    ...(version.triggers ?? []).map((t) => rule(t.applies === 'START' ? 'Start' : 'End', t)),
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
