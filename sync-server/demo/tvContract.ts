/**
 * The TV contract 2659161 of a public inspection file, split at the dates its lines were entered. Owns which printed line
 * belongs to which version. Must not invent: a figure the confirmation does not print stays blank, with a note.
 */
import {
  type DemoDocument,
  type DemoRow,
  type DemoSheets,
  type FactRow,
  field,
  readFacts,
  rowsOf,
} from './demoDocument.ts';

export const TV_CONTRACT_ID = 'c-tv-2659161';

/** Dates at which the order became the versions of the demo. */
const ORDERED = '2016-10-12';
const REVISED = '2016-10-31';

const CLAUSES: readonly (readonly [key: string, text: string, billed: string, why: string])[] = [
  [
    '1',
    'The station airs the spots on the days and in the programs of the lines. A line is billed at its rate for each spot it counts.',
    'true',
    '',
  ],
  [
    '2',
    'A spot that cannot air is pre-empted and not billed. The station offers a makegood, which is billed at its own rate, higher or lower.',
    'true',
    '',
  ],
  ['3', 'The agency keeps a commission of 15% of gross.', 'true', ''],
  ['4', 'Months are broadcast months: weeks run Monday to Sunday and the month ends on its last Sunday.', 'true', ''],
  [
    '5',
    'Sale is subject to the station’s standard advertiser terms, which are not part of this workbook.',
    'false',
    'The words are kept by the station.',
  ],
];

/** The demo's centre: two executed versions and a draft amendment whose content adds up to the printed totals. */
export function tvContract(): DemoDocument {
  return {
    contractId: TV_CONTRACT_ID,
    kind: 'CONTRACT',
    number: '2659161',
    title: 'WJLA Washington, November 2016',
    counterparty: 'Agency A for Advertiser A',
    versions: [
      { author: 'u-ops', stage: 'EXECUTED', file: 'tv-lines.csv', sheets: sheetsAt(ORDERED, '') },
      {
        author: 'u-ops',
        stage: 'EXECUTED',
        file: 'tv-lines.csv',
        sheets: sheetsAt(REVISED, 'Revision of 28 October, two lines of 31 October'),
      },
      {
        author: 'u-ops',
        stage: 'DRAFT',
        file: 'tv-lines.csv',
        sheets: sheetsAt('9999-12-31', 'Pre-emptions, makegoods and the lines of 2 to 8 November'),
      },
    ],
  };
}

function sheetsAt(date: string, reason: string): DemoSheets {
  const id = TV_CONTRACT_ID;
  return {
    terms: rowsOf(id, 'terms', [
      ['currency', { key: 'currency', value: 'USD' }],
      ['timeZone', { key: 'timeZone', value: 'America/New_York' }],
      ['effectiveFrom', { key: 'effectiveFrom', value: '2016-11-01' }],
      ['billingCalendar', { key: 'billingCalendar', value: 'BROADCAST', clause: '4' }],
      ['direction', { key: 'direction', value: 'RECEIVABLE' }],
      ['number', { key: 'number', value: '2659161' }],
      ['publisher', { key: 'publisher', value: 'WJLA Washington' }],
      ['agency', { key: 'agency', value: 'Agency A' }],
      ['advertiser', { key: 'advertiser', value: 'Advertiser A' }],
      ...(reason === '' ? [] : [['reason', { key: 'reason', value: reason }] as const]),
    ]),
    lines: tvLines(readFacts('tv-lines.csv'), date),
    adjustments: rowsOf(id, 'adjustments', [
      ['commission', { kind: 'COMMISSION', label: 'Agency commission', percent: '15', order: '1', clause: '3' }],
    ]),
    clauses: rowsOf(
      id,
      'clauses',
      CLAUSES.map(([key, text, billed, why]) => [key, { key, text, billed, why }] as const),
    ),
  };
}

/** The lines as they stood at the end of a day. */
function tvLines(printed: readonly FactRow[], date: string): DemoRow[] {
  const byNumber = new Map(printed.map((row) => [field(row, 'line'), row]));
  const preemptedBy = new Map(
    printed
      .filter((row) => field(row, 'printedStatus') === 'Closed Preempt')
      .map((row) => [parentOf(field(row, 'line')), row]),
  );
  const makegoods = new Map(
    printed.filter((row) => field(row, 'makegoodFor') !== '').map((row) => [field(row, 'makegoodFor'), row]),
  );
  /** A pre-emption prints no date: it is known by the day its makegood was entered. */
  const known = (row: FactRow): string =>
    field(row, 'entered') || field(makegoods.get(field(row, 'line')) ?? row, 'entered');

  const values = printed
    .filter((row) => known(row) <= date)
    .map((row): readonly [string, Record<string, string>] => {
      const line = field(row, 'line');
      switch (field(row, 'printedStatus')) {
        case 'Closed Preempt':
          return [line, preemption(row, byNumber.get(parentOf(line)) ?? row)];
        case 'Revised Line':
          return [line, revised(row)];
        default: {
          const preemption = preemptedBy.get(line);
          const standing = preemption === undefined || known(preemption) <= date;
          return [line, counted(row, standing ? field(row, 'spots') || '0' : String(spotsOfDays(row)))];
        }
      }
    });
  return rowsOf(TV_CONTRACT_ID, 'lines', values);
}

function counted(row: FactRow, quantity: string): Record<string, string> {
  const makegood = field(row, 'printedStatus') === 'Makegood';
  return {
    ...placement(row),
    status: makegood ? 'MAKEGOOD' : 'NORMAL',
    quantity,
    rate: field(row, 'rate'),
    makegoodFor: field(row, 'makegoodFor'),
    clause: makegood ? '2' : '1',
    note: field(row, 'perWeek') === '' ? '' : 'One spot a week on any of the marked days.',
  };
}

function revised(row: FactRow): Record<string, string> {
  const next = `${field(row, 'line').split('.')[0]}.1`;
  return {
    ...placement(row),
    status: 'REVISED',
    quantity: '0',
    note: `The confirmation no longer prints the rate this line first had; line ${next} stands in its place.`,
  };
}

function preemption(row: FactRow, of: FactRow): Record<string, string> {
  return {
    ...placement(of),
    line: field(row, 'line'),
    from: field(row, 'from'),
    to: field(row, 'to'),
    status: 'PRE_EMPTED',
    quantity: '0',
    clause: '2',
    note: field(row, 'note'),
  };
}

function placement(row: FactRow): Record<string, string> {
  return {
    line: field(row, 'line'),
    airTime: field(row, 'airTime'),
    product: field(row, 'program'),
    breakType: field(row, 'breakType'),
    from: field(row, 'from'),
    to: field(row, 'to'),
    days: field(row, 'days').replaceAll(' ', '').replace('-------', ''),
    rateType: 'SPOT',
    priceModel: 'UNIT',
    billingSource: 'CONTRACTED',
    lengthSeconds: field(row, 'lengthSeconds'),
  };
}

/** Spots ordered before a pre-emption: the sum of the printed day pattern, or the spots a week. */
function spotsOfDays(row: FactRow): number {
  const perWeek = field(row, 'perWeek');
  if (perWeek !== '') return Number(perWeek);
  return field(row, 'days')
    .split(' ')
    .reduce((sum, count) => sum + (count === '-' ? 0 : Number(count)), 0);
}

/** 17.1.1 → 17.1, 34.0.1 → 34.0. */
function parentOf(line: string): string {
  return line.split('.').slice(0, 2).join('.');
}
