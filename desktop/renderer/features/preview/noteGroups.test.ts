import type { Forecast, PreviewResult, ResultLine, Warning } from '@countersign/shared/billing';
import { describe, expect, it } from 'vitest';
import { forecastRows, spoken, warningsOf } from './noteGroups.ts';

const warning = (code: Warning['code'], text: string): Warning => ({ code, text, lineId: '8' });
const line = (lineId: string, warnings: readonly Warning[] = []) => ({ key: lineId, lineId, warnings }) as ResultLine;
const result = (parts: Partial<PreviewResult>) =>
  ({ lines: [], warnings: [], notBilled: [], rejectedFacts: [], ...parts }) as unknown as PreviewResult;
const forecast = (parts: Partial<Forecast>): Forecast => ({
  kind: 'NEXT_TIER',
  lineId: '8',
  counted: '3200000',
  bound: '5000000',
  perDay: '120000',
  reachedOn: '2020-09-15',
  until: '2020-10-01',
  text: 'Line 8: the next tier above 5,000,000 impressions is reached on 2020-09-15 at the rate of the last 9 days.',
  ...parts,
});

describe('the notes of a statement', () => {
  it('[SCR-48] a sentence that the line and the whole both say stands once, cliffs apart from the rest', () => {
    const cliff = warning('TIER_CLIFF', 'Line 8: less than 5,000,000 units would.');
    const { cliffs, others } = warningsOf(
      result({ lines: [line('8', [cliff])], warnings: [cliff, warning('NO_RATE', 'Line 9 has no rate.')] }),
    );
    expect(cliffs.map(({ text }) => text)).toEqual([cliff.text]);
    expect(others.map(({ code }) => code)).toEqual(['NO_RATE']);
  });

  it('[SCR-48] the soonest forecast stands first, what is not reached in time last, and each says where it stands', () => {
    const rows = forecastRows(
      result({
        lines: [line('8'), line('9')],
        forecasts: [
          forecast({ kind: 'CAP', lineId: '9', reachedOn: null, text: 'Line 9: the cap.' }),
          forecast({ reachedOn: '2020-09-20' }),
          forecast({ bound: '4000000' }),
        ],
      }),
    );
    expect(rows.map(({ when }) => when)).toEqual(['Sep 15, 2020', 'Sep 20, 2020', 'not before Oct 1, 2020']);
    expect(rows[0]).toMatchObject({
      line: '8',
      name: 'Line 8',
      what: 'Next tier',
      bound: '4,000,000',
      counted: '3,200,000',
    });
    expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
    const [alone] = forecastRows(
      result({ forecasts: [{ ...forecast({ reachedOn: null, until: null }), lineId: undefined } as never] }),
    );
    expect(alone).toMatchObject({ line: null, when: 'not within a century' });
  });

  it('[SCR-49] dates are of this computer, our own count has a name, and nothing else of a sentence changes', () => {
    expect(spoken('1,200 units counted by own on 2020-09-15 are not billed.')).toBe(
      '1,200 units counted by our own server on Sep 15, 2020 are not billed.',
    );
    expect(spoken('counted by owners; order 2020-09-155, 12.2020-1')).toBe(
      'counted by owners; order 2020-09-155, 12.2020-1',
    );
  });
});
