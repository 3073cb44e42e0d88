/**
 * Test-only. What the kernel answers, as one text: the bill's bytes, or the refusal with its code, place and words.
 * Must not: swallow an error that is not typed; a contract that breaks the kernel is a bug.
 */
import {
  billingPeriodOf,
  contractProblems,
  impact,
  offsetsOf,
  type PreviewInput,
  preview,
  previewJson,
  resultProblems,
  runTestPack,
  versionAt,
} from '@countersign/shared/billing';
import { canonicalJson, dayNumber, type TestCase } from '@countersign/shared/model';
import { DomainError } from '@countersign/shared/money';
import type { OracleInput } from '../oracle/world.ts';

const refusalText = ({ code, place, message }: DomainError): string => canonicalJson({ code, place, message });

/** A refusal is an answer too. */
function answerOf(ask: () => string): string {
  try {
    return ask();
  } catch (error) {
    if (error instanceof DomainError) return refusalText(error);
    throw error;
  }
}

/** Bytes of the preview and what does not add up in it; of a version that is refused, everything that is wrong with it. */
export function billText(input: PreviewInput): string {
  const wrong = input.versions.flatMap((version) => contractProblems(version)).map(refusalText);
  const bill = answerOf(() => {
    const result = preview(input);
    return [previewJson(result), ...resultProblems(result)].join('\n');
  });
  return [...wrong, bill].join('\n');
}

/** The bill after what was known at an earlier instant has been posted; empty where the case names none. */
export function laterText({ before, ...now }: OracleInput): string {
  if (before === undefined) return '';
  return answerOf(() => {
    const { entries } = preview({ ...now, asOf: before }).posting;
    const posted = entries.map(({ lineKey, delta }) => ({ period: now.period, lineKey, amount: delta }));
    return previewJson(preview({ ...now, posted }));
  });
}

/** What the last version changes, in its period and the one before a change of year. */
export function impactText({ versions, facts, period, posted }: PreviewInput): string {
  const draft = versions.at(-1);
  if (draft === undefined) return '';
  const months = period.length === 7 ? ['2025-12', period, '2027-01'] : [period];
  return answerOf(() =>
    canonicalJson(impact({ base: versions.slice(0, -1), draft, facts, periods: [...new Set(months)], posted })),
  );
}

/** Test cases of the last version that expect what is billed, one cent more, another period, and nothing. */
export function packText({ versions, facts, period, asOf }: PreviewInput): string {
  const version = versions.at(-1);
  if (version === undefined) return '';
  return answerOf(() => {
    const { totals } = preview({ versions, facts, period, asOf });
    const given = { facts: { ...facts }, period, ...(asOf === undefined ? {} : { asOf }) };
    const testCases: TestCase[] = [
      { id: 'all', title: 'Everything as billed', ...given, expect: totals } as TestCase,
      { id: 'more', ...given, expect: { ...totals, net: `${totals.net}1`, tax: '0.01' } } as TestCase,
      { id: 'never', ...given, period: '1990-01', expect: { total: totals.total } } as TestCase,
      { id: 'none', ...given, expect: {} } as TestCase,
    ];
    return canonicalJson(runTestPack({ ...version, testCases }, versions.slice(0, -1)));
  });
}

/** The same delivery as columns, whole counts on days only. */
export function volumeText(input: PreviewInput): string {
  const plain = input.facts.delivery.filter((f) => f.localDate !== undefined && /^\d+$/.test(f.quantity));
  const names = plain.map(({ lineId, source, metric }) => ({ lineId, source, metric }));
  const columns = {
    names,
    series: Uint32Array.from(plain, (_, n) => n),
    days: Int32Array.from(plain, (fact) => dayNumber(fact.localDate ?? '')),
    quantities: Float64Array.from(plain, (fact) => Number(fact.quantity)),
  };
  const others = input.facts.delivery.filter((fact) => !plain.includes(fact));
  return answerOf(() => previewJson(preview({ ...input, facts: { ...input.facts, delivery: others, columns } })));
}

/** Which version governs at every instant that the case names, which period bills it, and the zone's offsets. */
export function timesText(input: PreviewInput): string {
  const { versions } = input;
  const days = versions.flatMap((version) => [version.effectiveFrom, version.effectiveTo ?? '2026-06-30']);
  return answerOf(() =>
    canonicalJson({
      offsets: offsetsOf(input),
      days: days.map((day) => [
        day,
        billingPeriodOf(versions, dayNumber(day)),
        versions.map((version) => versionAt(versions, `${day}T05:30:00Z`, version.recordedAt)?.id ?? null),
      ]),
    }),
  );
}
