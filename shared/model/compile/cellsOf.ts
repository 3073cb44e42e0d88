// What the rows of a version say, as the cells of their sheets. Owns which member stands in which column, the inverse of rows.ts;
// what no column can say is sheetsFromVersion.ts's.
import type { ContractVersion } from '../contract.ts';
import { conditionsText } from './conditions.ts';
import { priceCells } from './prices.ts';
import { lastDayBefore } from './rowDates.ts';
import { isSheetPolicy, WINDOW_SIZE } from './sayable.ts';

/** Cells of a row by column; an absent one stays empty. */
export type RowCells = Readonly<Record<string, string | undefined>>;

/** What a row of one sheet needs of the others. */
export interface Spoken {
  /** Key of a clause in the sheet, by the clause's id. */
  clause(id: string | undefined): string | undefined;
  /** Writes a price's tiers under this name; the name, or undefined for a price without tiers. */
  tiers(name: string, tiers: readonly Readonly<Record<string, string>>[] | undefined): string | undefined;
}

type Element<K extends keyof ContractVersion> =
  NonNullable<ContractVersion[K]> extends readonly (infer E)[] ? E : never;

const flag = (value: boolean | undefined): string | undefined => (value === undefined ? undefined : String(value));
const numeral = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value));
const lastDay = (before: string | null | undefined): string | undefined =>
  typeof before === 'string' ? lastDayBefore(before) : undefined;

/** A line of the order. */
export function lineCells(line: Element<'lines'>, spoken: Spoken): RowCells {
  const { model, figure, percent, tiers } = priceCells(line.price);
  return {
    line: line.id,
    status: line.status === 'PREEMPTED' ? 'PRE_EMPTED' : line.status === 'CANCELLED' ? undefined : line.status,
    airTime: line.dimensions?.airTime,
    product: line.productKey,
    breakType: line.dimensions?.breakType,
    from: line.flight?.from,
    to: lastDay(line.flight?.to),
    days: line.dimensions?.days,
    quantity: line.contractedQuantity,
    rateType: line.rateType,
    rate: figure ?? percent,
    priceModel: model,
    tierTable: spoken.tiers(`line ${line.id}`, tiers),
    makegoodFor: line.makegoodFor,
    billingSource: line.billingSource?.replace('_VOLUME', ''),
    lengthSeconds: line.dimensions?.lengthSeconds,
    clause: spoken.clause(line.clauseId),
    guaranteed: flag(line.guaranteed),
    countedBy: line.controllingMeasurement?.entity,
    freeUnits: line.freeUnits,
    overDeliveryPercent: line.overDeliveryPercent,
  };
}

/** A row of the rate card, in the currency of the version. */
export function rateCells(row: Element<'rateCardRows'>, currency: string): RowCells {
  return {
    product: row.productKey,
    geo: row.dimensions?.geo,
    device: row.dimensions?.device,
    daypart: row.dimensions?.daypart,
    format: row.dimensions?.format,
    audience: row.dimensions?.audience,
    class: row.dimensions?.class,
    unit: row.rateType === 'SPOT' ? 'per spot' : row.rateType,
    currency,
    rate: priceCells(row.price).figure,
    floorRate: row.floorRate,
    minimumQuantity: row.minimumQuantity,
    from: row.effectiveFrom,
    to: lastDay(row.effectiveTo),
    lengthSeconds: row.dimensions?.lengthSeconds,
  };
}

/** A payout of an event. */
export function payoutCells(rule: Element<'payoutRules'>, spoken: Spoken): RowCells {
  const { model, figure, percent, minPer, maxPer, tiers } = priceCells(rule.payout);
  return {
    eventType: rule.eventType,
    priority: numeral(rule.priority),
    priceModel: model,
    percent,
    amount: figure,
    minPer,
    maxPer,
    tierTable: spoken.tiers(`payout ${rule.id}`, tiers),
    include: rule.orderBasis?.include.join(', '),
    subtract: rule.orderBasis?.subtract?.join(', '),
    conditions: rule.conditions === undefined ? undefined : conditionsText(rule.conditions),
    clause: spoken.clause(rule.clauseId),
  };
}

/** [DOC-45] The windows of an attribution policy; none where the columns cannot say the policy: it stands beside as a whole. */
export function windowCells(policy: ContractVersion['attribution'], spoken: Spoken): RowCells[] {
  if (policy === undefined || !isSheetPolicy(policy)) return [];
  return policy.windows.map((window) => {
    const size = WINDOW_SIZE.exec(window.size);
    return {
      touchType: window.touchType,
      model: policy.model,
      windowSize: size?.[1] ?? size?.[2],
      windowUnit: size?.[2] === undefined ? 'DAYS' : 'HOURS',
      windowKind: window.kind,
      clickOverridesView: flag(policy.clickOverridesView),
      clause: spoken.clause(policy.clauseId),
    };
  });
}

/** A rule on who or what counts: its first condition. */
export function eligibilityCells(rule: Element<'eligibility'>, spoken: Spoken): RowCells {
  const [condition] = rule.conditions;
  const value = condition?.value;
  return {
    field: condition?.field,
    operator: condition === undefined ? undefined : OPERATOR_COLUMN[condition.op],
    value: typeof value === 'string' ? value : value?.join(', '),
    outcome: rule.outcome,
    note: rule.reason,
    clause: spoken.clause(rule.clauseId),
  };
}

/** A minimum or a cap. */
export function commitmentCells(rule: Element<'commitments'>, spoken: Spoken): RowCells {
  return {
    kind: rule.kind,
    scope: rule.scope,
    line: rule.lineId,
    amount: rule.amount,
    period: rule.period,
    basis: rule.basis,
    rollover: rule.rollover,
    prorateOnTermination: flag(rule.prorateOnTermination),
    clause: spoken.clause(rule.clauseId),
    proratePartPeriods: flag(rule.proratePartPeriods),
    risesPercent: rule.escalator?.percent,
    risesFrom: rule.escalator?.from,
  };
}

/** A discount, commission or tax. */
export function adjustmentCells(rule: Element<'adjustments'>, spoken: Spoken): RowCells {
  return {
    kind: rule.kind,
    label: rule.label,
    percent: rule.percent,
    amount: rule.kind === 'DISCOUNT' ? rule.amount : undefined,
    order: rule.kind === 'TAX' ? undefined : numeral(rule.order),
    code: rule.kind === 'TAX' ? rule.code : rule.kind === 'COMMISSION' ? rule.payeeId : undefined,
    base: rule.kind === 'TAX' ? rule.base : undefined,
    clause: spoken.clause(rule.clauseId),
  };
}

const OPERATOR_COLUMN: Readonly<Record<string, string>> = {
  EQ: 'EQUALS',
  NE: 'NOT_EQUALS',
  IN: 'IN',
  NOT_IN: 'NOT_IN',
  GTE: 'AT_LEAST',
  LT: 'LESS_THAN',
};
