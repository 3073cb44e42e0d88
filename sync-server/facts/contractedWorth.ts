/** What versions are worth as far as it is ordered rather than measured. Owns the question; the kernel answers it. */
import { billingPeriodOf, preview } from '@countersign/shared/billing';
import { type ContractVersion, type DayNumber, dayNumber, nextPeriod } from '@countersign/shared/model';
import { compileVersion } from '@countersign/shared/model/compile';
import { contentHash, type WorkbookContent } from '@countersign/shared/model/sheets';
import { add, DomainError, decimalOf, toMoney, ZERO } from '@countersign/shared/money';

/** Exact, at the currency's minor digits. */
interface Gross {
  readonly amount: string;
  readonly currency: string;
}

const NO_FACTS = { delivery: [], touches: [], actions: [] };
const REMEMBERED = 64;
/** Twenty years of months, five of weeks. Longer ones are mostly a slip in a date, and every period is billed at each look after an edit. */
const MOST_PERIODS = 260;

/**
 * Gross of the contracted lines over all their periods; null for a rate card, for a version that is only measured, and for
 * one that cannot be billed as it stands. Answers are remembered by content: the approval policy asks at every look.
 */
export function worthReader(): (content: WorkbookContent) => Gross | null {
  const known = new Map<string, Gross | null>();
  return (content) => {
    if (content.kind !== 'CONTRACT' || !hasOrder(content)) return null;
    const hash = contentHash(content);
    const before = known.get(hash);
    if (before !== undefined) return before;
    const meta = { versionId: 'v-0', contractId: content.contractId, kind: 'ORIGINAL', sequence: 1 } as const;
    const { version } = compileVersion(content, meta);
    const worth = version === null ? null : (orderedGross([version])?.gross ?? null);
    const [oldest] = known.keys();
    if (known.size >= REMEMBERED && oldest !== undefined) known.delete(oldest);
    known.set(hash, worth);
    return worth;
  };
}

function hasOrder({ sheets }: WorkbookContent): boolean {
  return (sheets.lines ?? []).some(({ billingSource }) => billingSource === 'CONTRACTED');
}

/**
 * [FACT-7] What the kernel bills of the contracted lines of these versions together, all periods added; ascending by sequence. `isWhole`
 * is false where there are more periods than are added: it is worth at least so much. null without such a line, and when the versions
 * cannot be billed as they stand: the review says why.
 */
export function orderedGross(
  versions: readonly ContractVersion[],
): { readonly gross: Gross; readonly isWhole: boolean } | null {
  const head = versions.at(-1);
  const periods = contractedPeriods(versions);
  if (head === undefined || periods === null) return null;
  try {
    const gross = periods.keys
      .map((period) => preview({ versions, facts: NO_FACTS, period }).totals.gross)
      .reduce((sum, amount) => add(sum, decimalOf(amount)), ZERO);
    return { gross: toMoney(gross, head.currency), isWhole: periods.isWhole };
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

/** Keys of the periods from the first contracted day to the last, and whether these are all; null when nothing is contracted. */
function contractedPeriods(versions: readonly ContractVersion[]): { keys: string[]; isWhole: boolean } | null {
  const days: DayNumber[] = [];
  for (const { lines = [], effectiveFrom, effectiveTo } of versions) {
    for (const { billingSource, flight = { from: effectiveFrom, to: effectiveTo }, ordered = [] } of lines) {
      if (billingSource !== 'CONTRACTED') continue;
      days.push(dayNumber(flight.from), ...ordered.map(({ date }) => dayNumber(date)));
      // A line without an end bills only what it orders by date.
      if (flight.to != null) days.push(dayNumber(flight.to) - 1);
    }
  }
  if (days.length === 0) return null;
  const last = days.reduce((a, b) => Math.max(a, b));
  const calendar = versions.at(-1)?.billingCalendar ?? 'CALENDAR';
  const keys: string[] = [];
  let period = billingPeriodOf(
    versions,
    days.reduce((a, b) => Math.min(a, b)),
  );
  for (; keys.length < MOST_PERIODS; period = nextPeriod(period, calendar)) {
    keys.push(period.key);
    if (period.to > last) return { keys, isWhole: true };
  }
  return { keys, isWhole: false };
}
