// Rows about lines, rates and what stands beside amounts as the model's objects. Owns the meaning of every column but the price columns
// (prices.ts). Results are checked against their schemas by the caller.
import type { RowContent } from '../sheets/content.ts';
import { type PriceCells, type PriceRead, readPrice } from './prices.ts';
import { clauseId, flag, present, type RowContext, type RowRead, whole } from './rowCells.ts';
import { endAfter } from './rowDates.ts';

const BILLED_ON: Readonly<Record<string, string>> = { OWN: 'OWN_VOLUME', THIRD_PARTY: 'THIRD_PARTY_VOLUME' };
const SUPERSEDED = new Set(['REVISED', 'PRE_EMPTED']);

/** [DOC-41] A line. A revised or pre-empted one keeps its words and carries quantity 0. */
export function readLine(row: RowContent, context: RowContext): RowRead {
  const silent = SUPERSEDED.has(row.status ?? '');
  const cells: PriceCells = {
    model: row.priceModel,
    rateType: row.rateType,
    figure: row.rate,
    percent: undefined,
    table: row.tierTable,
  };
  const priced: PriceRead = readPrice(cells, context.tables);
  if ('problem' in priced && !silent)
    return { problem: priced.problem, field: priced.field === 'table' ? 'tierTable' : 'rate' };
  if (
    row.billingSource === 'CONTRACTED' &&
    row.quantity === undefined &&
    !silent &&
    row.rateType !== 'FLAT' &&
    row.rateType !== 'CPD'
  )
    return {
      problem: 'A line billed on what was contracted needs its quantity. Fill it in; 0 is a quantity.',
      field: 'quantity',
    };
  const dimensions = present({
    airTime: row.airTime,
    breakType: row.breakType,
    days: row.days,
    lengthSeconds: row.lengthSeconds,
  });
  return {
    value: present({
      id: row.line ?? row.rowId,
      productKey: row.product,
      rateType: row.rateType,
      price: 'problem' in priced ? undefined : priced.price,
      contractedQuantity: silent ? '0' : row.quantity,
      flight:
        row.from === undefined
          ? undefined
          : present({ from: row.from, to: row.to === undefined ? undefined : endAfter(row.to) }),
      billingSource: row.billingSource === undefined ? undefined : (BILLED_ON[row.billingSource] ?? row.billingSource),
      dimensions: Object.keys(dimensions).length === 0 ? undefined : dimensions,
      status: row.status === 'PRE_EMPTED' ? 'PREEMPTED' : row.status,
      makegoodFor: row.makegoodFor,
      guaranteed: flag(row.guaranteed),
      controllingMeasurement: row.countedBy === undefined ? undefined : { entity: row.countedBy },
      freeUnits: row.freeUnits,
      overDeliveryPercent: row.overDeliveryPercent,
      clauseId: clauseId(row, context),
    }),
    // A superseded row of the paper often says no more than its number; it bills nothing whatever it is called.
    ...(silent ? { defaults: { rateType: 'SPOT' } } : {}),
  };
}

/** Units of rate cards that are a rate type of the model; others have no quantity the kernel measures. */
const RATE_TYPE_OF_UNIT: Readonly<Record<string, string>> = {
  'PER SPOT': 'SPOT',
  SPOT: 'SPOT',
  'PER 1000 IMPRESSIONS': 'CPM',
  'PER THOUSAND': 'CPM',
  'PER CLICK': 'CPC',
  'PER ACTION': 'CPA',
  'PER DAY': 'CPD',
  DAY: 'CPD',
  CPM: 'CPM',
  VCPM: 'VCPM',
  CPC: 'CPC',
  CPCV: 'CPCV',
  CPA: 'CPA',
  CPD: 'CPD',
};

/** [DOC-43] A rate row. One that no line could bill says why, and becomes a held term. */
export function readRate(row: RowContent, context: RowContext): RowRead {
  const rateType = RATE_TYPE_OF_UNIT[row.unit?.toUpperCase() ?? ''];
  if (rateType === undefined)
    return {
      problem: `A rate "${row.unit ?? ''}" is kept but not billed here: no fact is counted in that unit.`,
      field: null,
    };
  if (row.currency !== undefined && context.currency !== undefined && row.currency !== context.currency)
    return {
      problem: `The rate is in ${row.currency}, the contract in ${context.currency}. It is kept but not billed here.`,
      field: null,
    };
  if (row.rateMax !== undefined && row.rateMax !== row.rate)
    return { problem: 'The card gives a range and not one rate. State the rate on the line.', field: null };
  const dimensions = present({
    geo: row.geo,
    device: row.device,
    daypart: row.daypart,
    format: row.format,
    audience: row.audience,
    class: row.class,
    lengthSeconds: row.lengthSeconds,
  });
  return {
    value: present({
      id: row.rowId,
      productKey: row.product,
      dimensions: Object.keys(dimensions).length === 0 ? undefined : dimensions,
      rateType,
      price: row.rate === undefined ? undefined : { type: 'UNIT', rate: row.rate },
      effectiveFrom: row.from,
      effectiveTo: row.to === undefined ? undefined : endAfter(row.to),
      floorRate: row.floorRate,
      minimumQuantity: row.minimumQuantity,
    }),
  };
}

export function readCommitment(row: RowContent, context: RowContext): RowRead {
  return {
    value: present({
      id: row.rowId,
      scope: row.scope,
      lineId: row.line,
      kind: row.kind,
      amount: row.amount,
      period: row.period,
      basis: row.basis,
      rollover: row.rollover,
      prorateOnTermination: flag(row.prorateOnTermination),
      proratePartPeriods: flag(row.proratePartPeriods),
      escalator:
        row.risesPercent === undefined ? undefined : present({ percent: row.risesPercent, from: row.risesFrom }),
      clauseId: clauseId(row, context),
    }),
  };
}

export function readAdjustment(row: RowContent, context: RowContext): RowRead {
  const common = {
    kind: row.kind,
    id: row.rowId,
    label: row.label,
    percent: row.percent,
    clauseId: clauseId(row, context),
  };
  switch (row.kind) {
    case 'DISCOUNT':
      return { value: present({ ...common, amount: row.amount, order: whole(row.order) }) };
    case 'COMMISSION':
      return { value: present({ ...common, payeeId: row.code, order: whole(row.order) }) };
    default:
      return { value: present({ ...common, code: row.code, base: row.base }), defaults: { code: 'TAX' } };
  }
}
