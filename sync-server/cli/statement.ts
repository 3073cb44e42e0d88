// The readable statement of `countersign preview`. Owns layout only; every figure is the kernel's text as it stands.
import { countedUnit, type PreviewResult, type ResultAdjustment } from '@countersign/shared/billing';
import { type ContractVersion, contractDoubts, type Doubt } from '@countersign/shared/model';

/** What a contract file says beside its bill. */
export interface StatedContract {
  /** Number of a clause as people cite it, by its id. */
  readonly clauseKeys: ReadonlyMap<string, string>;
  /** "%" or the currency of a held term, by its text in the result. */
  readonly termUnits: ReadonlyMap<string, string>;
  readonly doubts: readonly Doubt[];
}

const NOTHING_STATED: StatedContract = { clauseKeys: new Map(), termUnits: new Map(), doubts: [] };
/** Steps that make the billed quantity another than the counted one. */
const ABOUT_QUANTITIES = new Set<string>(['DISCREPANCY', 'MAKEGOOD', 'FREE', 'CONTRACTED_CAP']);

/** What the statement takes from the contract's own files. */
export function statedContract(versions: readonly ContractVersion[]): StatedContract {
  const clauses = versions.flatMap(({ clauses = [] }) => clauses);
  const terms = versions.flatMap(({ currency, terms = [] }) => terms.map((term) => ({ currency, ...term })));
  return {
    clauseKeys: new Map(clauses.map(({ id, key }) => [id, key])),
    termUnits: new Map(
      terms.map(({ key, type, value, currency }) => [
        `${key}: ${value}`,
        type === 'PERCENT' ? '%' : type === 'MONEY' ? ` ${currency}` : '',
      ]),
    ),
    doubts: versions.flatMap((version) => contractDoubts(version)),
  };
}

/** With thousands apart; a third of a count stays the fraction it is. */
function grouped(text: string): string {
  if (text.includes('/')) return text.split('/').map(grouped).join('/');
  const [whole = '', decimals] = text.split('.');
  const out = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? out : `${out}.${decimals}`;
}

function table(rows: readonly (readonly string[])[], alignRight: ReadonlySet<number>): string[] {
  const widths = rows.reduce<number[]>((w, row) => row.map((cell, i) => Math.max(w[i] ?? 0, cell.length)), []);
  return rows.map((row) =>
    row
      .map((cell, i) => (alignRight.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** The statement as plain text, ending in a line break. */
export function statementText(result: PreviewResult, contract: StatedContract = NOTHING_STATED): string {
  const clause = (id: string | null | undefined): string => (id == null ? '' : (contract.clauseKeys.get(id) ?? id));
  const { period, totals } = result;
  const out: string[] = [
    `Contract ${result.contractNumber}, ${result.direction === 'PAYABLE' ? 'payable' : 'receivable'}, ${period.calendar === 'BROADCAST' ? 'broadcast month' : 'period'} ${period.key} (${period.from} to before ${period.to}), ${result.currency}`,
    result.asOf === null ? 'As known now.' : `As known at ${result.asOf}.`,
    `Versions: ${result.versionRefs.map((v) => `${v.sequence} in force from ${v.effectiveFrom}`).join(', ')}`,
    '',
  ];
  const lines = result.lines.map((line) => [
    line.key,
    line.label,
    grouped(line.quantity),
    countedUnit(line.quantity, line.quantityUnit),
    line.rate ?? line.rateText,
    grouped(line.gross),
    clause(line.trace.clauseId),
  ]);
  out.push(...table([['Line', 'What', 'Quantity', 'Unit', 'Rate', 'Gross', 'Clause'], ...lines], new Set([2, 5])), '');
  const adjustment = (a: ResultAdjustment): string[] => [a.label, grouped(a.amount), clause(a.clauseId)];
  const amounts: (readonly string[])[] = [
    ['Gross', grouped(totals.gross)],
    ...result.adjustments.filter((a) => a.kind !== 'TAX').map(adjustment),
    ['Net', grouped(totals.net)],
    ...result.adjustments.filter((a) => a.kind === 'TAX').map(adjustment),
    ['Total', `${grouped(totals.total)} ${result.currency}`],
    ...(result.invoice === undefined
      ? []
      : [
          [
            `Invoiced at ${result.invoice.rate} (${result.invoice.source})`,
            `${grouped(result.invoice.total)} ${result.invoice.currency}`,
          ],
        ]),
    ...(result.payment === undefined
      ? []
      : [
          ['Waited from before', grouped(result.payment.waited)],
          ['Paid now', grouped(result.payment.due)],
          ['Waits for the next period', grouped(result.payment.waits)],
        ]),
    ...(result.posting.entries.some((e) => e.posted !== e.delta && !/^-?0(\.0*)?$/.test(e.posted))
      ? [['To post now', grouped(result.posting.total)]]
      : []),
  ];
  const widest = amounts.map(([label = '', amount = '', named = '']) => [label, amount, named]);
  out.push(...table(widest, new Set([1])), '');
  if (result.actions !== undefined && result.actions.length > 0) {
    const rows = result.actions.map((a) => [
      a.actionId,
      a.localDate,
      a.partnerId,
      a.status,
      grouped(a.payout),
      a.locksOn ?? '',
    ]);
    out.push(...table([['Action', 'Date', 'Partner', 'Status', 'Payout', 'Locks on'], ...rows], new Set([4])), '');
  }
  section(
    out,
    'Not billed',
    result.notBilled.map(
      (n) =>
        `${n.text.replace(/\.+$/, '')}${contract.termUnits.get(n.text) ?? ''}. ${n.why}${n.clauseId === null ? '' : ` Clause ${clause(n.clauseId)}.`}`,
    ),
  );
  section(
    out,
    'About the quantities',
    result.lines.flatMap((line) =>
      line.trace.children
        .filter(({ kind }) => ABOUT_QUANTITIES.has(kind))
        .map(
          ({ text, clauseId }) =>
            `${line.label}: ${text}${clauseId === undefined ? '' : ` Clause ${clause(clauseId)}.`}`,
        ),
    ),
  );
  section(
    out,
    'Forecasts',
    (result.forecasts ?? []).map((f) => f.text),
  );
  section(out, 'Warnings', [...new Set(result.warnings.map((w) => w.text))]);
  section(
    out,
    'Rejected facts',
    result.rejectedFacts.map((r) => `${r.reason}: ${r.count} (${r.samples.join('; ')})`),
  );
  section(
    out,
    'To look at in the contract',
    contract.doubts.map(({ path, what, cure }) => `${path}: ${what} ${cure}`),
  );
  out.push(`Inputs ${result.inputHash}, kernel ${result.kernelVersion}`);
  return `${out.join('\n')}\n`;
}

function section(out: string[], title: string, entries: readonly string[]): void {
  if (entries.length === 0) return;
  out.push(title, ...entries.map((entry) => `  ${entry}`), '');
}
