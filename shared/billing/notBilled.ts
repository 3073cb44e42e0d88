/** What the contract holds and the bill does not. Owns: the words for each. Must not: guess at money. */
import type { ContractVersion, Term } from '@countersign/shared/model';
import type { NotBilled } from './result.ts';
import { strayRules } from './strayRules.ts';
import { heldTriggers } from './triggers.ts';
import { grouped } from './words.ts';

const MONEY_TYPES: ReadonlySet<Term['type']> = new Set(['DECIMAL', 'MONEY', 'PERCENT', 'RATE']);

/** What is not billed is a phrase, and why a sentence: the reader joins them with one full stop. */
function withoutStop(text: string): string {
  return text.trim().replace(/\.+$/, '');
}

function sentence(text: string): string {
  return `${withoutStop(text)}.`;
}

/** Free terms that carry money or say they are not billed, and rules the facts of this period gave no occasion for. */
export function heldTerms(version: ContractVersion): NotBilled[] {
  const out: NotBilled[] = [];
  for (const term of version.terms ?? []) {
    if (term.informational === true) continue;
    if (!MONEY_TYPES.has(term.type) && term.billed !== false) continue;
    out.push({
      clauseId: term.clauseId ?? null,
      key: term.key,
      text: withoutStop(`${term.key}: ${MONEY_TYPES.has(term.type) ? grouped(term.value) : term.value}`),
      why: sentence(term.reason ?? 'It is kept as a term with its clause; the kernel does not bill it.'),
    });
  }
  for (const makegood of version.makegoods ?? []) {
    const line = version.lines?.find((l) => l.id === (makegood.deliveredOn ?? makegood.lineId));
    if (line !== undefined && (makegood.rateType === undefined || makegood.rateType === line.rateType)) continue;
    const where =
      line === undefined
        ? `the line ${makegood.deliveredOn ?? makegood.lineId}, which this version does not have`
        : `another unit than the line ${line.id} counts`;
    out.push({
      clauseId: makegood.clauseId ?? null,
      key: makegood.id,
      text: `Makegood of ${grouped(makegood.quantity)}${makegood.value === undefined ? '' : ` worth ${grouped(makegood.value)}`}`,
      why: `It is owed in ${where}.`,
    });
  }
  out.push(...heldTriggers(version), ...strayRules(version));
  return out;
}
