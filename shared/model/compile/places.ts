// Where a member of the model stands in the sheets. Owns the names only.

/** Members that an overlay may name anew: ids are made here, and a held term's key and type are guesses. */
export const EXEMPT: Readonly<Record<string, readonly string[]>> = {
  lines: [],
  clauses: ['id', 'key'],
  terms: ['key', 'type'],
};
/** Members that the place among versions, or a sheet, says. */
export const BESIDE_FORBIDDEN = new Set([
  'id',
  'contractId',
  'kind',
  'sequence',
  'status',
  'recordedAt',
  'contentHash',
  'lines',
  'rateCardRows',
  'commitments',
  'adjustments',
  'payoutRules',
  'eligibility',
  'clauses',
  'terms',
]);

/** Column that shows a member of the model, where its name differs. */
export function columnOf(member: PropertyKey | undefined): string {
  const name = String(member ?? '');
  const columns: Readonly<Record<string, string>> = {
    productKey: 'product',
    price: 'rate',
    contractedQuantity: 'quantity',
    flight: 'from',
    payout: 'amount',
    size: 'windowSize',
    lineId: 'line',
    effectiveFrom: 'from',
    effectiveTo: 'to',
    conditions: 'field',
    key: 'key',
  };
  return columns[name] ?? name;
}

/** Known terms of the members that several terms make up, by the last part of their path. */
const TERM_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  discrepancyRules: {
    thresholdPercent: 'discrepancy.threshold',
    base: 'discrepancy.base',
    remedy: 'discrepancy.remedy',
    upliftPercent: 'discrepancy.uplift',
  },
  leastPayment: { amount: 'leastPayment', atEnd: 'leastPayment.atEnd' },
};

/** The known term that says the member a problem points at; the member itself where no term does. */
export function termOf(path: readonly PropertyKey[]): string {
  const member = String(path[0] ?? '');
  if (member === 'contractKind') return 'kind';
  return TERM_OF[member]?.[String(path.at(-1))] ?? member;
}
