/**
 * Contract versions: one nested JSON document each. The project's own file format for `--contract`.
 * Must not: transform; defaults are documented here and applied by billing, so that a document hashes as it was written.
 */
import { z } from 'zod';
import { ActionFact, DeliveryFact, TouchFact } from './facts.ts';
import { Price, RateType } from './price.ts';
import {
  CurrencyCode,
  DecimalText,
  Dimensions,
  Id,
  Instant,
  LocalDate,
  LocalTime,
  NonNegativeDecimal,
  NonNegativeQuantity,
  RoundingModeSchema,
  TimeZone,
} from './primitives.ts';
import {
  Adjustment,
  AttributionPolicy,
  Clause,
  Commitment,
  Deduction,
  DiscrepancyRule,
  EligibilityRule,
  ExchangeRate,
  Guarantee,
  LeastPayment,
  LockRule,
  Makegood,
  PartnerOverride,
  Party,
  PayoutRule,
  RateCardRow,
  RateRule,
  RatioCap,
  Term,
  Trigger,
  UpgradeRule,
} from './terms/index.ts';

/** [from, to). `to` null or absent: open-ended. */
export const Flight = z.strictObject({ from: LocalDate, to: LocalDate.nullable().optional() });

export const Line = z.strictObject({
  id: Id,
  label: z.string().optional(),
  productKey: z.string().optional(),
  rateType: RateType,
  /** Absent: the rate card decides. */
  price: Price.optional(),
  contractedQuantity: NonNegativeQuantity.optional(),
  /** Default false. */
  guaranteed: z.boolean().optional(),
  /** Default: the version's effective interval. */
  flight: Flight.optional(),
  /** CONTRACTED bills what was ordered; the others bill what was measured. Default OWN_VOLUME. */
  billingSource: z.enum(['CONTRACTED', 'OWN_VOLUME', 'THIRD_PARTY_VOLUME']).optional(),
  controllingMeasurement: z
    .strictObject({ entity: z.string(), metric: z.string().optional(), implementation: z.string().optional() })
    .optional(),
  /** Bonus delivery above contracted, in percent, beyond which consent is asked. Never bills. */
  overDeliveryPercent: NonNegativeDecimal.optional(),
  dimensions: Dimensions.optional(),
  /** Units at rate 0: the earliest of each counter period. */
  freeUnits: NonNegativeQuantity.optional(),
  /** Of a CONTRACTED line over several periods; default PRORATED by local days. */
  schedule: z.enum(['STRAIGHTLINE', 'PRORATED', 'PREPAID', 'END_OF_CAMPAIGN']).optional(),
  /** Ordered units by date, when the order says them; replaces `schedule`. */
  ordered: z.array(z.strictObject({ date: LocalDate, quantity: NonNegativeQuantity })).optional(),
  /** REVISED (superseded) and PREEMPTED lines carry quantity 0 and stay visible. Default NORMAL. */
  status: z.enum(['NORMAL', 'REVISED', 'PREEMPTED', 'MAKEGOOD', 'CANCELLED']).optional(),
  makegoodFor: z.string().optional(),
  taxCode: z.string().optional(),
  /** Of a share of revenue: what is taken off before the share, each within its cap. */
  deductions: z.array(Deduction).optional(),
  clauseId: z.string().optional(),
});
export type Line = z.infer<typeof Line>;

/** States of a version in the order of its life (DOMAIN §2); how commands move them is `shared/lifecycle`. */
export const VERSION_STATES = [
  'DRAFT',
  'IN_REVIEW',
  'APPROVED',
  'EXECUTED',
  'SUPERSEDED',
  'EXPIRED',
  'TERMINATED',
  'VOID',
] as const;
export type VersionState = (typeof VERSION_STATES)[number];

