/** What a preview is asked of. Owns: the input types. Must not: check them; `freeze.ts` does. */

import type {
  ActionFact,
  ContractVersion,
  DeliveryFact,
  FrozenOffsets,
  LedgerEntry,
  TouchFact,
} from '@countersign/shared/model';
import type { DeliveryColumns } from './columns.ts';

export interface Facts {
  readonly delivery: readonly DeliveryFact[];
  /** Delivery that was checked and deduplicated at import, as columns: for millions of rows. Known whatever asOf says. */
  readonly columns?: DeliveryColumns | undefined;
  readonly touches: readonly TouchFact[];
  readonly actions: readonly ActionFact[];
}

export interface PreviewInput {
  /** The executed versions of one contract, or one draft, or executed versions and a draft that would follow them. */
  readonly versions: readonly ContractVersion[];
  readonly facts: Facts;
  /** YYYY-MM: a calendar or broadcast month; YYYY-MM-DD (a Monday) under billingCycle WEEKLY. */
  readonly period: string;
  /** Only what was recorded by then counts. Absent: everything given. */
  readonly asOf?: string | undefined;
  readonly posted?: readonly LedgerEntry[] | undefined;
  /**
   * Offset tables to use instead of the platform's, by zone, as `frozenOffsets` gives them. Node and browsers disagree on
   * a few zones: whoever wants another machine's bytes hands over that machine's table, as wide as it likes: the part that
   * the preview needs is cut from it. A zone not named is read here.
   */
  readonly offsets?: Readonly<Record<string, FrozenOffsets>> | undefined;
}
