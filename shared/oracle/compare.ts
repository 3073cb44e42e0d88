/**
 * Test-only. Sets the kernel's preview beside the oracle's bill and says in text where they differ.
 * Must not: compute an amount of its own.
 */
import { type PreviewResult, preview, resultProblems } from '@countersign/shared/billing';
import { leftOut, leftOutText } from './leftOut.ts';
import { type OracleBill, oracleBill } from './oracle.ts';
import { signOf } from './order.ts';
import { minus, plus, type Q, q, sum, times, ZERO } from './rational.ts';
import { fixed, rounded } from './rounding.ts';
import { PARTS } from './rows.ts';
import { digitsOf, type OracleInput, type World } from './world.ts';

const quantityText = (value: Q): string => `${value.n}/${value.d}`;

const TOTALS = [...PARTS, 'net', 'total'] as const;

/** What each rule changed, in the order of their names; those that changed nothing left out. */
function adjustmentTexts(changes: ReadonlyMap<string, Q>, money: (value: Q) => string): string[] {
  const made = [...changes].filter(([, amount]) => signOf(amount) !== 0);
  return made.map(([rule, amount]) => `${rule} ${money(amount)}`).sort();
}

function oracleDelivery({ world, settled: delivery }: OracleBill): string[] {
  const money = (value: Q): string => fixed(value, world.digits);
  const lines = delivery.lines.map((line) => {
    const segments = isOrdered(world, line.lineId)
      ? [`due ${money(sum(line.segments.map((s) => s.gross)))}`]
      : line.segments.map((s) => `${quantityText(s.quantity)} for ${money(s.gross)}`);
    return `${line.lineId}: [${segments.join(', ')}] ${PARTS.map((part) => `${part} ${money(line.amounts[part])}`).join(' ')}`;
  });
  return [
    ...lines.sort(),
    ...adjustmentTexts(delivery.adjustments, money),
    ...leftOut(world, delivery).map((text) => `not billed: ${text}`),
    TOTALS.map((part) => `${part} ${money(delivery.totals[part])}`).join(' '),
    ...invoiceText(world, [delivery.totals.total]),
  ];
}

/** Lines billed as ordered have no measured quantity. */
const isOrdered = (world: World, lineId: string): boolean =>
  world.any.lines?.find((line) => line.id === lineId)?.billingSource === 'CONTRACTED';

/** The amounts in the currency of the invoice, each converted and rounded once, and added (settled 22). */
function invoiceText({ any, mode }: World, amounts: readonly Q[]): string[] {
  const { invoiceCurrency } = any;
  if (invoiceCurrency === undefined) return [];
  const digits = digitsOf(invoiceCurrency.to);
  const total = sum(amounts.map((amount) => rounded(times(amount, q(invoiceCurrency.rate)), digits, mode)));
  return [`invoice ${fixed(total, digits)} ${invoiceCurrency.to}`];
}

const kernelInvoice = ({ invoice }: PreviewResult): string[] =>
  invoice === undefined ? [] : [`invoice ${invoice.total} ${invoice.currency}`];

function kernelDelivery(result: PreviewResult, world: World): string[] {
  const money = (value: Q): string => fixed(value, world.digits);
  const ids = [...new Set(result.lines.map((line) => line.lineId))].sort();
  const lines = ids.map((id) => {
    const rows = result.lines.filter((line) => line.lineId === id);
    const segments = isOrdered(world, id)
      ? [`due ${money(sum(rows.map((row) => q(row.gross))))}`]
      : rows.map((row) => `${quantityText(q(row.quantity))} for ${row.gross}`);
    const part = (name: (typeof PARTS)[number]): Q =>
      sum(rows.map((row) => q(name === 'gross' ? row.gross : row.shares[name])));
    return `${id}: [${segments.join(', ')}] ${PARTS.map((name) => `${name} ${money(part(name))}`).join(' ')}`;
  });
  return [
    ...lines,
    ...kernelAdjustments(result, money),
    ...kernelLeftOut(result),
    TOTALS.map((part) => `${part} ${result.totals[part]}`).join(' '),
    ...kernelInvoice(result),
  ];
}

/** What each rule changed, whichever lines carry it. */
function kernelAdjustments(result: PreviewResult, money: (value: Q) => string): string[] {
  const changes = new Map<string, Q>();
  for (const { key, amount } of result.adjustments) {
    const [kind = '', id = ''] = key.split(':');
    const rule = `${kind.toLowerCase()} ${id}`;
    changes.set(rule, plus(changes.get(rule) ?? ZERO, q(amount)));
  }
  return adjustmentTexts(changes, money);
}

