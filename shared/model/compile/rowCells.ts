// What rows of every sheet have in common: how one is read, and cells that mean the same in all of them. Must not know a sheet.
import type { RowContent } from '../sheets/content.ts';
import type { TierTables } from './prices.ts';

/** An object of the model, not yet checked; or what keeps the row out, and the column to look at. */
export type RowRead =
  | {
      readonly value: Record<string, unknown>;
      /** Members for which the row says nothing; what stands beside the sheet goes before them. */
      readonly defaults?: Record<string, unknown>;
    }
  | { readonly problem: string; readonly field: string | null };

/** What rows refer to. */
export interface RowContext {
  readonly currency: string | undefined;
  readonly tables: TierTables;
  /** Clause id by its key. */
  readonly clauseIds: ReadonlyMap<string, string>;
}

/** Members that have a value. */
export function present(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** The clause that a row names by its key; the key itself where no clause has it. */
export function clauseId(row: RowContent, context: RowContext): string | undefined {
  return row.clause === undefined ? undefined : (context.clauseIds.get(row.clause) ?? row.clause);
}

/** A whole number of a column that counts positions, never money. */
export function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

export const flag = (text: string | undefined): boolean | undefined =>
  text === undefined ? undefined : text === 'true';
export const listed = (text: string | undefined): string[] | undefined =>
  text
    ?.split(/[,|]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
