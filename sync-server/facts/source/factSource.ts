/**
 * The port through which fact files at volume are read: what a source is asked and what it answers. Owns the types. Must not
 * know an engine: DuckDB stands behind it here, a warehouse may elsewhere.
 */
import type { DeliveryColumns } from '@countersign/shared/billing';
import type { ActionFact, DeliveryFact, TouchFact } from '@countersign/shared/model';

/** The rows of a report are told apart by their place in it, not by what they say: each counts. */
export const EACH_ROW = 'EACH_ROW';

/** Which column of a delivery file holds which field. Names are the file's own headings. */
export interface DeliveryMapping {
  /** Several columns name a line together, joined with "/". */
  readonly lineId: string | readonly string[];
  /** Either this or `at`. */
  readonly localDate?: string | undefined;
  readonly at?: string | undefined;
  /** Metric → column that counts it. The empty metric is the column's own, or the metric of the line's rate type. */
  readonly quantities: Readonly<Record<string, string>>;
  readonly metric?: string | undefined;
  readonly source?: string | undefined;
  readonly reportVersion?: string | undefined;
  readonly recordedAt?: string | undefined;
  readonly id?: string | undefined;
  /** Columns that, beside line, source, metric and date, tell rows of one report apart. */
  readonly key: readonly string[] | typeof EACH_ROW;
  /** Columns of decimal amounts to add up for comparison; they never reach a bill. */
  readonly amounts?: readonly string[] | undefined;
  /** What is worth a look. A row that shows it is kept. */
  readonly anomalies?: readonly AnomalyRule[] | undefined;
}

/** NEGATIVE, ZERO: the column alone. ABOVE: whole numbers larger than those of `of`. WITHOUT: not zero where `of` is zero. */
export type AnomalyRule =
  | { readonly name: string; readonly kind: 'NEGATIVE' | 'ZERO'; readonly column: string }
  | { readonly name: string; readonly kind: 'ABOVE' | 'WITHOUT'; readonly column: string; readonly of: string };

/** `row` counts as a spreadsheet does, the heading being row 1; lines without any cell are not counted. */
export interface SampleRow {
  readonly row: number;
  /** The value that was refused, or the row in short. */
  readonly value: string;
}

/** Rows that were not kept, by reason: all are counted, the first few are shown. */
export interface RejectedRows {
  readonly code: string;
  /** What is wrong and what to do, as sentences. */
  readonly what: string;
  readonly cure: string;
  /** Heading of the column at fault. */
  readonly column: string;
  readonly count: number;
  readonly samples: readonly SampleRow[];
}

export interface FoundAnomaly {
  readonly name: string;
  readonly count: number;
  readonly samples: readonly SampleRow[];
}

/** What the file gave the kernel: rows one by one, or daily sums as columns with what could not be added up beside them. */
export interface DeliveryRead {
  readonly delivery: readonly DeliveryFact[];
  /** Row of the file of each of `delivery`. */
  readonly places: readonly number[];
  readonly columns: DeliveryColumns | undefined;
  /** Data rows of the file. */
  readonly rows: number;
  /** Counts that were given again: under a lower report version (`replaced`), or with the same content (`same`). */
  readonly replaced: number;
  readonly same: number;
  readonly rejected: readonly RejectedRows[];
  /** Sum of the whole counts kept, by metric, as decimal text. */
  readonly totals: Readonly<Record<string, string>>;
  /** Exact sum of each amount column, as decimal text; over all rows of the file. */
  readonly amounts: Readonly<Record<string, string>>;
  readonly anomalies: readonly FoundAnomaly[];
}

export interface EventsRead<T> {
  readonly facts: readonly T[];
  /** Row of the file in which each of `facts` stands first. */
  readonly places: readonly number[];
  readonly rows: number;
  readonly same: number;
  readonly rejected: readonly RejectedRows[];
}

/** Field → heading; headings that are not named are found by their usual names. */
export type EventMapping = Readonly<Record<string, string>>;

/** Reads one file whole, whatever its size, without any access but to that file. @throws DomainError with file and place */
export interface FactSource {
  delivery(path: string, mapping?: DeliveryMapping): Promise<DeliveryRead>;
  touches(path: string, mapping?: EventMapping): Promise<EventsRead<TouchFact>>;
  actions(path: string, mapping?: EventMapping): Promise<EventsRead<ActionFact>>;
}
