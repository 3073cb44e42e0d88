/**
 * Orders and cancellations of the retail file as actions. Owns how a cancellation finds its order, because the file does
 * not say; must not guess: one that finds none is a rejected row with its reason.
 */
import type { ActionFact } from '@countersign/shared/model';
import {
  add,
  compare,
  decimalOf,
  exactText,
  type Fraction,
  isZero,
  multiply,
  negate,
  parseMoney,
  ZERO,
} from '@countersign/shared/money';
import { AFFILIATE_PARTNER_ID } from './affiliateContract.ts';
import { type FactRow, field } from './demoDocument.ts';

export interface RejectedRow {
  /** 1-based row of the file, the heading being row 1. */
  readonly row: number;
  readonly invoice: string;
  readonly reason: string;
}

export interface OrderFacts {
  readonly actions: readonly ActionFact[];
  readonly rejected: readonly RejectedRow[];
  /** Cancelled lines that found their order. */
  readonly matched: number;
}

interface OrderLine {
  readonly row: number;
  readonly invoice: string;
  readonly stock: string;
  readonly date: string;
  readonly customer: string;
  readonly quantity: Fraction;
  readonly unitPrice: Fraction;
}
interface Order {
  readonly invoice: string;
  readonly date: string;
  readonly lines: readonly OrderLine[];
  amount: Fraction;
  readonly events: NonNullable<ActionFact['statusEvents']>[number][];
}

/** Rows of `order-lines.csv` → one action an order, partial returns as dated changes of its amount. */
export function orderFacts(rows: readonly FactRow[]): OrderFacts {
  const lines = rows.map(readLine);
  const rejected: RejectedRow[] = [];
  const orders = ordersOf(
    lines.filter((line) => !isCancellation(line)),
    rejected,
  );
  const left = new Map<OrderLine, Fraction>();
  let matched = 0;
  for (const cancelled of lines.filter(isCancellation)) {
    const found = originalOf(cancelled, orders, left);
    if (typeof found === 'string') {
      rejected.push({ row: cancelled.row, invoice: cancelled.invoice, reason: found });
      continue;
    }
    matched += 1;
    left.set(found.line, add(left.get(found.line) ?? found.line.quantity, cancelled.quantity));
    found.order.amount = add(found.order.amount, multiply(cancelled.quantity, cancelled.unitPrice));
    found.order.events.push(reversal(found.order.amount, cancelled));
  }
  return { actions: [...orders.values()].map(action), rejected, matched };
}

function readLine(row: FactRow, index: number): OrderLine {
  return {
    row: index + 2,
    invoice: field(row, 'invoice'),
    stock: field(row, 'stock'),
    date: field(row, 'date'),
    customer: field(row, 'customer'),
    quantity: decimalOf(field(row, 'quantity')),
    unitPrice: decimalOf(field(row, 'unitPrice')),
  };
}

function isCancellation(line: OrderLine): boolean {
  return line.invoice.startsWith('C');
}

function ordersOf(lines: readonly OrderLine[], rejected: RejectedRow[]): Map<string, Order> {
  const byInvoice = new Map<string, OrderLine[]>();
  for (const line of lines) {
    const known = byInvoice.get(line.invoice);
    if (known === undefined) byInvoice.set(line.invoice, [line]);
    else known.push(line);
  }
  const orders = new Map<string, Order>();
  for (const [invoice, held] of byInvoice) {
    const amount = held.reduce((sum, line) => add(sum, multiply(line.quantity, line.unitPrice)), ZERO);
    const first = held[0];
    if (first === undefined) continue;
    if (isZero(amount)) {
      for (const line of held) {
        rejected.push({
          row: line.row,
          invoice,
          reason: 'The invoice adds up to 0.00: a stock correction, not a sale.',
        });
      }
      continue;
    }
    orders.set(invoice, { invoice, date: first.date, lines: held, amount, events: [] });
  }
  return orders;
}

/** The latest earlier order of the same customer that still holds the cancelled quantity of the item, or why there is none. */
function originalOf(
  cancelled: OrderLine,
  orders: ReadonlyMap<string, Order>,
  left: ReadonlyMap<OrderLine, Fraction>,
): { order: Order; line: OrderLine } | string {
  if (cancelled.customer === '') return 'The cancellation names no customer.';
  let found: { order: Order; line: OrderLine } | undefined;
  let held = false;
  for (const order of orders.values()) {
    // Invoice numbers rise with time; a cancellation cannot undo an order that was entered after it.
    if (order.invoice >= cancelled.invoice.slice(1)) continue;
    for (const line of order.lines) {
      if (line.customer !== cancelled.customer || line.stock !== cancelled.stock) continue;
      held = true;
      const remains = left.get(line) ?? line.quantity;
      const enough = compare(remains, negate(cancelled.quantity)) >= 0;
      const later = found === undefined || order.invoice > found.order.invoice;
      if (enough && later && compare(line.unitPrice, cancelled.unitPrice) === 0) found = { order, line };
    }
  }
  if (found !== undefined) return found;
  return held
    ? 'The customer’s earlier order holds less of the item, or at another price.'
    : 'No earlier order of this customer in the file holds the item.';
}

function reversal(amount: Fraction, cancelled: OrderLine): NonNullable<ActionFact['statusEvents']>[number] {
  const at = dayStart(cancelled.date);
  const reason = `Cancelled by ${cancelled.invoice}, item ${cancelled.stock}.`;
  return isZero(amount)
    ? { status: 'REVERSED', at, reason }
    : { status: 'AMENDED', at, reason, amounts: { order: gbp(amount) } };
}

function action(order: Order): ActionFact {
  const amount = order.lines.reduce((sum, line) => add(sum, multiply(line.quantity, line.unitPrice)), ZERO);
  return {
    id: `order-${order.invoice}`,
    orderId: order.invoice,
    eventType: 'SALE',
    amounts: { order: gbp(amount) },
    occurredAt: dayStart(order.date),
    partnerId: AFFILIATE_PARTNER_ID,
    ...(order.events.length === 0 ? {} : { statusEvents: order.events }),
  };
}

/** The file gives days without a time; London in December is UTC, so the local day begins here. */
function dayStart(date: string): string {
  return `${date}T00:00:00.000Z`;
}

/** Prices of the file have at most two decimals, so the sum of a line is exact in pence; anything else would throw here. */
function gbp(amount: Fraction): string {
  return parseMoney(exactText(amount), 'GBP').amount;
}
