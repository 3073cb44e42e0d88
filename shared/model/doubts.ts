/**
 * What a contract version says and probably does not mean: a link to nothing, a rule that can never act, a percentage of a count.
 * Owns the words; every one of these bills, so none is a refusal. Must not compute money.
 */
import type { ContractVersion } from './contract.ts';
import type { Price } from './price.ts';

/** Something to look at. `path` is the place in the version, as refusals write it. */
export interface Doubt {
  readonly code: string;
  readonly path: string;
  /** What stands there, and what it does as it stands. */
  readonly what: string;
  /** What to do about it. */
  readonly cure: string;
}

type Report = (code: string, path: string, what: string, cure: string) => void;

/** [AGR-13] In the order of the checks; empty when there is nothing to look at. */
export function contractDoubts(version: ContractVersion): Doubt[] {
  const doubts: Doubt[] = [];
  const report: Report = (code, path, what, cure) => doubts.push({ code, path, what, cure });
  linksToClauses(version, report);
  links(version, report);
  repeatedIds(version, report);
  version.lines?.forEach((line, i) => {
    if (line.price !== undefined) percentOfCount(line.price, line.rateType, `lines[${i}].price`, report);
    const { flight } = line;
    const before = typeof flight?.to === 'string' && flight.to <= version.effectiveFrom;
    const after = typeof version.effectiveTo === 'string' && flight !== undefined && flight.from >= version.effectiveTo;
    if (before || after)
      report(
        'FLIGHT_OUTSIDE',
        `lines[${i}].flight`,
        `The flight of ${line.id} lies outside of the contract, which begins on ${version.effectiveFrom}${typeof version.effectiveTo === 'string' ? ` and ends before ${version.effectiveTo}` : ''}: it bills nothing.`,
        'Correct the year of the one or the other.',
      );
  });
  version.commitments?.forEach((commitment, i) => {
    const period = commitment.period ?? 'BILLING_PERIOD';
    if (commitment.term !== undefined && period !== 'TERM' && period !== 'YEAR')
      report(
        'SPAN_UNUSED',
        `commitments[${i}].term`,
        `The span is not read for the period ${period}: the amount holds in every one of them.`,
        'For an amount of one span only, write "period": "TERM"; otherwise leave the span out.',
      );
  });
  unlistedTerms(version, report);
  return doubts;
}

/** Every `clauseId`, however deep, names a clause; every clause is named by something. */
function linksToClauses(version: ContractVersion, report: Report): void {
  const known = new Set((version.clauses ?? []).map(({ id }) => id));
  const named = new Set<string>();
  walk(version, '', (key, value, path) => {
    if (key !== 'clauseId' || typeof value !== 'string') return;
    named.add(value);
    if (!known.has(value))
      report(
        'UNKNOWN_CLAUSE',
        path,
        `There is no clause "${value}": the bill cannot show the words.`,
        'Add the clause, or correct its id.',
      );
  });
  version.clauses?.forEach(({ id, key }, i) => {
    if (!named.has(id))
      report(
        'UNUSED_CLAUSE',
        `clauses[${i}]`,
        `Nothing rests on clause ${key}: what it says is on no bill and not under "not billed".`,
        'Point the rule that it means at it; if no field holds it, add a term with a reason; if it moves no money, leave the clause out.',
      );
  });
}

function walk(value: unknown, path: string, visit: (key: string, value: unknown, path: string) => void): void {
  if (typeof value !== 'object' || value === null) return;
  const list = Array.isArray(value);
  for (const [key, member] of Object.entries(value)) {
    const at = list ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    visit(key, member, at);
    walk(member, at, visit);
  }
}

