/**
 * Refuses contracts that cannot be billed as written. Owns: the schema check and the rules between fields, each refusal
 * with the path of its field and the cure. Must not: repair anything.
 */

import { ContractVersion, canonicalJson, dayNumber } from '@countersign/shared/model';
import { compare, DomainError, decimalOf, parseMoney } from '@countersign/shared/money';
import type { z } from 'zod';
import { checkPrice, type Report } from './validatePrice.ts';

/** All that is wrong with a version, in document order; empty when it can be billed. Never throws. */
export function contractProblems(document: unknown, prefix = ''): DomainError[] {
  const parsed = ContractVersion.safeParse(document, { reportInput: true });
  if (!parsed.success) return parsed.error.issues.map((issue) => schemaProblem(issue, prefix));
  const problems: DomainError[] = [];
  const report = (code: string, path: string, what: string, cure: string): void => {
    problems.push(new DomainError(code, what, cure, { path: prefix + path }));
  };
  check(parsed.data, report);
  return problems;
}

/** Gives the version back when it can be billed; throws the first problem otherwise. */
export function checkedVersion(document: unknown, prefix = ''): ContractVersion {
  const first = contractProblems(document, prefix)[0];
  if (first !== undefined) throw first;
  return document as ContractVersion;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );
}

function schemaProblem(issue: z.core.$ZodIssue, prefix: string): DomainError {
  const path = prefix + pathText(issue.path);
  if (issue.code === 'unrecognized_keys' && /\.tiers\[\d+\]$/.test(path) && issue.keys.includes('from'))
    return new DomainError(
      'TIER_GAP',
      'A tier begins where the one before it ends, so that no unit lies between two: it has no "from".',
      'Leave out "from" and state each upper bound: (0, 10], (10, 20].',
      { path },
    );
  if (issue.code === 'unrecognized_keys')
    return new DomainError(
      'UNKNOWN_FIELD',
      `The field ${issue.keys.map((k) => `"${k}"`).join(', ')} is not part of a contract version.`,
      'Move what it says to terms, where any agreed value has a home.',
      { path },
    );
  if ((issue.code === 'invalid_type' || issue.code === 'invalid_value') && issue.input === undefined) {
    const wanted =
      issue.code === 'invalid_type' ? `a ${issue.expected}` : `one of ${issue.values.map(String).join(', ')}`;
    return new DomainError('MISSING_FIELD', 'This field is required.', `Give ${wanted}.`, { path });
  }
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.flat()[0];
    if (inner !== undefined) return schemaProblem({ ...inner, path: [...issue.path, ...inner.path] }, prefix);
  }
  if (issue.code === 'invalid_value')
    return new DomainError(
      'UNKNOWN_VALUE',
      'This value is not one of those allowed.',
      `Use one of ${issue.values.map(String).join(', ')}.`,
      { path },
    );
  return new DomainError('BAD_FIELD', issue.message, 'Correct this field.', { path });
}

function check(version: ContractVersion, report: Report): void {
  if (
    typeof version.effectiveTo === 'string' &&
    version.kind !== 'TERMINATION' &&
    version.effectiveTo <= version.effectiveFrom
  )
    report(
      'EMPTY_INTERVAL',
      'effectiveTo',
      'The version ends before it begins.',
      'effectiveTo is exclusive: give a date after effectiveFrom.',
    );
  checkLines(version, report);
  checkRateRows(version, report);
  checkCommitments(version, report);
  checkAdjustments(version, report);
  version.discrepancyRules?.forEach((rule, i) => {
    if (rule.remedy === 'UPLIFT' && rule.upliftPercent === undefined)
      report(
        'MISSING_UPLIFT',
        `discrepancyRules[${i}].upliftPercent`,
        'An uplift needs its percentage.',
        'Give upliftPercent.',
      );
  });
  version.guarantees?.forEach((guarantee, i) => {
    guarantee.due.forEach((due, k) => {
      checkAmount(due.amount, version.currency, `guarantees[${i}].due[${k}].amount`, report);
    });
  });
  if (version.leastPayment !== undefined)
    checkAmount(version.leastPayment.amount, version.currency, 'leastPayment.amount', report);
  checkRatioCaps(version, report);
  version.payoutRules?.forEach((rule, i) => {
    checkPrice(rule.payout, `payoutRules[${i}].payout`, report);
  });
  version.overrides?.forEach((rule, i) => {
    checkPrice(rule.price, `overrides[${i}].price`, report);
  });
  const attribution = version.attribution;
  if (
    attribution?.model === 'TIME_DECAY' &&
    (attribution.halfLifeDays === undefined || decimalOf(attribution.halfLifeDays).n === 0n)
  )
    report(
      'MISSING_HALF_LIFE',
      'attribution.halfLifeDays',
      'Time decay needs a half-life.',
      'Give halfLifeDays above 0.',
    );
}

function checkLines(version: ContractVersion, report: Report): void {
  const seen = new Set<string>();
  version.lines?.forEach((line, i) => {
    const at = `lines[${i}]`;
    if (seen.has(line.id))
      report('DUPLICATE_ID', `${at}.id`, `The line id "${line.id}" is used twice.`, 'Give each line its own id.');
    seen.add(line.id);
    if (typeof line.flight?.to === 'string' && line.flight.to <= line.flight.from)
      report(
        'EMPTY_FLIGHT',
        `${at}.flight.to`,
        `The flight ${line.flight.from} to ${line.flight.to} holds no day.`,
        'The end is exclusive: give a date after the start.',
      );
    if (line.price !== undefined) checkPrice(line.price, `${at}.price`, report);
    line.deductions?.forEach((rule, k) => {
      if ((rule.metric === undefined) === (rule.percent === undefined))
        report(
          'DEDUCTION_AMBIGUOUS',
          `${at}.deductions[${k}]`,
          'A deduction is either a reported metric or a percentage of revenue.',
          'Give exactly one of metric and percent.',
        );
    });
  });
}

