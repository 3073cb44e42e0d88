// The keys of the Terms sheet that the model has a place for. Owns names, labels and types; any other key is kept as a held term.
import type { ColumnSpec } from './column.ts';

/** A known key: the value is checked as a column of this type would be. */
export interface KnownTerm extends ColumnSpec {
  /** One sentence for the person who fills it in. */
  readonly says: string;
}

const term = (
  id: string,
  label: string,
  type: ColumnSpec['type'],
  says: string,
  extra: Pick<ColumnSpec, 'choices' | 'required'> = {},
): KnownTerm => ({ id, label, type, says, ...extra });

const list: readonly KnownTerm[] = [
  term('number', 'Number', 'text', 'The number people call this contract by.'),
  term('title', 'Title', 'text', 'What it is for.'),
  term('kind', 'Kind', 'choice', 'What sort of contract it is.', {
    choices: ['IO', 'MSA', 'AFFILIATE', 'RATE_AGREEMENT'],
  }),
  term('direction', 'Direction', 'choice', 'Whether we are paid or pay.', { choices: ['RECEIVABLE', 'PAYABLE'] }),
  term('currency', 'Currency', 'currency', 'ISO 4217 code of every amount.', { required: true }),
  term('timeZone', 'Time zone', 'text', 'IANA name in which days and months are read.', { required: true }),
  term(
    'billingCalendar',
    'Billing calendar',
    'choice',
    'Calendar months, or broadcast months that end on their last Sunday.',
    {
      choices: ['CALENDAR', 'BROADCAST'],
    },
  ),
  term('broadcastDayStart', 'Broadcast day starts', 'time', 'When a broadcast day begins.'),
  term('billingCycle', 'Billing cycle', 'choice', 'How often it is billed.', {
    choices: ['MONTHLY', 'WEEKLY', 'QUARTERLY', 'END_OF_CAMPAIGN'],
  }),
  term('billingAnchor', 'Billing anchor', 'date', 'Quarters and years are counted from the month of this date.'),
  term('roundingMode', 'Rounding', 'choice', 'How the last digit of an amount is rounded.', {
    choices: ['HALF_UP', 'HALF_EVEN', 'HALF_DOWN', 'UP', 'DOWN', 'CEILING', 'FLOOR'],
  }),
  term('effectiveFrom', 'Effective from', 'date', 'First day these terms apply.', { required: true }),
  term('effectiveTo', 'Effective to', 'date', 'Last day these terms apply; blank is open-ended.'),
  term('retroactive', 'Retroactive', 'flag', 'Whether the terms reach back before they were made.'),
  term('reason', 'Reason', 'text', 'Why this version was made.'),
  term('tierCounters', 'Tier counters', 'choice', 'Whether an amendment restarts the tier counters.', {
    choices: ['CONTINUE', 'RESET'],
  }),
  term('advertiser', 'Advertiser', 'text', 'Legal name of the advertiser.'),
  term('agency', 'Agency', 'text', 'Legal name of the agency.'),
  term('publisher', 'Publisher', 'text', 'Legal name of the publisher.'),
  term('partner', 'Partner', 'text', 'Legal name of the partner.'),
  term('platform', 'Platform', 'text', 'Legal name of the platform.'),
  term('lock.months', 'Locks after, months', 'quantity', 'Months after the month of the action until it is locked.'),
  term('lock.days', 'Locks after, days', 'quantity', 'Days after that, or after the action when no months are given.'),
  term('lock.dayOfMonth', 'Locks on day', 'quantity', 'Day of the month after the action on which it is locked.'),
  term(
    'orderBasis',
    'Order basis',
    'text',
    'Amounts a percentage is taken of, and what is taken off: order, less tax, shipping.',
  ),
  term(
    'halfLifeDays',
    'Half-life, days',
    'quantity',
    'Days after which a touch weighs half, for the time decay model.',
  ),
  term('leastPayment', 'Least payment', 'money', 'A total below this waits and is paid with the next.'),
  term(
    'leastPayment.atEnd',
    'Least payment, at the end',
    'choice',
    'Whether what waited is paid when the contract ends.',
    {
      choices: ['PAY', 'KEEP'],
    },
  ),
  term('starts.event', 'Starts with', 'text', 'The event that billing starts with, for example the launch.'),
  term('starts.eventOn', 'Starting event was on', 'date', 'The day it happened; blank while it is awaited.'),
  term('ends.quantity', 'Ends at quantity', 'quantity', 'Each measured line ends when it has counted this many units.'),
  term('ends.amount', 'Ends at amount', 'money', 'Billing ends when the contract has billed this much gross.'),
  term('discrepancy.threshold', 'Discrepancy above', 'percent', 'Counts further apart than this have a remedy.'),
  term('discrepancy.base', 'Discrepancy measured against', 'choice', 'Whose count the difference is divided by.', {
    choices: ['CONTROLLING', 'OTHER'],
  }),
  term('discrepancy.remedy', 'Discrepancy remedy', 'choice', 'What a discrepancy does to the bill.', {
    choices: ['UPLIFT', 'UNDER_DELIVERY', 'SPLIT_DIFFERENCE'],
  }),
  term('discrepancy.uplift', 'Discrepancy uplift', 'percent', 'By how much the controlling count is raised.'),
];

/** Known keys in the order the Terms sheet shows them. */
export const KNOWN_TERMS: ReadonlyMap<string, KnownTerm> = new Map(list.map((known) => [known.id, known]));
