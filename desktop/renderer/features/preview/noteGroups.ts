// The notes of a statement in groups, each sentence once, the soonest forecast first. Pure; the words are the kernel's, their dates and
// sources as people here write them.
import type { Forecast, PreviewResult, Warning } from '@countersign/shared/billing';
import { amountText, dateText, withDates } from '../../kit/index.ts';

/** Notes of one group that stand open; the rest is one press away. */
export const NOTES_SHOWN = 3;

/** A kernel's sentence with dates in the form of this computer, and our own count by its name. */
export function spoken(text: string): string {
  return withDates(text).replaceAll(/\bcounted by own\b/g, 'counted by our own server');
}

/** Who counted, for a sentence. */
export function sourceName(source: string): string {
  return source === 'own' ? 'our own server' : source;
}

/** A line’s warning is often repeated for the whole: each sentence once, cliffs first because they are about money now. */
export function warningsOf(result: PreviewResult): { readonly cliffs: Warning[]; readonly others: Warning[] } {
  const all = [...result.lines.flatMap((line) => line.warnings), ...result.warnings];
  const said = [...new Map(all.toReversed().map((warning) => [warning.text, warning])).values()].toReversed();
  return {
    cliffs: said.filter(({ code }) => code === 'TIER_CLIFF'),
    others: said.filter(({ code }) => code !== 'TIER_CLIFF'),
  };
}

export interface ForecastRow {
  readonly key: string;
  /** Key of the statement's line that it is about; null for a contract's limit. */
  readonly line: string | null;
  /** "Line 4", or the name of the limit. */
  readonly name: string;
  readonly what: string;
  readonly bound: string;
  readonly counted: string;
  readonly when: string;
  /** The kernel’s whole sentence. */
  readonly text: string;
}

const WHAT: Readonly<Record<Forecast['kind'], string>> = {
  NEXT_TIER: 'Next tier',
  CONTRACTED: 'All contracted',
  CAP: 'Cap',
};

/** Forecasts by the day on which something is reached; what is not reached in time stands last. */
export function forecastRows(result: PreviewResult): ForecastRow[] {
  const byDay = (forecast: Forecast): string => forecast.reachedOn ?? '9999';
  return [...(result.forecasts ?? [])]
    .sort((a, b) => (byDay(a) < byDay(b) ? -1 : byDay(a) > byDay(b) ? 1 : 0))
    .map((forecast) => {
      const { kind, lineId, commitmentId, bound, counted, reachedOn, until, text } = forecast;
      const line = lineId === undefined ? undefined : result.lines.findLast((each) => each.lineId === lineId);
      // The sentence begins with the name that the contract gives: "News at six: the next tier above …".
      const [named = ''] = text.split(': ');
      return {
        key: `${kind}/${lineId ?? commitmentId ?? ''}/${bound}`,
        line: line?.key ?? null,
        name: named,
        what: WHAT[kind],
        bound: amountText(bound),
        counted: amountText(counted),
        when:
          reachedOn !== null
            ? dateText(reachedOn)
            : until === null
              ? 'not within a century'
              : `not before ${dateText(until)}`,
        text: spoken(text),
      };
    });
}
