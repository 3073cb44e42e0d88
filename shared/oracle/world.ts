/**
 * Test-only. What is known and what governs on each local day (DOMAIN §3 steps 0 and 1, settled 1 to 4, 21, 23).
 * Must not: count or price anything.
 */
import type {
  ActionFact,
  ContractVersion,
  DeliveryFact,
  LedgerEntry,
  Line,
  TouchFact,
  Trigger,
} from '@countersign/shared/model';
import { billingMonth, billingMonthOf, dayOf, localDate, monthsFrom, periodOf, type Span } from './days.ts';
import { ratedLine } from './rates.ts';
import { type Q, q } from './rational.ts';

export interface OracleInput {
  readonly versions: readonly ContractVersion[];
  readonly facts: {
    readonly delivery: readonly DeliveryFact[];
    readonly touches: readonly TouchFact[];
    readonly actions: readonly ActionFact[];
  };
  readonly period: string;
  readonly asOf?: string | undefined;
  readonly posted?: readonly LedgerEntry[] | undefined;
  /** An earlier instant as of which the period was billed and posted. */
  readonly before?: string | undefined;
}

/** The day, quantity, amount or happening that starts or ends a line; undefined: the contract leaves it open. */
export function agreedOn(trigger: Trigger): string | undefined {
  const { date, quantity, amount, occurredOn } = trigger;
  return { ON_DATE: date, ON_QUANTITY: quantity, ON_AMOUNT: amount, ON_EVENT: occurredOn }[trigger.on];
}

/** Whether a start or end by day lets a day count; a start left open lets none, an end left open all (BILL-34). */
function allows(trigger: Trigger, day: number): boolean {
  const agreed = agreedOn(trigger);
  if (agreed === undefined) return trigger.applies === 'END';
  if (trigger.on !== 'ON_DATE' && trigger.on !== 'ON_EVENT') return true;
  return trigger.applies === 'START' ? day >= dayOf(agreed) : day < dayOf(agreed);
}

/** One counted day of one line, source and metric. */
export interface Counted {
  readonly lineId: string;
  readonly source: string;
  readonly metric: string;
  readonly day: number;
  readonly quantity: Q;
}

const METRIC: Record<string, string> = {
  CPM: 'IMPRESSIONS',
  VCPM: 'VIEWABLE_IMPRESSIONS',
  CPC: 'CLICKS',
  CPCV: 'COMPLETED_VIEWS',
  CPA: 'ACTIONS',
  CPS: 'REVENUE',
  SPOT: 'SPOTS',
  CPD: 'DAYS',
  FLAT: 'UNITS',
};
export const metricOf = (rateType: string): string => METRIC[rateType] ?? rateType;

const DIGITS: Record<string, number> = { JPY: 0, KRW: 0, CLP: 0, BHD: 3, KWD: 3, TND: 3 };
/** Minor digits of the currencies that are generated. */
export const digitsOf = (currency: string): number => DIGITS[currency] ?? 2;

export class World {
  readonly versions: readonly ContractVersion[];
  readonly any: ContractVersion;
  readonly digits: number;
  readonly mode: string;
  readonly counts: readonly Counted[];
  readonly broadcast: boolean;
  readonly weekly: boolean;
  readonly startMs: number;
  readonly input: OracleInput;

  constructor(input: OracleInput) {
    this.input = input;
    this.versions = input.versions.filter((version) => this.known(version.recordedAt));
    const any = this.versions[0];
    if (any === undefined) throw new RangeError('No version is known as of then.');
    this.any = any;
    this.digits = digitsOf(any.currency);
    this.mode = any.roundingMode ?? 'HALF_UP';
    this.broadcast = any.billingCalendar === 'BROADCAST';
    this.weekly = any.billingCycle === 'WEEKLY';
    const [hours = 0, minutes = 0] = (this.broadcast ? (any.broadcastDayStart ?? '06:00') : '00:00')
      .split(':')
      .map(Number);
    this.startMs = (hours * 60 + minutes) * 60_000;
    this.counts = this.newest();
  }

  /** Recorded by asOf; what has no time is known. */
  known(recordedAt: string | undefined): boolean {
    const { asOf } = this.input;
    return asOf === undefined || recordedAt === undefined || Date.parse(recordedAt) <= Date.parse(asOf);
  }

  localDay(at: string): number {
    return localDate(this.any.timeZone, Date.parse(at), this.startMs);
  }

  /** The date a wall clock shows, whenever the broadcast day begins. */
  civilDay(at: string): number {
    return localDate(this.any.timeZone, Date.parse(at), 0);
  }

  /** One fact a key: the highest report version; facts of one key, version and content count once. */
  private newest(): Counted[] {
    const kept = new Map<string, { version: number; counted: Counted }>();
    for (const fact of this.input.facts.delivery.filter((f) => this.known(f.recordedAt))) {
      const day = fact.localDate === undefined ? this.localDay(fact.at ?? '') : dayOf(fact.localDate);
      const line = this.versions.flatMap((v) => v.lines ?? []).find((l) => l.id === fact.lineId);
      const counted: Counted = {
        lineId: fact.lineId,
        source: fact.source ?? 'own',
        metric: fact.metric ?? metricOf(line?.rateType ?? ''),
        day,
        quantity: q(fact.quantity),
      };
      const key = JSON.stringify([counted.lineId, counted.source, counted.metric, day, fact.key ?? '']);
      const version = fact.reportVersion ?? 0;
      const before = kept.get(key);
      if (before === undefined || version > before.version) kept.set(key, { version, counted });
    }
    return [...kept.values()].map((k) => k.counted);
  }

