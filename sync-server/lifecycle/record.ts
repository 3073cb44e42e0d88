// What the log says of a version's way: who submitted, approved, executed. Owns the fold; the state itself is decided by shared/lifecycle.
import { type Entry, parsePart0 } from '@countersign/shared/history';

export interface Step {
  readonly index: number;
  readonly userId: string;
  readonly deviceId: string;
  /** ISO instant of the leaf. */
  readonly at: string;
}
export interface ApprovalStep extends Step {
  readonly contentHash: string;
}

export interface FoldedEntry {
  readonly index: number;
  readonly at: string;
  readonly entry: Pick<Entry, 'kind' | 'user' | 'dev'>;
  readonly parts: readonly Uint8Array[];
}

/** The lifecycle of one version, entry by entry in log order. */
export class LifecycleRecord {
  submitted: Step | null = null;
  approvals: readonly ApprovalStep[] = [];
  executed: Step | null = null;
  terminated: (Step & { readonly effectiveTo: string | null }) | null = null;
  /** Why it was last sent back; null after it was submitted again. */
  changesRequested: (Step & { readonly reason: string }) | null = null;
  exports: readonly Step[] = [];

  apply({ index, at, entry, parts }: FoldedEntry): void {
    const step: Step = { index, at, userId: entry.user, deviceId: entry.dev };
    switch (entry.kind) {
      case 'submit':
        this.submitted = step;
        this.approvals = [];
        this.changesRequested = null;
        break;
      case 'requestChanges':
        this.#toDraft();
        this.changesRequested = { ...step, reason: parsePart0('requestChanges', parts[0]).reason ?? '' };
        break;
      case 'withdraw':
        this.#toDraft();
        break;
      case 'approve':
        this.approvals = [...this.approvals, { ...step, contentHash: parsePart0('approve', parts[0]).contentHash }];
        break;
      case 'execute':
        this.executed = step;
        break;
      case 'terminate':
        this.terminated = { ...step, effectiveTo: parsePart0('terminate', parts[0]).effectiveTo ?? null };
        break;
      case 'export':
        this.exports = [...this.exports, step];
        break;
      default:
    }
  }

  #toDraft(): void {
    this.submitted = null;
    this.approvals = [];
  }
}
