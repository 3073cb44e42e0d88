/**
 * Makes `demo/facts/*.csv` from the public sources they come from (docs/DEMO.md names them and their licences).
 * Owns: which columns and rows are kept and which names are made neutral. Must not: invent, round or re-add a figure;
 * it is run by hand (`npx node sync-server/demo/makeFacts.ts <folder of the sources>`), never by the server or a test.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

type SourceRow = Record<string, string>;

const factsFolder = join(dirname(fileURLToPath(import.meta.url)), 'facts');
const sourceFolder = process.argv[2];
if (sourceFolder === undefined) {
  console.error('Name the folder of the sources: npx node sync-server/demo/makeFacts.ts <folder>');
  process.exit(64);
}

function readTable(path: string): SourceRow[] {
  const bytes = readFileSync(join(sourceFolder ?? '', path));
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return parse(text, { columns: true, bom: true, skip_empty_lines: true }) as SourceRow[];
}

function writeTable(name: string, rows: readonly SourceRow[]): void {
  const header = Object.keys(rows[0] ?? {});
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) => header.map((column) => cell(row[column] ?? '')).join(','));
  writeFileSync(join(factsFolder, name), `${[header.join(','), ...lines].join('\n')}\n`);
  console.log(`${name}: ${rows.length} rows`);
}

/** 11/01/16 or 11/2/16 → 2016-11-01; blank stays blank. */
function usDate(text: string): string {
  const [month, day, year] = text.split('/');
  return year === undefined ? '' : `20${year}-${(month ?? '').padStart(2, '0')}-${(day ?? '').padStart(2, '0')}`;
}

/** Station log lines as printed; the parties stand only in the header of the document, which is left out. */
function tvLines(): SourceRow[] {
  return readTable('fcc_tv_documents/wjla_contract_2659161_lines.csv').map((row) => {
    const program = row.program ?? '';
    const timed = /^(\d{1,2}(?::\d{2}){0,2}[AP])- (?!\d)(.*)$/.exec(program);
    return {
      line: row.line ?? '',
      printedStatus: row.line_status ?? '',
      makegoodFor: row.makegood_for ?? '',
      breakType: row.break_type ?? '',
      from: usDate(row.start ?? ''),
      to: usDate(row.end ?? ''),
      lengthSeconds: row.length_sec ?? '',
      airTime: timed?.[1] ?? '',
      program: timed?.[2] ?? program,
      perWeek: row.spw ?? '',
      days: ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'].map((day) => row[day] || '-').join(' '),
      spots: row.spots ?? '',
      rate: row.rate_usd ?? '',
      total: row.total_usd ?? '',
      note: (row.note ?? '').replace(/ -,?$/, ''),
      entered: usDate(row.entered ?? ''),
    };
  });
}

function rateCards(): SourceRow[] {
  return readTable('rate_cards/rate_card_rows.csv').map((row) => ({
    card: row.card_id ?? '',
    vendor: row.vendor ?? '',
    country: row.country ?? '',
    medium: row.medium ?? '',
    placement: row.placement_or_daypart ?? '',
    days: row.days ?? '',
    class: row.class_or_frequency ?? '',
    unit: row.unit ?? '',
    lengthSeconds: row.length_sec ?? '',
    currency: row.currency ?? '',
    rate: row.rate ?? '',
    rateMax: row.rate_max ?? '',
    from: row.effective_from ?? '',
    to: row.effective_to ?? '',
    basis: row.price_basis ?? '',
    note: (row.note ?? '').replace(/(?: at)? ?https?:\S+/g, ''),
  }));
}

function rateCardRules(): SourceRow[] {
  return readTable('rate_cards/rate_card_rules.csv').map((row) => ({
    card: row.card_id ?? '',
    rule: row.rule_kind ?? '',
    condition: row.condition ?? '',
    value: row.value ?? '',
    unit: row.unit ?? '',
  }));
}

/** Payers of the public ad library that the demo uses: hash of the published name → neutral name. No real payer stands in this project. */
const PAYERS: Readonly<Record<string, string>> = { ed27d1a16694: 'Advertiser B', e4adfd9841a6: 'Advertiser C' };

function payer(row: SourceRow): string | undefined {
  return PAYERS[
    createHash('sha256')
      .update(row.PayingAdvertiserName ?? '')
      .digest('hex')
      .slice(0, 12)
  ];
}

function deliveryAds(): SourceRow[] {
  return readTable('snap_political_ads/snap_2020_us_cycle.csv.gz')
    .filter((row) => payer(row) !== undefined)
    .map((row) => ({
      advertiser: payer(row) ?? '',
      ad: (row.ADID ?? '').slice(0, 12),
      impressions: row.Impressions ?? '',
      start: libraryInstant(row.StartDate ?? ''),
      end: libraryInstant(row.EndDate ?? ''),
      age: row.AgeBracket ?? '',
      audience: row.Segments ?? '',
    }))
    .sort((a, b) => order(a.advertiser + a.start + a.ad, b.advertiser + b.start + b.ad));
}

/** 2020/09/03 23:32:00Z → 2020-09-03T23:32:00Z. */
function libraryInstant(text: string): string {
  return text.replaceAll('/', '-').replace(' ', 'T');
}

/** Order lines without descriptions; a customer is numbered by first appearance, so that a cancellation still finds its order. */
function orderLines(): SourceRow[] {
  const customers = new Map<string, string>();
  const neutral = (customer: string): string => {
    if (customer === '') return '';
    const known = customers.get(customer) ?? `k${customers.size + 1}`;
    customers.set(customer, known);
    return known;
  };
  return readTable('retail_orders_with_cancellations/online_retail_first10k.csv.gz').map((row) => {
    const [day, month, year] = (row.InvoiceDate ?? '').split('/');
    return {
      invoice: row.InvoiceNo ?? '',
      stock: row.StockCode ?? '',
      quantity: row.Quantity ?? '',
      date: `${year}-${(month ?? '').padStart(2, '0')}-${(day ?? '').padStart(2, '0')}`,
      unitPrice: row.UnitPrice ?? '',
      customer: neutral(row.CustomerID ?? ''),
    };
  });
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

writeTable('tv-lines.csv', tvLines());
writeTable('rate-cards.csv', rateCards());
writeTable('rate-card-rules.csv', rateCardRules());
writeTable('delivery-ads.csv', deliveryAds());
writeTable('order-lines.csv', orderLines());
