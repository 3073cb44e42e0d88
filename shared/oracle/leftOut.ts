/**
 * Test-only. What a contract holds and a bill does not (BILL-29): for each its key and its clause.
 * Must not: find words.
 */
import type { ContractVersion } from '@countersign/shared/model';
import type { Span } from './days.ts';
import type { PeriodBill } from './settle.ts';
import { agreedOn, type World } from './world.ts';

const MONEY = ['DECIMAL', 'MONEY', 'PERCENT', 'RATE'];

/** Key and clause as one text. */
export const leftOutText = (key: string, clauseId?: string | null): string => `${key} by clause ${clauseId ?? 'none'}`;

/** Terms, makegoods and ends that a version states without a way to bill them. */
function statedBy(version: ContractVersion): string[] {
  const terms = (version.terms ?? []).filter(
    (term) => term.informational !== true && (MONEY.includes(term.type) || term.billed === false),
  );
  const makegoods = (version.makegoods ?? []).filter(({ deliveredOn, lineId, rateType }) => {
    const line = version.lines?.find((l) => l.id === (deliveredOn ?? lineId));
    return line === undefined || (rateType !== undefined && rateType !== line.rateType);
  });
  const ends = (version.triggers ?? []).filter((t) => t.applies === 'END' && agreedOn(t) === undefined);
  return [
    ...terms.map((term) => leftOutText(term.key, term.clauseId)),
    ...[...makegoods, ...ends].map((item) => leftOutText(item.id, item.clauseId)),
  ];
}

/** Lines whose counts no version or flight holds, that wait for their start, or that have no rate. */
function lines(world: World, period: Span): string[] {
  const out: string[] = [];
  const every = new Map(world.versions.flatMap((v) => v.lines ?? []).map((line) => [line.id, line]));
  for (const line of every.values()) {
    const stray = world.counts.some(
      ({ lineId, day }) =>
        lineId === line.id && day >= period.from && day < period.to && world.lineOn(lineId, day) === undefined,
    );
    if (stray) out.push(leftOutText(line.id));
    const days = Array.from({ length: period.to - period.from }, (_, n) => period.from + n);
    const governed = days.some((day) => world.governs(day)?.lines?.some((l) => l.id === line.id));
    const open = world.triggersOf(line.id).filter((t) => t.applies === 'START' && agreedOn(t) === undefined);
    if (governed) out.push(...open.map((t) => leftOutText(line.id, t.clauseId ?? line.clauseId)));
    const unrated = days.map((day) => world.lineOn(line.id, day)).find((l) => l !== undefined && l.price === undefined);
    if (unrated !== undefined) out.push(leftOutText(line.id, unrated.clauseId));
  }
  return out;
}

/** Everything that is left out of the bill of a period, each once. */
export function leftOut(world: World, bill: PeriodBill): string[] {
  const last = world.governs(Math.min(bill.period.to, world.lastDay) - 1) ?? world.any;
  const waiting = bill.waiting.map((commitment) => leftOutText(commitment.id, commitment.clauseId));
  return [...new Set([...statedBy(last), ...lines(world, bill.period), ...waiting])].sort();
}
