// The readable statement of `countersign preview`. Owns layout only; every figure is the kernel's text as it stands.
import { countedUnit, type PreviewResult } from '@countersign/shared/billing';

function grouped(text: string): string {
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
export function statementText(result: PreviewResult): string {
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
  ]);
  out.push(...table([['Line', 'What', 'Quantity', 'Unit', 'Rate', 'Gross'], ...lines], new Set([2, 5])), '');
  const amounts = [
    ['Gross', grouped(totals.gross)],
    ...result.adjustments.filter((a) => a.kind !== 'TAX').map((a) => [a.label, grouped(a.amount)]),
    ['Net', grouped(totals.net)],
    ...result.adjustments.filter((a) => a.kind === 'TAX').map((a) => [a.label, grouped(a.amount)]),
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
  out.push(...table(amounts, new Set([1])), '');
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
      (n) => `${n.text.replace(/\.+$/, '')}. ${n.why}${n.clauseId === null ? '' : ` Clause ${n.clauseId}.`}`,
    ),
  );
  section(
    out,
    'Forecasts',
    (result.forecasts ?? []).map((f) => f.text),
  );
  section(
    out,
    'Warnings',
    result.warnings.map((w) => w.text),
  );
  section(
    out,
    'Rejected facts',
    result.rejectedFacts.map((r) => `${r.reason}: ${r.count} (${r.samples.join('; ')})`),
  );
  out.push(`Inputs ${result.inputHash}, kernel ${result.kernelVersion}`);
  return `${out.join('\n')}\n`;
}

function section(out: string[], title: string, entries: readonly string[]): void {
  if (entries.length === 0) return;
  out.push(title, ...entries.map((entry) => `  ${entry}`), '');
}
