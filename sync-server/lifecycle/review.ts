// What a reviewer is told beside the differences: who wrote in each row, and what stands in the way. Owns the words; the rules are
// `situation.ts`'s.
import { sheetSpec } from '@countersign/shared/model/sheets';
import type { ReviewCheck } from '@countersign/shared/protocol/api';
import type { Room } from '../sync/room.ts';
import { baseProblem, type VersionView } from './situation.ts';

/** Who wrote in a row since the base: whoever imported it and whoever changed a cell of it. */
export function writersOf({ draft }: Room): (sheet: string, rowId: string) => string[] {
  const by = new Map<string, Set<string>>();
  for (const { sheet, rowId, userId } of draft.changes()) {
    const key = `${sheet}/${rowId}`;
    by.set(key, (by.get(key) ?? new Set()).add(userId));
  }
  return (sheet, rowId) => {
    const writers = new Set<string>();
    // Rows of an import have no commands of their own; their history begins with the entry that brought them.
    const [origin] = draft.cellHistory(sheet, rowId, sheetSpec(sheet)?.columns[0]?.id ?? '');
    if (origin?.kind === 'import') writers.add(origin.userId);
    for (const userId of by.get(`${sheet}/${rowId}`) ?? []) writers.add(userId);
    return [...writers];
  };
}

/** What stands in the way of approving, and what was seen to. */
export function checksOf(view: VersionView): ReviewCheck[] {
  const base =
    view.row.state === 'DRAFT' || view.row.state === 'IN_REVIEW' || view.row.state === 'APPROVED'
      ? baseProblem(view)
      : null;
  const [contest] = view.contests;
  const [problem] = view.problems;
  const [reason] = view.policy.reasons;
  const openComments = view.openComments.length;
  return [
    {
      id: 'contests',
      label: 'No contested cells',
      ok: contest === undefined,
      detail: contest?.text ?? 'Nobody wrote over a value they had not seen.',
    },
    {
      id: 'problems',
      label: 'Every cell is valid',
      ok: problem === undefined,
      detail: problem?.text ?? 'All values fit their columns.',
    },
    {
      id: 'comments',
      label:
        openComments === 1
          ? 'One open comment'
          : openComments > 1
            ? `${openComments} open comments`
            : 'No open comments',
      ok: openComments === 0,
      detail: view.openComments[0] ?? 'Everything that was asked is answered, or nothing was.',
    },
    {
      id: 'base',
      label: 'Based on the version in force',
      ok: base === null,
      detail: base ?? 'Nothing was executed meanwhile.',
    },
    {
      id: 'policy',
      label: view.policy.approversNeeded === 1 ? 'One approver' : 'Two approvers',
      ok: true,
      detail: reason ?? 'The version is neither retroactive nor above the amount that needs two.',
    },
  ];
}
