// The one next step that can be taken now on a version, and the other steps. Pure: decides from what the server and the draft say,
// so that the top bar never shows a dead button without its reason (LOOK.md "Layout").
import type { Blocker, CommandKind, Permission, VersionDetail } from '@countersign/shared/protocol/api';
import { countOf } from '../kit/index.ts';

/** A step of the lifecycle, or a place to go first. */
export type Step =
  | { readonly does: 'resolve'; readonly text: string; readonly count: number }
  | { readonly does: 'fix'; readonly text: string; readonly count: number }
  | { readonly does: 'command'; readonly kind: CommandKind; readonly text: string; readonly denied: string | null };

export interface NextSteps {
  readonly primary: Step | null;
  readonly others: readonly Extract<Step, { does: 'command' }>[];
}

/** The verb of each command, on every button and in every list of steps. */
export const STEP_WORDS: Readonly<Record<CommandKind, string>> = {
  submit: 'Submit',
  requestChanges: 'Request changes',
  withdraw: 'Withdraw',
  reopen: 'Reopen',
  approve: 'Approve',
  execute: 'Execute',
  amend: 'Amend',
  terminate: 'Terminate',
  export: 'Export',
};

/** The steps that belong to a state, in the order they are offered; the first allowed one is the primary action. */
export const STEPS_OF: Readonly<Record<string, readonly CommandKind[]>> = {
  DRAFT: ['submit'],
  IN_REVIEW: ['approve', 'withdraw', 'requestChanges'],
  APPROVED: ['execute', 'reopen'],
  EXECUTED: ['export', 'amend', 'terminate'],
};

export interface DraftProblems {
  /** Open contests in the local view. */
  readonly contested: number;
  /** Invalid values kept on this computer. */
  readonly invalid: number;
}

function reasonOf(permission: Permission | undefined): string | null {
  if (permission === undefined) return 'The server did not say whether this is allowed. Open the version again.';
  return permission.ok ? null : permission.reason;
}

function countBlockers(blockers: readonly Blocker[], ...kinds: readonly Blocker['kind'][]): number {
  return blockers.filter((blocker) => kinds.includes(blocker.kind) && blocker.rowId !== undefined).length;
}

/** The primary action and the rest. `offline` denies every command with one reason: lifecycle needs the server (DESIGN §6). */
export function nextSteps(detail: VersionDetail, problems: DraftProblems, offline: boolean): NextSteps {
  const command = (kind: CommandKind): Extract<Step, { does: 'command' }> => ({
    does: 'command',
    kind,
    text: STEP_WORDS[kind],
    denied: offline
      ? `${STEP_WORDS[kind]} needs the server, which cannot be reached. Your changes are kept on this computer.`
      : reasonOf(detail.can[kind]),
  });
  const kinds = STEPS_OF[detail.state] ?? [];
  const steps = kinds.map(command);
  if (detail.state === 'DRAFT') {
    const contested = Math.max(problems.contested, countBlockers(detail.blockers, 'contested'));
    if (contested > 0)
      return {
        primary: { does: 'resolve', text: `Resolve ${countOf(contested, 'cell')}`, count: contested },
        others: steps,
      };
    const wrong = Math.max(problems.invalid, countBlockers(detail.blockers, 'invalid', 'missing'));
    if (wrong > 0 && detail.can.edit.ok)
      return { primary: { does: 'fix', text: `Fix ${countOf(wrong, 'cell')}`, count: wrong }, others: steps };
  }
  const primary = steps.find((step) => step.denied === null) ?? steps[0] ?? null;
  return { primary, others: steps.filter((step) => step !== primary) };
}
