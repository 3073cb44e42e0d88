/** What a demo document is before it is written. Owns the shape and the row ids; must not know storage, HTTP or Yjs. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DocumentKind, SheetId } from '@countersign/shared/model/sheets';
import { parse } from 'csv-parse/sync';

/** One row of a sheet: canonical text by column; a column left out is blank. */
export interface DemoRow {
  readonly rowId: string;
  readonly values: Readonly<Record<string, string>>;
}
export type DemoSheets = Readonly<Partial<Record<SheetId, readonly DemoRow[]>>>;

/** How far a demo version goes through its real life: every step is a signed command of a demo person. */
export type DemoStage = 'DRAFT' | 'IN_REVIEW' | 'APPROVED' | 'EXECUTED';

export interface DemoVersion {
  /** Who writes it; submits it too. */
  readonly author: string;
  readonly stage: DemoStage;
  /** The whole content; a later version holds the same row ids where the row is the same. */
  readonly sheets: DemoSheets;
  /** File of `demo/facts` that the content comes from, for the history. */
  readonly file: string;
}

export interface DemoDocument {
  readonly contractId: string;
  readonly kind: DocumentKind;
  readonly number: string;
  readonly title: string;
  readonly counterparty: string;
  /** In order; each later one is an amendment of the executed one before it. */
  readonly versions: readonly DemoVersion[];
}

/** Row id that is the same whenever the demo is made: a row keeps its id through amendments. */
function rowIdOf(contractId: string, sheet: SheetId, key: string): string {
  return `r-${createHash('sha256').update(`${contractId}\n${sheet}\n${key}`).digest('base64url').slice(0, 12)}`;
}

/** Makes rows of one sheet; blank values are left out. */
export function rowsOf(
  contractId: string,
  sheet: SheetId,
  keyed: readonly (readonly [key: string, values: Readonly<Record<string, string>>])[],
): DemoRow[] {
  return keyed.map(([key, values]) => ({
    rowId: rowIdOf(contractId, sheet, key),
    values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')),
  }));
}

export type FactRow = Readonly<Record<string, string>>;

/** Bytes of a file of `demo/facts`. */
export function factBytes(name: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`facts/${name}`, import.meta.url)));
}

/** Reads one table of `demo/facts`. */
export function readFacts(name: string): FactRow[] {
  return parse(factBytes(name), { columns: true }) as FactRow[];
}

/** A column of a fact row; '' when the table has none. */
export function field(row: FactRow, name: string): string {
  return row[name] ?? '';
}
