/** One import under way and what is told of it. Owns the shape; importJobs.ts moves it along. */
import type { WorkbookContent } from '@countersign/shared/model/sheets';
import type { ImportState } from '@countersign/shared/protocol/api';
import type { ImportPlan } from './checkImport.ts';
import type { ImportTable } from './table.ts';

/** The draft as it stood when it was read: all sheets at one log index. */
export interface DraftAt {
  readonly content: WorkbookContent;
  readonly contentHash: string;
  /** Log size up to which entries are in the content. */
  readonly size: string;
}

export interface Job {
  readonly importId: string;
  readonly userId: string;
  readonly fileName: string;
  readonly fileHash: string;
  readonly table: ImportTable;
  readonly startedAt: number;
  state: ImportState['state'];
  done: number;
  plan?: ImportPlan;
  draft?: { readonly draftId: string; readonly at: DraftAt };
  reason?: string;
  index?: string;
}

/** Rows listed one by one in the result; the counts are always whole. */
const LISTED = { changes: 200, refused: 1000 } as const;

/** The state as the person who started it sees it. */
export function stateOf(job: Job): ImportState {
  const { plan } = job;
  return {
    importId: job.importId,
    state: job.state,
    done: job.done,
    total: job.table.rows.length,
    ...(plan === undefined
      ? {}
      : {
          result: {
            added: plan.added.length,
            changed: plan.changed.length,
            same: plan.same,
            refused: plan.refused.slice(0, LISTED.refused).map((refused) => ({ ...refused })),
            addedRows: plan.added.slice(0, LISTED.changes).map(({ row, name }) => ({ row, name })),
            changedRows: plan.changed.slice(0, LISTED.changes).map(({ row, rowId, name, changes }) => ({
              row,
              rowId,
              name,
              changes: changes.map((change) => ({ ...change })),
            })),
          },
        }),
    ...(job.reason === undefined ? {} : { reason: job.reason }),
    ...(job.index === undefined ? {} : { index: job.index }),
  };
}