function checkRateRows(version: ContractVersion, report: Report): void {
  const rows = version.rateCardRows ?? [];
  const byKey = new Map<string, { from: number; to: number; index: number }[]>();
  rows.forEach((row, index) => {
    checkPrice(row.price, `rateCardRows[${index}].price`, report);
    if (typeof row.effectiveTo === 'string' && row.effectiveFrom !== undefined && row.effectiveTo <= row.effectiveFrom)
      report(
        'EMPTY_INTERVAL',
        `rateCardRows[${index}].effectiveTo`,
        'The rate ends before it begins.',
        'The end is exclusive: give a date after the start.',
      );
    const key = canonicalJson([
      row.productKey,
      row.dimensions ?? {},
      row.rateType,
      row.minimumQuantity ?? '0',
      [...(row.partnerIds ?? [])].sort(),
    ]);
    const from = row.effectiveFrom === undefined ? Number.NEGATIVE_INFINITY : dayNumber(row.effectiveFrom);
    const to = typeof row.effectiveTo === 'string' ? dayNumber(row.effectiveTo) : Number.POSITIVE_INFINITY;
    const others = byKey.get(key) ?? [];
    const clash = others.find((o) => from < o.to && o.from < to);
    if (clash !== undefined)
      report(
        'RATES_OVERLAP',
        `rateCardRows[${index}].effectiveFrom`,
        `This rate holds at the same time as rateCardRows[${clash.index}] for the same product.`,
        'End the earlier rate where this one begins.',
      );
    others.push({ from, to, index });
    byKey.set(key, others);
  });
  version.defaultRates?.forEach((row, i) => {
    checkPrice(row.price, `defaultRates[${i}].price`, report);
  });
}

function checkCommitments(version: ContractVersion, report: Report): void {
  const lines = new Set(version.lines?.map((line) => line.id));
  const all = version.commitments ?? [];
  all.forEach((commitment, i) => {
    const at = `commitments[${i}]`;
    checkAmount(commitment.amount, version.currency, `${at}.amount`, report);
    if (commitment.scope === 'LINE' && (commitment.lineId === undefined || !lines.has(commitment.lineId)))
      report(
        'UNKNOWN_LINE',
        `${at}.lineId`,
        'A commitment for a line must name a line of this version.',
        'Give its lineId, or the scope CONTRACT.',
      );
    if (commitment.kind !== 'MINIMUM') return;
    const cap = all.find(
      (c) =>
        c.kind === 'CAP' &&
        c.scope === commitment.scope &&
        c.lineId === commitment.lineId &&
        (c.period ?? 'BILLING_PERIOD') === (commitment.period ?? 'BILLING_PERIOD') &&
        c.basis === commitment.basis &&
        compare(decimalOf(commitment.amount), decimalOf(c.amount)) > 0,
    );
    if (cap !== undefined)
      report(
        'MINIMUM_ABOVE_CAP',
        `${at}.amount`,
        `The minimum ${commitment.amount} is above the cap ${cap.amount}.`,
        'Lower the minimum or raise the cap.',
      );
  });
}

function checkRatioCaps(version: ContractVersion, report: Report): void {
  const known = new Set([...(version.lines ?? []), ...(version.payoutRules ?? [])].map(({ id }) => id));
  version.ratioCaps?.forEach((rule, i) => {
    for (const member of ['lineIds', 'ofLineIds'] as const)
      rule[member].forEach((id, k) => {
        if (!known.has(id))
          report(
            'UNKNOWN_LINE',
            `ratioCaps[${i}].${member}[${k}]`,
            `"${id}" is no line and no payout rule of this version.`,
            'Name lines by their id.',
          );
      });
    if (rule.lineIds.some((id) => rule.ofLineIds.includes(id)))
      report(
        'RATIO_OF_ITSELF',
        `ratioCaps[${i}].ofLineIds`,
        'A line cannot be held to a part of itself.',
        'Name other lines than those that are held.',
      );
  });
}

function checkAmount(amount: string, currency: string, path: string, report: Report): void {
  try {
    parseMoney(amount, currency);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    report(
      error.code,
      path,
      `${amount} ${currency} is not a whole number of the currency's smallest unit.`,
      error.cure,
    );
  }
}

function checkAdjustments(version: ContractVersion, report: Report): void {
  version.adjustments?.forEach((rule, i) => {
    const at = `adjustments[${i}]`;
    if (rule.kind === 'DISCOUNT') {
      if ((rule.percent === undefined) === (rule.amount === undefined))
        report(
          'DISCOUNT_AMBIGUOUS',
          at,
          'A discount is either a percentage or an amount.',
          'Give exactly one of percent and amount.',
        );
      if (rule.amount !== undefined) checkAmount(rule.amount, version.currency, `${at}.amount`, report);
    }
    if (rule.kind !== 'TAX' && rule.percent !== undefined && compare(decimalOf(rule.percent), { n: 100n, d: 1n }) > 0)
      report(
        'PERCENT_ABOVE_100',
        `${at}.percent`,
        `${rule.percent}% takes away more than there is.`,
        'Give at most 100.',
      );
  });
}