function links(version: ContractVersion, report: Report): void {
  const lines = version.lines ?? [];
  const lineIds = new Set(lines.map(({ id }) => id));
  const parties = new Set((version.parties ?? []).map(({ id }) => id));
  const rules = new Set((version.payoutRules ?? []).map(({ id }) => id));
  const taxes = new Set((version.adjustments ?? []).flatMap((rule) => (rule.kind === 'TAX' ? [rule.code] : [])));
  lines.forEach(({ makegoodFor, taxCode }, i) => {
    if (makegoodFor !== undefined && !lineIds.has(makegoodFor))
      report('UNKNOWN_LINE', `lines[${i}].makegoodFor`, `There is no line "${makegoodFor}".`, 'Name a line by its id.');
    if (taxCode !== undefined && !taxes.has(taxCode))
      report(
        'NO_TAX',
        `lines[${i}].taxCode`,
        `No tax has the code "${taxCode}": the line is not taxed.`,
        'Add the tax, or correct the code.',
      );
  });
  version.adjustments?.forEach((rule, i) => {
    if (rule.kind === 'COMMISSION' && rule.payeeId !== undefined && parties.size > 0 && !parties.has(rule.payeeId))
      report(
        'UNKNOWN_PARTY',
        `adjustments[${i}].payeeId`,
        `There is no party "${rule.payeeId}".`,
        'Name a party by its id.',
      );
    if (
      rule.kind === 'TAX' &&
      lines.length > 0 &&
      lines.every(({ taxCode }) => taxCode !== undefined && taxCode !== rule.code)
    )
      report(
        'TAXES_NOTHING',
        `adjustments[${i}].code`,
        `No line has the tax code "${rule.code}": the tax takes nothing.`,
        'Correct the code.',
      );
  });
  version.overrides?.forEach(({ payoutRuleId }, i) => {
    if (payoutRuleId !== undefined && !rules.has(payoutRuleId))
      report(
        'UNKNOWN_RULE',
        `overrides[${i}].payoutRuleId`,
        `There is no payout rule "${payoutRuleId}": the price never holds.`,
        'Name a payout rule by its id.',
      );
  });
}

const LISTS = [
  'parties',
  'rateCardRows',
  'defaultRates',
  'commitments',
  'guarantees',
  'adjustments',
  'discrepancyRules',
  'makegoods',
  'payoutRules',
  'overrides',
  'triggers',
  'clauses',
] as const;

function repeatedIds(version: ContractVersion, report: Report): void {
  for (const member of LISTS) {
    const seen = new Set<string>();
    version[member]?.forEach(({ id }, i) => {
      if (seen.has(id))
        report(
          'DUPLICATE_ID',
          `${member}[${i}].id`,
          `The id "${id}" is used twice in ${member}.`,
          'Give each its own.',
        );
      seen.add(id);
    });
  }
}

const COUNTED = new Set(['CPM', 'VCPM', 'CPC', 'CPCV', 'CPD', 'SPOT']);

function percentOfCount(price: Price, rateType: string, path: string, report: Report): void {
  const percent = price.type === 'PERCENT' || price.type === 'PERCENT_TIERS';
  if (percent && COUNTED.has(rateType))
    report(
      'PERCENT_OF_COUNT',
      path,
      `A percentage on a ${rateType} line is taken of what is counted, as if it were money.`,
      'For a share of money write "rateType": "CPS" and give the money as the quantity.',
    );
  if (price.type === 'UNIT' && rateType === 'CPS')
    report(
      'RATE_OF_MONEY',
      path,
      'A rate on a CPS line is multiplied with the sales.',
      'For 5% write { "type": "PERCENT", "percent": "5" }.',
    );
}

/** Text that states a sum or a percentage and is neither listed nor called information would be left out in silence. */
function unlistedTerms(version: ContractVersion, report: Report): void {
  const listed = new Set(['DECIMAL', 'MONEY', 'PERCENT', 'RATE']);
  version.terms?.forEach((term, i) => {
    if (listed.has(term.type) || term.billed === false || term.informational !== undefined) return;
    if (!/\d\s?%|percent|[$€£¥]\s?\d|\b[A-Z]{3}\s?\d|\d[\d.,]*\s?[A-Z]{3}\b/.test(term.value)) return;
    report(
      'TERM_UNLISTED',
      `terms[${i}]`,
      `The term ${term.key} states an amount and is not under "not billed", because its type is ${term.type}.`,
      'Write "billed": false with a reason, or "informational": true when it is no charge.',
    );
  });
}