/** Totals a test case expects; those left out are not compared. */
export const ExpectedTotals = z.strictObject({
  gross: DecimalText.optional(),
  cap: DecimalText.optional(),
  minimum: DecimalText.optional(),
  discount: DecimalText.optional(),
  commission: DecimalText.optional(),
  net: DecimalText.optional(),
  tax: DecimalText.optional(),
  total: DecimalText.optional(),
});
/** Facts, a period and what the version must bill for them. */
export const TestCase = z.strictObject({
  id: Id,
  title: z.string().optional(),
  facts: z.strictObject({
    delivery: z.array(DeliveryFact).optional(),
    touches: z.array(TouchFact).optional(),
    actions: z.array(ActionFact).optional(),
  }),
  period: z.string(),
  asOf: Instant.optional(),
  expect: ExpectedTotals,
  clauseId: z.string().optional(),
});
export type TestCase = z.infer<typeof TestCase>;

export const ContractVersion = z.strictObject({
  id: Id,
  contractId: Id,
  number: z.string(),
  title: z.string().optional(),
  /** Default IO. */
  contractKind: z.enum(['IO', 'MSA', 'AFFILIATE', 'RATE_AGREEMENT']).optional(),
  parentId: z.string().optional(),
  /** Default RECEIVABLE. */
  direction: z.enum(['RECEIVABLE', 'PAYABLE']).optional(),
  /** Default ORIGINAL. */
  kind: z.enum(['ORIGINAL', 'AMENDMENT', 'RENEWAL', 'TERMINATION']).optional(),
  /** Rises with each version of the contract; breaks ties of effectiveFrom. Default 1. */
  sequence: z.number().int().min(0).optional(),
  status: z.enum(VERSION_STATES).optional(),
  effectiveFrom: LocalDate,
  effectiveTo: LocalDate.nullable().optional(),
  /** When it was executed. A draft has none and counts as recorded now. */
  recordedAt: Instant.optional(),
  /** An amendment may restart tier counters. Default CONTINUE. */
  tierCounters: z.enum(['CONTINUE', 'RESET']).optional(),
  reason: z.string().optional(),
  retroactive: z.boolean().optional(),
  baseVersionHash: z.string().optional(),
  contentHash: z.string().optional(),
  parties: z.array(Party).optional(),
  currency: CurrencyCode,
  timeZone: TimeZone,
  /** Default CALENDAR. */
  billingCalendar: z.enum(['CALENDAR', 'BROADCAST']).optional(),
  /** When the local day begins under BROADCAST. Default 06:00; CALENDAR days begin at 00:00. */
  broadcastDayStart: LocalTime.optional(),
  /** Default MONTHLY. QUARTERLY bills three billing months from billingAnchor at once, in the last of them. */
  billingCycle: z.enum(['MONTHLY', 'WEEKLY', 'QUARTERLY', 'END_OF_CAMPAIGN']).optional(),
  /** Quarters and years are counted from the billing month of this date. Default: the first version's effectiveFrom. */
  billingAnchor: LocalDate.optional(),
  /** Default HALF_UP. */
  roundingMode: RoundingModeSchema.optional(),
  invoiceCurrency: ExchangeRate.optional(),
  lines: z.array(Line).optional(),
  rateCardRows: z.array(RateCardRow).optional(),
  /** Last layer of rate selection, by rate type. */
  defaultRates: z
    .array(z.strictObject({ id: Id, rateType: RateType, price: Price, clauseId: z.string().optional() }))
    .optional(),
  commitments: z.array(Commitment).optional(),
  guarantees: z.array(Guarantee).optional(),
  ratioCaps: z.array(RatioCap).optional(),
  leastPayment: LeastPayment.optional(),
  rateRules: z.array(RateRule).optional(),
  adjustments: z.array(Adjustment).optional(),
  discrepancyRules: z.array(DiscrepancyRule).optional(),
  makegoods: z.array(Makegood).optional(),
  payoutRules: z.array(PayoutRule).optional(),
  attribution: AttributionPolicy.optional(),
  eligibility: z.array(EligibilityRule).optional(),
  upgrades: z.array(UpgradeRule).optional(),
  locks: z.array(LockRule).optional(),
  overrides: z.array(PartnerOverride).optional(),
  triggers: z.array(Trigger).optional(),
  clauses: z.array(Clause).optional(),
  terms: z.array(Term).optional(),
  /** The contract's own test pack: cases that must pass before the version is exported. */
  testCases: z.array(TestCase).optional(),
});
export type ContractVersion = z.infer<typeof ContractVersion>;
