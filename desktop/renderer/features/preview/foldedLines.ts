// Which lines of a statement stand open: those of the version as it is now; what a revision replaced is folded. Pure.
import type { ResultLine } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';

/** Fewer than this are no burden to read. */
const WORTH_FOLDING = 3;

const isZero = (text: string): boolean => /^-?0(\.0*)?$/.test(text);

/** A line that bills nothing: a later revision replaces it, or it was pre-empted. Its trace says which. */
export const isQuiet = (line: ResultLine): boolean => isZero(line.quantity) && isZero(line.gross);

/** Ids of lines that a later line replaces, by the newest of the versions. */
export function supersededIds(versions: readonly ContractVersion[]): ReadonlySet<string> {
  const lines = versions.at(-1)?.lines ?? [];
  return new Set(lines.flatMap(({ id, status }) => (status === 'REVISED' ? [id] : [])));
}

/**
 * Lines to show, and how many the fold stands for; none are folded while they are few or bill something.
 * @param keep key of a line that stays in sight: its trace is open.
 */
export function foldedLines(
  lines: readonly ResultLine[],
  superseded: ReadonlySet<string>,
  unfolded: boolean,
  keep: string | null,
): { readonly shown: readonly ResultLine[]; readonly folded: number } {
  const folds = (line: ResultLine): boolean => superseded.has(line.lineId) && isQuiet(line);
  const folded = lines.filter(folds).length;
  if (folded < WORTH_FOLDING || folded === lines.length) return { shown: lines, folded: 0 };
  return { shown: unfolded ? lines : lines.filter((line) => !folds(line) || line.key === keep), folded };
}