  private readonly governing = new Map<number, ContractVersion | undefined>();

  /** The version whose terms hold on a day, or none. */
  governs(day: number): ContractVersion | undefined {
    if (!this.governing.has(day)) this.governing.set(day, this.governor(day));
    return this.governing.get(day);
  }

  private governor(day: number): ContractVersion | undefined {
    let best: ContractVersion | undefined;
    for (const version of this.versions) {
      if (dayOf(version.effectiveFrom) > day) continue;
      const [mine, theirs] = [version.effectiveFrom, best?.effectiveFrom ?? ''];
      if (mine > theirs || (mine === theirs && (version.sequence ?? 1) > (best?.sequence ?? 1))) best = version;
    }
    return best?.effectiveTo && day >= dayOf(best.effectiveTo) ? undefined : best;
  }

  private readonly lines = new Map<string, Line | undefined>();

  /** The line as the governing version has it, when the day lies in its flight, after its starts and before its ends. */
  lineOn(lineId: string, day: number): Line | undefined {
    const key = `${day} ${lineId}`;
    if (!this.lines.has(key)) this.lines.set(key, this.findLine(lineId, day));
    return this.lines.get(key);
  }

  private findLine(lineId: string, day: number): Line | undefined {
    const version = this.governs(day);
    const line = version?.lines?.find((l) => l.id === lineId);
    if (version === undefined || line === undefined) return undefined;
    const { flight } = line;
    if (flight !== undefined && (day < dayOf(flight.from) || (flight.to && day >= dayOf(flight.to)))) return undefined;
    return this.triggersOf(lineId).every((trigger) => allows(trigger, day)) ? ratedLine(version, line, day) : undefined;
  }

  /** Starts and ends of a line and of the whole contract. */
  triggersOf(lineId: string): Trigger[] {
    return (this.any.triggers ?? []).filter((t) => t.lineId === undefined || t.lineId === lineId);
  }

  /** Whether a day has come by the time things are known as of; with no such time every period is over. */
  isOver(day: number): boolean {
    const { asOf } = this.input;
    return asOf === undefined || this.localDay(asOf) >= day;
  }

  /** The day after the contract's last. */
  get lastDay(): number {
    return dayOf(this.any.effectiveTo ?? '9999-01-01');
  }

  get firstDay(): number {
    return Math.min(...this.versions.map((version) => dayOf(version.effectiveFrom)));
  }

  get anchor(): number {
    return this.any.billingAnchor === undefined ? this.firstDay : dayOf(this.any.billingAnchor);
  }

  /** The billing period that holds a day: a month, a week, a quarter from the anchor, or the whole campaign. */
  periodOf(day: number): Span {
    const { billingCycle } = this.any;
    if (billingCycle === 'QUARTERLY') return monthsFrom(this.anchor, 3, day, this.broadcast);
    if (billingCycle !== 'END_OF_CAMPAIGN') return periodOf(day, this);
    const last = billingMonthOf(this.lastDay - 1, this.broadcast);
    if (day >= last.to) return billingMonthOf(day, this.broadcast);
    return { key: last.key, from: billingMonthOf(this.firstDay, this.broadcast).from, to: last.to };
  }

  /** The period with this key; a quarter's is that of its last month. */
  span(key: string): Span {
    if (key.length > 7) return periodOf(dayOf(key), this);
    return this.periodOf(billingMonthOf(dayOf(`${key}-15`), this.broadcast).from);
  }

  /** Billing periods from the contract's first day up to and including this one. */
  periodsUpTo(last: Span): Span[] {
    const spans: Span[] = [];
    for (let span = this.periodOf(this.firstDay); span.from <= last.from; span = this.periodOf(span.to))
      spans.push(span);
    return spans;
  }

  /** From where a counter of this length counts: a week that lies in two counts in the one of its first day. */
  windowStart(counter: string, day: number): number {
    const { from } = this.window(counter, this.periodOf(day).from);
    const holding = this.periodOf(from);
    return this.weekly && counter !== 'TERM' && holding.from < from ? holding.to : from;
  }

  /** Where the twelve billing months before a period begin. */
  yearBefore(period: Span): number {
    const [year = 0, month = 1] = billingMonthOf(period.from, this.broadcast).key.split('-').map(Number);
    return billingMonth(year - 1, month, this.broadcast).from;
  }

  window(counter: string, day: number): Span {
    if (counter === 'QUARTER') return monthsFrom(this.anchor, 3, day, this.broadcast);
    if (counter === 'YEAR') return monthsFrom(this.anchor, 12, day, this.broadcast);
    if (counter === 'TERM') return { key: 'TERM', from: this.firstDay, to: Number.POSITIVE_INFINITY };
    return this.periodOf(day);
  }
}
