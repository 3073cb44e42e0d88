/**
 * Imports under way: read, checked, committed or cancelled. Owns their states and the slices in which they are worked off;
 * must not know HTTP. They live in memory: a restart loses an unfinished import and nothing else, the file is chosen again.
 */
import { createHash, randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { newCommandId } from '@countersign/shared/document';
import type { Command } from '@countersign/shared/protocol';
import type { ImportMapping, ImportStarted, ImportState } from '@countersign/shared/protocol/api';
import { calledOtherwise } from './calledOtherwise.ts';
import { type AddedRow, commandsOf, ImportCheck, type ImportPlan } from './checkImport.ts';
import { ImportError } from './importError.ts';
import { type DraftAt, type Job, stateOf } from './importJob.ts';
import { readTableApart } from './readTableApart.ts';
import { suggestMapping } from './suggestMapping.ts';

export interface ImportCommit {
  readonly draftId: string;
  readonly fileHash: string;
  readonly fileName: string;
  readonly rows: number;
  readonly sheet: ImportPlan['sheet'];
  readonly added: readonly AddedRow[];
  readonly commands: readonly Command[];
  /** Content hash that was checked; another one now is refused as `stale`. */
  readonly expectHash: string;
}

/** What an import needs of the server. Each throws `ImportError` `role`, `frozen`, `stale` or `notFound`. */
export interface ImportTarget {
  /** The draft, when the person who asks may import into it. */
  read(draftId: string): Promise<DraftAt>;
  /** Writes everything as one leaf, or nothing. @returns its log index. */
  commit(commit: ImportCommit): Promise<string>;
}

const SLICE_ROWS = 250;
/** Open imports of one person; the oldest gives way. */
const MOST_OF_ONE = 4;
const MOST_JOBS = 32;
const KEPT_MS = 60 * 60 * 1000;
const SAMPLE_ROWS = 20;

export class ImportJobs {
  readonly #jobs = new Map<string, Job>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Reads a file. @throws ImportError with its place. */
  async start(userId: string, fileName: string, bytes: Uint8Array): Promise<ImportStarted> {
    this.#makeRoom(userId);
    const table = await readTableApart(bytes);
    const job: Job = {
      importId: `i-${randomBytes(12).toString('base64url')}`,
      userId,
      fileName,
      fileHash: createHash('sha256').update(bytes).digest('hex'),
      table,
      startedAt: this.#now(),
      state: 'read',
      done: 0,
    };
    this.#jobs.set(job.importId, job);
    const note = calledOtherwise(fileName, table);
    return {
      importId: job.importId,
      fileName,
      fileHash: job.fileHash,
      columns: [...table.columns],
      sample: table.rows
        .slice(0, SAMPLE_ROWS)
        .map(({ values }) => Object.fromEntries(table.columns.map((column, i) => [column, values[i] ?? '']))),
      suggestedMapping: suggestMapping(table.columns),
      rows: table.rows.length,
      readAs: table.readAs,
      ...(note === null ? {} : { note }),
    };
  }

  /** Starts the check and returns at once; `settled` resolves when it is done. Checking again starts over. */
  async check(
    userId: string,
    importId: string,
    draftId: string,
    mapping: ImportMapping,
    target: ImportTarget,
  ): Promise<{ state: ImportState; settled: Promise<void> }> {
    const job = this.#job(userId, importId);
    if (job.state === 'checking' || job.state === 'committing' || job.state === 'committed') {
      throw new ImportError(
        'state',
        `The import is ${job.state} now.`,
        'Wait until it is done, or choose the file again.',
      );
    }
    const at = await target.read(draftId);
    const check = new ImportCheck(job.table, mapping, at.content);
    job.state = 'checking';
    job.done = 0;
    job.draft = { draftId, at };
    delete job.plan;
    delete job.reason;
    return { state: stateOf(job), settled: this.#work(job, check) };
  }

  state(userId: string, importId: string): ImportState {
    return stateOf(this.#job(userId, importId));
  }

  /**
   * Writes what was checked as one entry.
   * @throws ImportError `refusedCells` while any cell is refused, `stale` when the draft changed since the check.
   */
  async commit(userId: string, importId: string, target: ImportTarget): Promise<ImportState> {
    const job = this.#job(userId, importId);
    const { plan, draft } = job;
    if (job.state === 'committed') return stateOf(job);
    if (job.state !== 'checked' || plan === undefined || draft === undefined) {
      throw new ImportError('state', `The import is ${job.state}, not checked.`, 'Check it first.');
    }
    if (plan.refused.length > 0) {
      const count = plan.refused.length === 1 ? '1 cell is' : `${plan.refused.length} cells are`;
      throw new ImportError(
        'refusedCells',
        `${count} refused, so nothing was imported.`,
        'Correct the file and choose it again: an import is all or nothing.',
      );
    }
    if (plan.added.length === 0 && plan.changed.length === 0) {
      throw new ImportError('state', 'Every row of the file is in the draft already.', 'There is nothing to import.');
    }
    job.state = 'committing';
    try {
      job.index = await target.commit({
        draftId: draft.draftId,
        fileHash: job.fileHash,
        fileName: job.fileName,
        rows: job.table.rows.length,
        sheet: plan.sheet,
        added: plan.added,
        commands: commandsOf(plan, draft.at.size, newCommandId),
        expectHash: draft.at.contentHash,
      });
      job.state = 'committed';
    } catch (error) {
      // Checked work stays checked when the server could not write; a changed draft needs a new check.
      job.state = error instanceof ImportError && error.code === 'stale' ? 'read' : 'checked';
      if (job.state === 'read') delete job.plan;
      throw error;
    }
    return stateOf(job);
  }

  /** Ends an import; a running check stops at its next slice. */
  cancel(userId: string, importId: string): ImportState {
    const job = this.#job(userId, importId);
    if (job.state === 'committing' || job.state === 'committed') {
      throw new ImportError(
        'state',
        `The import is ${job.state}.`,
        'It can no longer be cancelled; change the rows in the draft instead.',
      );
    }
    job.state = 'cancelled';
    this.#jobs.delete(importId);
    return stateOf(job);
  }

  async #work(job: Job, check: ImportCheck): Promise<void> {
    try {
      let more = true;
      while (more) {
        await nextTurn();
        if (job.state !== 'checking') return;
        more = check.step(SLICE_ROWS);
        job.done = check.done;
      }
      job.plan = check.plan();
      job.state = 'checked';
    } catch (error) {
      job.state = 'failed';
      job.reason = error instanceof Error ? error.message : String(error);
    }
  }

  #job(userId: string, importId: string): Job {
    const job = this.#jobs.get(importId);
    // Another person's import is answered as if it were not there.
    if (job === undefined || job.userId !== userId) {
      throw new ImportError('notFound', 'The import is no longer here.', 'Choose the file again.');
    }
    return job;
  }

  #makeRoom(userId: string): void {
    const before = this.#now() - KEPT_MS;
    for (const [id, job] of this.#jobs) {
      if (job.startedAt < before && job.state !== 'committing') this.#end(id, job);
    }
    const own = [...this.#jobs].filter(([, job]) => job.userId === userId && job.state !== 'committing');
    for (const [id, job] of own.slice(0, Math.max(0, own.length - MOST_OF_ONE + 1))) this.#end(id, job);
    if (this.#jobs.size >= MOST_JOBS) {
      throw new ImportError('busy', `${MOST_JOBS} imports are open in this workspace.`, 'Try again in a moment.');
    }
  }

  /** Forgets a job; a check in progress sees it at its next slice. */
  #end(id: string, job: Job): void {
    if (job.state === 'checking') job.state = 'cancelled';
    this.#jobs.delete(id);
  }
}