function kernelLeftOut(result: PreviewResult): string[] {
  const texts = result.notBilled.map(({ key, clauseId }) => leftOutText(key, clauseId));
  return [...new Set(texts)].sort().map((text) => `not billed: ${text}`);
}

interface Row {
  readonly actionId: string;
  readonly partnerId: string;
  readonly payout: Q;
}

/** Shares of an action summed by partner, those of nothing left out. */
function byPartner(rows: readonly Row[], digits: number, words: (actionId: string) => string): string[] {
  const sums = new Map<string, Q>();
  for (const row of rows) {
    const key = `${row.actionId} to ${row.partnerId}, ${words(row.actionId)}`;
    sums.set(key, sum([sums.get(key) ?? ZERO, row.payout]));
  }
  return [...sums]
    .filter(([, payout]) => signOf(payout) !== 0)
    .map(([key, payout]) => `${key}: ${fixed(payout, digits)}`)
    .sort();
}

function payoutSides(result: PreviewResult, { world, payouts }: OracleBill): [string[], string[]] {
  if (payouts === null) return [[], []];
  const actions = result.actions ?? [];
  const money = (value: Q): string => fixed(value, world.digits);
  const { adjustments, totals } = payouts.settled;
  const byAction = new Map<string, Q>();
  for (const { actionId, payout } of payouts.shares)
    byAction.set(actionId, plus(byAction.get(actionId) ?? ZERO, payout));
  const mine = [
    ...adjustmentTexts(adjustments, money),
    TOTALS.map((part) => `${part} ${money(totals[part])}`).join(' '),
    ...(payouts.changedAfterLock ? [] : invoiceText(world, [...byAction.values()])),
  ];
  const theirs = [
    ...kernelAdjustments(result, money),
    TOTALS.map((part) => `${part} ${result.totals[part]}`).join(' '),
    ...(payouts.changedAfterLock ? [] : kernelInvoice(result)),
  ];
  // Rows of what is booked after a lock and rows of the actions themselves share the list: only without any are rows compared.
  if (payouts.changedAfterLock) return [mine, theirs];
  const locks = (id: string): string => `locks ${payouts.locksOn.get(id)}, pays ${payouts.paysOn.get(id)}`;
  const kernelLocks = new Map(actions.map((a) => [a.actionId, `locks ${a.locksOn}, pays ${a.paysOn}`]));
  const rows = actions.map((a) => ({ ...a, payout: q(a.payout) }));
  return [
    [...byPartner(payouts.shares, world.digits, locks), ...mine],
    [...byPartner(rows, world.digits, (id) => kernelLocks.get(id) ?? ''), ...theirs],
  ];
}

/** What is posted now that a part was posted as known before: the difference of two bills (DOMAIN §3 step 12). */
function deltaSides(input: OracleInput): [string[], string[]] {
  const { before, ...now } = input;
  if (before === undefined) return [[], []];
  const then = { ...now, asOf: before };
  const { period } = input;
  const posted = preview(then).posting.entries.map(({ lineKey, delta }) => ({ period, lineKey, amount: delta }));
  const total = (given: OracleInput): Q => oracleBill(given).settled.totals.total;
  const { digits } = oracleBill(now).world;
  return [
    [`to post ${fixed(minus(total(now), total(then)), digits)}`],
    [`to post ${preview({ ...now, posted }).posting.total}`],
  ];
}

/** Where kernel and oracle differ, as two columns of text; null when they agree. A refused contract is a difference. */
export function disagreement(input: OracleInput): string | null {
  const result = preview(input);
  const bill = oracleBill(input);
  const [late, posted] = deltaSides(input);
  const [oracleSide, kernelSide] =
    bill.payouts === null ? [oracleDelivery(bill), kernelDelivery(result, bill.world)] : payoutSides(result, bill);
  const [mine, theirs] = [
    [...oracleSide, ...late],
    [...kernelSide, ...posted],
  ];
  const problems = resultProblems(result);
  if (mine.join('\n') === theirs.join('\n') && problems.length === 0) return null;
  return ['oracle:', ...mine, 'kernel:', ...theirs, ...problems.map((problem) => `parts do not sum: ${problem}`)].join(
    '\n  ',
  );
}
