/**
 * Refuses prices that cannot be billed as written. Owns: the rules between the fields of one price.
 * Must not: repair anything.
 */
import type { Price } from '@countersign/shared/model';
import { compare, decimalOf } from '@countersign/shared/money';

/** Takes one problem: code, path of the field, what is wrong and the cure. */
export type Report = (code: string, path: string, what: string, cure: string) => void;

/** Tiers ascend strictly and exactly the last has no bound; sizes are above zero; limits do not cross. */
export function checkPrice(price: Price, path: string, report: Report): void {
  switch (price.type) {
    case 'GRADUATED':
    case 'VOLUME':
    case 'PERCENT_TIERS':
      checkTiers(price.tiers, path, report);
      checkTrailing(price, path, report);
      break;
    case 'PACKAGE':
      checkTrailing(price, path, report);
      if (decimalOf(price.size).n === 0n)
        report('ZERO_SIZE', `${path}.size`, 'A package of 0 units cannot be counted.', 'Give a size above 0.');
      break;
    case 'BLOCKS':
      checkTrailing(price, path, report);
      price.tiers.forEach((tier, i) => {
        if (decimalOf(tier.size).n === 0n)
          report(
            'ZERO_SIZE',
            `${path}.tiers[${i}].size`,
            'A block of 0 units cannot be counted.',
            'Give a size above 0.',
          );
        if (tier.maxBlocks !== null && i === price.tiers.length - 1)
          report(
            'TIERS_END',
            `${path}.tiers[${i}].maxBlocks`,
            'Nothing prices blocks above the last tier.',
            'Leave the last tier open (null).',
          );
        if (tier.maxBlocks === null && i < price.tiers.length - 1)
          report(
            'TIER_UNREACHABLE',
            `${path}.tiers[${i}].maxBlocks`,
            'Only the last tier may hold blocks without end.',
            'State how many blocks this tier holds.',
          );
      });
      break;
    case 'PERCENT':
      if (
        price.minPer !== undefined &&
        price.maxPer !== undefined &&
        compare(decimalOf(price.minPer), decimalOf(price.maxPer)) > 0
      )
        report(
          'LIMITS_CROSS',
          `${path}.minPer`,
          `The least amount ${price.minPer} is above the most, ${price.maxPer}.`,
          'Exchange or correct them.',
        );
      break;
    case 'COMBINE':
      price.of.forEach((part, i) => {
        checkPrice(part, `${path}.of[${i}]`, report);
      });
      break;
    case 'UNIT':
    case 'FLAT':
      break;
  }
}

/** The months before choose a trailing tier, so nothing enters it: it prices all units, and a flat has no place. */
function checkTrailing(
  price: Extract<Price, { type: 'GRADUATED' | 'VOLUME' | 'PERCENT_TIERS' | 'PACKAGE' | 'BLOCKS' }>,
  path: string,
  report: Report,
): void {
  if (price.counter !== 'TRAILING_YEAR') return;
  const allUnits = price.type === 'VOLUME' || (price.type === 'PERCENT_TIERS' && price.mode === 'VOLUME');
  const flats = price.type === 'VOLUME' || price.type === 'PERCENT_TIERS' ? price.tiers.map((t) => t.flat ?? '0') : [];
  if (!allUnits || flats.some((flat) => decimalOf(flat).n !== 0n))
    report(
      'TRAILING_ALL_UNITS',
      `${path}.counter`,
      'A trailing year chooses one tier for all units, without a flat.',
      'Use VOLUME without flats, or another counter.',
    );
}

interface StatedTier {
  readonly upTo: string | null;
  readonly rate?: string | undefined;
  readonly percent?: string | undefined;
  readonly flat?: string | undefined;
}

function checkTiers(tiers: readonly StatedTier[], path: string, report: Report): void {
  let previous = '0';
  tiers.forEach((tier, i) => {
    if (tier.rate === undefined && tier.percent === undefined && tier.flat === undefined)
      report(
        'TIER_WITHOUT_RATE',
        `${path}.tiers[${i}]`,
        'Nothing prices the units of this tier.',
        'Give its rate, its percentage or its flat amount; write 0 where it is free.',
      );
    const at = `${path}.tiers[${i}].upTo`;
    const last = i === tiers.length - 1;
    if (tier.upTo === null) {
      if (!last)
        report(
          'TIER_UNREACHABLE',
          at,
          'A tier without upper bound must be the last.',
          'Give the bound, or remove the tiers after it.',
        );
      return;
    }
    if (last) report('TIERS_END', at, `Nothing prices units above ${tier.upTo}.`, 'Leave the last bound empty (null).');
    if (compare(decimalOf(tier.upTo), decimalOf(previous)) <= 0)
      report(
        'TIERS_DESCEND',
        at,
        `The bound ${tier.upTo} does not rise above ${previous}.`,
        'Order the tiers by rising bound.',
      );
    previous = tier.upTo;
  });
}
