/**
 * Every rule of the head of `advertising.json`, by name, and those about the calendar and currencies. Owns: which kernel call each is.
 * Must not: do arithmetic of its own beyond naming inputs and outputs.
 */
import { buildZoneTable, dayStart, instantMs, isoDate, localDay, monthOf } from '@countersign/shared/model';
import { multiply } from '@countersign/shared/money';
import { type Rule, rounding, text } from './ruleCharges.ts';
import { MEDIA_RULES } from './ruleMedia.ts';
import { PROGRAM_RULES } from './ruleProgram.ts';

export const ADVERTISING_RULES: Readonly<Record<string, Rule>> = {
  ...MEDIA_RULES,
  ...PROGRAM_RULES,
  period_of: (v) => {
    const at = instantMs(v.inputs.text('event_at'));
    const table = buildZoneTable(v.params.text('time_zone', 'UTC'), at, at);
    const broadcast = v.params.oneOf('period', ['MONTH', 'BROADCAST', 'BROADCAST_MONTH'], 'MONTH') !== 'MONTH';
    const startMs =
      broadcast && v.params.has('broadcast_day_start')
        ? instantMs(`1970-01-01T${v.params.text('broadcast_day_start')}:00Z`)
        : 0;
    const day = localDay(table, at, startMs);
    return { period: monthOf(day, broadcast ? 'BROADCAST' : 'CALENDAR').key, local_date: isoDate(day) };
  },
  period_hours: (v) => {
    const [from, to] = [v.inputs.day('from'), v.inputs.day('to')];
    const table = buildZoneTable(v.params.text('time_zone', 'UTC'), from * 86_400_000, to * 86_400_000);
    return { hours: text({ n: BigInt(dayStart(table, to) - dayStart(table, from)), d: 3_600_000n }) };
  },
  fx: (v) => {
    const write = rounding(v, v.params.text('to'));
    return { amount: write.write(multiply(v.inputs.decimal('amount'), v.params.decimal('rate'))) };
  },
};
