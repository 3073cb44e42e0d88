/**
 * Starts and ends that are not plain dates. Owns: the days a line runs, the units before its start and after its end, and
 * the words for a trigger the contract leaves open. Must not: price. Amounts of triggers are adjust.ts's, as caps are.
 */
import {
  type ContractVersion,
  type DayNumber,
  dayNumber,
  type Line,
  type RateType,
  type Trigger,
} from '@countersign/shared/model';
import { add, decimalOf, type Fraction, max, min, subtract, ZERO } from '@countersign/shared/money';
import type { DayCounts } from './dayCounts.ts';
import type { FrozenVersion } from './frozenVersion.ts';
import type { NotBilled } from './result.ts';
import { inAmountOrder } from './ruleOrder.ts';
import { grouped } from './words.ts';

function speaksOf(trigger: Trigger, line: Line): boolean {
  return trigger.lineId === undefined || trigger.lineId === line.id;
}

/** Whether units of a line are measured, so that a trigger by quantity can act on them. */
function countsUnits(line: Line): boolean {
  const notCounted: readonly RateType[] = ['CPD', 'FLAT'];
  return line.billingSource !== 'CONTRACTED' && !notCounted.includes(line.rateType);
}

/** Which units of a line's running count are billed. */
export interface UnitRange {
  /** Units of a running count that come before a start by quantity: counted, never billed; 0 without one. */
  early(count: Fraction): Fraction;
  /** Billable units of a running count: after the start, up to the contracted quantity and the end. */
  billable(count: Fraction): Fraction;
}

/**
 * The units a line may bill of its running count since its flight began. A start by quantity leaves out what comes
 * before it, the contracted quantity is what comes after the start, an end by quantity counts from the flight's begin.
 */
export function unitRange(version: FrozenVersion, line: Line, days: DayCounts): UnitRange {
  let start = ZERO;
  let end: Fraction | null = null;
  for (const trigger of version.doc.triggers ?? []) {
    if (trigger.on !== 'ON_QUANTITY' || trigger.quantity === undefined || !speaksOf(trigger, line)) continue;
    const quantity = decimalOf(trigger.quantity);
    if (trigger.applies === 'START') {
      start = max(start, quantity);
      continue;
    }
    // The later of a date and a quantity: until the date nothing ends.
    const held = trigger.notBefore === undefined ? quantity : max(quantity, days.before(dayNumber(trigger.notBefore)));
    end = end === null ? held : min(end, held);
  }
  if (line.contractedQuantity !== undefined) {
    const contracted = add(start, decimalOf(line.contractedQuantity));
    end = end === null ? contracted : min(end, contracted);
  }
  const limit = end;
  return {
    // Without a start no unit comes before it, also where credits bring the running count below zero.
    early: (count) => (start.n === 0n ? ZERO : min(count, start)),
    billable: (count) => {
      const held = limit === null ? count : min(count, limit);
      return start.n === 0n ? held : max(subtract(held, start), ZERO);
    },
  };
}

/** Days a line runs: its flight, else its version, clipped by dated triggers; none while a start is left open. */
export function flightOf(
  version: FrozenVersion,
  line: Line,
  contractFrom: DayNumber,
): { from: DayNumber; to: DayNumber | null } {
  // A line without a flight runs with the contract, through its amendments: units count from the contract's start.
  let from = line.flight === undefined ? contractFrom : dayNumber(line.flight.from);
  let to =
    typeof line.flight?.to === 'string' ? dayNumber(line.flight.to) : line.flight === undefined ? version.to : null;
  if (openStarts(version, line).length > 0) return { from, to: from };
  for (const trigger of version.doc.triggers ?? []) {
    if (!speaksOf(trigger, line)) continue;
    const date = dateOf(trigger);
    if (date === undefined) continue;
    if (trigger.applies === 'START') from = Math.max(from, dayNumber(date));
    else to = to === null ? dayNumber(date) : Math.min(to, dayNumber(date));
  }
  return { from, to };
}

/** Starts of a line that have not come or that the contract leaves open, with why. */
export function openStarts(version: FrozenVersion, line: Line): { trigger: Trigger; why: string }[] {
  return (version.doc.triggers ?? []).flatMap((trigger) => {
    const why =
      trigger.applies === 'START' && speaksOf(trigger, line) ? pendingStart(trigger, countsUnits(line)) : null;
    return why === null ? [] : [{ trigger, why }];
  });
}

function dateOf(trigger: Trigger): string | undefined {
  if (trigger.on === 'ON_DATE') return trigger.date;
  return trigger.on === 'ON_EVENT' ? trigger.occurredOn : undefined;
}

/** Why the start of the whole contract has not come; null when it has, or when each line starts by itself. */
export function openContractStart(version: ContractVersion): string | null {
  for (const trigger of version.triggers ?? []) {
    const why = trigger.applies === 'START' && trigger.lineId === undefined ? pendingStart(trigger, true) : null;
    if (why !== null) return why;
  }
  return null;
}

/** Why a start has not come, in words; null when it is known or does not hold back days. */
function pendingStart(trigger: Trigger, countsUnits: boolean): string | null {
  switch (trigger.on) {
    case 'ON_EVENT':
      return trigger.occurredOn === undefined
        ? `It starts with ${trigger.event ?? 'an event'}, which has not been recorded.`
        : null;
    case 'ON_DATE':
      return trigger.date === undefined ? 'It starts on a date that the contract leaves open.' : null;
    case 'ON_QUANTITY':
      return trigger.quantity === undefined && countsUnits
        ? 'It starts at a quantity that the contract leaves open.'
        : null;
    case 'ON_AMOUNT':
      return trigger.amount === undefined ? 'It starts at an amount that the contract leaves open.' : null;
  }
}

/** What a trigger says that this bill does not act on, with its clause. */
export function heldTriggers(version: ContractVersion): NotBilled[] {
  const out: NotBilled[] = [];
  for (const trigger of version.triggers ?? []) {
    const verb = trigger.applies === 'START' ? 'Starts' : 'Ends';
    const hold = (text: string, why: string): void => {
      out.push({ clauseId: trigger.clauseId ?? null, key: trigger.id, text: `${verb} ${text}`, why });
    };
    const open = trigger.applies === 'END' ? 'The contract leaves it open, so nothing ends here.' : null;
    if (trigger.on === 'ON_DATE' && trigger.date === undefined && open !== null) hold('on a date', open);
    if (trigger.on === 'ON_AMOUNT' && trigger.amount === undefined && open !== null) hold('at an amount', open);
    if (trigger.on === 'ON_EVENT' && trigger.occurredOn === undefined && open !== null)
      hold(`with ${trigger.event ?? 'an event'}`, 'The event has not been recorded, so it runs on.');
    if (trigger.on !== 'ON_QUANTITY') continue;
    if (trigger.quantity === undefined) {
      if (open !== null) hold('at a quantity', open);
      continue;
    }
    const lines = (version.lines ?? []).filter((line) => speaksOf(trigger, line));
    if (lines.some(countsUnits)) continue;
    hold(
      `at ${grouped(trigger.quantity)} units`,
      lines.length === 0
        ? 'No line of this version counts units.'
        : 'Its line bills what was contracted or its days, not what was measured.',
    );
  }
  return out;
}

/** Starts and ends by amount with their amount: the gross before the one and after the other is not billed. */
export function amountTriggers(version: ContractVersion): Trigger[] {
  return inAmountOrder((version.triggers ?? []).filter((t) => t.on === 'ON_AMOUNT' && t.amount !== undefined));
}
