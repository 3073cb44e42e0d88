/** What the contract holds and the bill does not. Owns: the words for each. Must not: guess at money. */
import type { ContractVersion, Term } from '@countersign/shared/model';
import type { NotBilled } from './result.ts';
import { grouped } from './words.ts';

const MONEY_TYPES: ReadonlySet<Term['type']> = new Set(['DECIMAL', 'MONEY', 'PERCENT', 'RATE']);

/** Free terms that carry money or say they are not billed, and rules the facts of this period gave no occasion for. */
export function heldTerms(version: ContractVersion): NotBilled[] {
  const out: NotBilled[] = [];
  for (const term of version.terms ?? []) {
    if (term.informational === true) continue;
    if (!MONEY_TYPES.has(term.type) && term.billed !== false) continue;
    out.push({
      clauseId: term.clauseId ?? null,
      key: term.key,
      text: `${term.key}: ${MONEY_TYPES.has(term.type) ? grouped(term.value) : term.value}`,
      why: term.reason ?? 'It is kept as a term with its clause; the kernel does not bill it.',
    });
  }
  for (const makegood of version.makegoods ?? []) {
    const line = version.lines?.find((l) => l.id === makegood.lineId);
    if (line !== undefined && (makegood.rateType === undefined || makegood.rateType === line.rateType)) continue;
    const where =
      line === undefined
        ? `the line ${makegood.lineId}, which this version does not have`
        : `another unit than the line ${line.id} counts`;
    out.push({
      clauseId: makegood.clauseId ?? null,
      key: makegood.id,
      text: `Makegood of ${grouped(makegood.quantity)}${makegood.value === undefined ? '' : ` worth ${grouped(makegood.value)}`}`,
      why: `It is owed in ${where}.`,
    });
  }
  for (const trigger of version.triggers ?? []) {
    if (trigger.on !== 'ON_AMOUNT') continue;
    if (trigger.applies === 'START')
      out.push({
        clauseId: trigger.clauseId ?? null,
        key: trigger.id,
        text: `Starts once ${grouped(trigger.amount ?? '0')} is reached`,
        why: 'A start by amount is not computed; state the date once it is known.',
      });
  }
  return out;
}
