/** What a version is worth as far as it is ordered rather than measured. Owns the question; the kernel answers it. */
import { preview } from '@countersign/shared/billing';
import { compileVersion } from '@countersign/shared/model/compile';
import { contentHash, type WorkbookContent } from '@countersign/shared/model/sheets';
import { add, DomainError, decimalOf, toMoney, ZERO } from '@countersign/shared/money';
import { factPeriods } from './periods.ts';

export interface Worth {
  readonly amount: string;
  readonly currency: string;
}

const NO_FACTS = { delivery: [], touches: [], actions: [] };
const REMEMBERED = 64;

/**
 * Gross of the contracted lines over all their periods; null for a rate card, for a version that is only measured, and for
 * one that cannot be billed as it stands. Answers are remembered by content: the approval policy asks at every look.
 */
export function worthReader(): (content: WorkbookContent) => Worth | null {
  const known = new Map<string, Worth | null>();
  return (content) => {
    if (content.kind !== 'CONTRACT' || !hasOrder(content)) return null;
    const hash = contentHash(content);
    const before = known.get(hash);
    if (before !== undefined) return before;
    const worth = computed(content);
    const [oldest] = known.keys();
    if (known.size >= REMEMBERED && oldest !== undefined) known.delete(oldest);
    known.set(hash, worth);
    return worth;
  };
}

function hasOrder({ sheets }: WorkbookContent): boolean {
  return (sheets.lines ?? []).some(({ billingSource }) => billingSource === 'CONTRACTED');
}

function computed(content: WorkbookContent): Worth | null {
  const meta = { versionId: 'v-0', contractId: content.contractId, kind: 'ORIGINAL', sequence: 1 } as const;
  const { version } = compileVersion(content, meta);
  if (version === null) return null;
  try {
    const gross = factPeriods([version], NO_FACTS)
      .map((period) => preview({ versions: [version], facts: NO_FACTS, period }).totals.gross)
      .reduce((sum, amount) => add(sum, decimalOf(amount)), ZERO);
    return toMoney(gross, version.currency);
  } catch (error) {
    // What cannot be billed has no worth yet; the review says why.
    if (error instanceof DomainError) return null;
    throw error;
  }
}
