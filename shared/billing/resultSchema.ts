/**
 * The result as a zod schema, for the published JSON Schema and for those who read results from outside.
 * Owns: nothing of its own; `result.ts` is the shape, and the compiler refuses this file when the two differ.
 */
import { z } from 'zod';
import type { PreviewResult } from './result.ts';
import type { TraceStep } from './trace.ts';

const text = z.string();
const decimal = z.string().regex(/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/);
/** A decimal, or n/d in lowest terms where no decimal ends. */
const exact = z.string().regex(/^-?(0|[1-9][0-9]*)(\.[0-9]+|\/[1-9][0-9]*)?$/);
const date = z.string().regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/);
const count = z.number().int();

const VersionRefSchema = z.strictObject({
  versionId: text,
  sequence: count,
  effectiveFrom: date,
  recordedAt: text.nullable(),
  hash: text,
});
const TierStepSchema = z.strictObject({
  above: exact,
  upTo: exact.nullable(),
  quantity: exact,
  rate: exact,
  flat: exact,
  exact,
});
const TierRef = z.strictObject({ above: exact, upTo: exact.nullable() });

const TraceStepSchema: z.ZodType<TraceStep> = z.lazy(() =>
  z.strictObject({
    kind: z.enum([
      'LINE',
      'SEGMENT',
      'MEASURE',
      'RATE',
      'TIER',
      'PRICE',
      'ROUND',
      'FREE',
      'DISCREPANCY',
      'DEDUCTION',
      'CONTRACTED_CAP',
      'PRORATION',
      'COMBINE',
      'SHARE',
      'ACTION',
      'ATTRIBUTION',
      'ELIGIBILITY',
      'LOCK',
      'REVERSAL',
      'CAP',
      'MINIMUM',
      'DISCOUNT',
      'COMMISSION',
      'TAX',
      'MAKEGOOD',
      'FX',
      'DELTA',
      'NOTE',
    ]),
    title: text,
    text,
    amount: decimal.optional(),
    exact: exact.optional(),
    clauseId: text.optional(),
    clauseText: text.optional(),
    versionRef: VersionRefSchema.optional(),
    rateRow: z
      .strictObject({
        layer: z.enum(['OVERRIDE', 'LINE', 'RATE_CARD', 'DEFAULT', 'PAYOUT_RULE']),
        id: text,
        rateType: text,
      })
      .optional(),
    tiers: z.array(TierStepSchema).optional(),
    facts: z
      .strictObject({
        count,
        quantity: exact,
        from: date.nullable(),
        to: date.nullable(),
        source: text.nullable(),
        metric: text.nullable(),
        sample: z.array(text),
      })
      .optional(),
    factor: text.optional(),
    rounding: z.strictObject({ mode: text, minorDigits: count, from: exact, to: decimal }).optional(),
    children: z.array(TraceStepSchema),
  }),
) as z.ZodType<TraceStep>;

const WarningSchema = z.strictObject({
  code: z.enum([
    'TIER_CLIFF',
    'OVER_DELIVERY_CONSENT',
    'NO_RATE',
    'NOT_GOVERNED',
    'UNKNOWN_LINE',
    'UNDER_DELIVERY',
    'MISSING_OTHER_SOURCE',
    'RATE_FLOOR',
    'TRIGGER_PENDING',
    'REVERSAL_LIMIT',
    'UPGRADE_REFUSED',
    'DRAFT_VERSION',
  ]),
  text,
  lineId: text.optional(),
});
const LineSchema = z.strictObject({
  key: text,
  lineId: text,
  label: text,
  productKey: text,
  from: date,
  to: date,
  quantity: exact,
  quantityUnit: text,
  rateType: text,
  rateText: text,
  rate: text.optional(),
  tier: TierRef.optional(),
  exact,
  gross: decimal,
  factsCount: count,
  warnings: z.array(WarningSchema),
  trace: TraceStepSchema,
  shares: z.strictObject({
    cap: decimal,
    minimum: decimal,
    discount: decimal,
    commission: decimal,
    tax: decimal,
    total: decimal,
  }),
});
const AdjustmentSchema = z.strictObject({
  key: text,
  kind: z.enum(['CAP', 'MINIMUM', 'DISCOUNT', 'COMMISSION', 'TAX', 'MAKEGOOD_CREDIT', 'REVERSAL', 'FX']),
  label: text,
  lineId: text.optional(),
  clauseId: text.optional(),
  amount: decimal,
  trace: TraceStepSchema,
});
const ActionSchema = z.strictObject({
  actionId: text,
  orderId: text,
  partnerId: text,
  eventType: text,
  occurredAt: text,
  localDate: date,
  payout: decimal,
  status: z.enum([
    'PENDING',
    'LOCKED',
    'PAID',
    'REVERSED',
    'REVERSED_AFTER_LOCK',
    'OUTSIDE_TERMS',
    'REJECTED',
    'UNATTRIBUTED',
  ]),
  locksOn: date.nullable(),
  paysOn: date.nullable(),
  reason: text,
  trace: TraceStepSchema,
});

/** A preview as it is printed, sent and exported. */
export const PreviewResultSchema = z.strictObject({
  kernelVersion: text,
  inputHash: z.string().regex(/^[0-9a-f]{64}$/),
  asOf: text.nullable(),
  contractId: text,
  contractNumber: text,
  direction: z.enum(['RECEIVABLE', 'PAYABLE']),
  versionRefs: z.array(VersionRefSchema),
  period: z.strictObject({ key: text, from: date, to: date, calendar: z.enum(['CALENDAR', 'BROADCAST']) }),
  currency: text,
  lines: z.array(LineSchema),
  adjustments: z.array(AdjustmentSchema),
  actions: z.array(ActionSchema).optional(),
  totals: z.strictObject({
    gross: decimal,
    cap: decimal,
    minimum: decimal,
    discount: decimal,
    commission: decimal,
    net: decimal,
    tax: decimal,
    total: decimal,
  }),
  posting: z.strictObject({
    entries: z.array(z.strictObject({ lineKey: text, cumulative: decimal, posted: decimal, delta: decimal })),
    total: decimal,
  }),
  payment: z
    .strictObject({
      least: decimal,
      waited: decimal,
      due: decimal,
      waits: decimal,
      text,
      clauseId: text.optional(),
      clauseText: text.optional(),
    })
    .optional(),
  invoice: z.strictObject({ currency: text, total: decimal, rate: decimal, source: text, at: text }).optional(),
  notBilled: z.array(z.strictObject({ clauseId: text.nullable(), key: text, text, why: text })),
  warnings: z.array(WarningSchema),
  rejectedFacts: z.array(z.strictObject({ reason: text, count, samples: z.array(text) })),
  forecasts: z
    .array(
      z.strictObject({
        kind: z.enum(['NEXT_TIER', 'CONTRACTED', 'CAP']),
        lineId: text.optional(),
        commitmentId: text.optional(),
        counted: exact,
        bound: exact,
        perDay: exact,
        reachedOn: date.nullable(),
        until: date.nullable(),
        text,
      }),
    )
    .optional(),
});

/** What readers may still add: a result of the kernel must fit the schema, member for member. */
type Fits<A extends B, B> = A;
export type ResultFitsSchema = Fits<PreviewResult, DeepReadonly<z.input<typeof PreviewResultSchema>>>;
type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
