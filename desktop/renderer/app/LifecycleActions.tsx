// The primary action of a document and the menu of other steps. Owns asking for a reason and showing what came of it; the rules
// themselves come from the server's `can` and `blockers`, the confirmation from the host.
import { Menu, MenuItem, PopoverNext } from '@blueprintjs/core';
import { ArrowRight, More } from '@blueprintjs/icons';
import type { CommandKind, VersionDetail } from '@countersign/shared/protocol/api';
import { useState } from 'react';
import { Action, errorWords } from '../kit/index.ts';
import { announced, useAppDispatch } from '../store/index.ts';
import type { DraftSession } from '../sync/draftSession.ts';
import { answersOf, useDraftState, useEngine, useReachability } from './engineContext.tsx';
import { nextSteps, type Step } from './nextStep.ts';
import { nextProblem } from './problems.ts';
import { ReasonDialog } from './ReasonDialog.tsx';
import { documentPath, go } from './routes.ts';
import { useTroubles } from './troubles.tsx';

/** Kinds whose payload carries words from the person. */
const NEEDS_REASON: ReadonlySet<CommandKind> = new Set(['requestChanges', 'terminate']);

/** Steps that take a version back: offered when they are all that can be done, but never in blue. */
const BACKWARD: ReadonlySet<CommandKind> = new Set(['withdraw', 'reopen', 'requestChanges', 'terminate']);

export interface LifecycleActionsProps {
  readonly versionId: string;
  readonly detail: VersionDetail;
  readonly draft: DraftSession | null;
}

export function LifecycleActions({ versionId, detail, draft }: LifecycleActionsProps) {
  const engine = useEngine();
  const dispatch = useAppDispatch();
  const troubles = useTroubles();
  const offline = useReachability() === 'offline';
  useDraftState(draft);
  const [asking, setAsking] = useState<CommandKind | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const problems = { contested: draft?.contests().length ?? 0, invalid: draft?.invalidCells().length ?? 0 };
  const { primary, others } = nextSteps(detail, problems, offline);

  const run = async (kind: CommandKind, reason?: string) => {
    setAsking(null);
    setBusy(kind);
    try {
      const done = await engine.command(versionId, kind, reason === undefined ? {} : { reason });
      dispatch(announced(`${detail.summary.number}: ${doneWords(kind)}.`));
      await answersOf(engine).refresh();
      if (done.created !== undefined) go(documentPath(done.created.versionId));
    } catch (error) {
      troubles.report(errorWords(error));
      await answersOf(engine).reload(`version:${versionId}`);
    } finally {
      setBusy(null);
    }
  };
  const take = (step: Step) => {
    if (step.does === 'command') {
      if (NEEDS_REASON.has(step.kind)) setAsking(step.kind);
      else void run(step.kind);
      return;
    }
    const place = nextProblem(step.does, detail.blockers, draft);
    if (place !== null) go(documentPath(versionId, 'workbook', place));
  };
  // Ending a contract is never one press away in the bar.
  const secondary = others.find((step) => step.denied === null && step.kind !== 'terminate');
  return (
    <>
      {secondary !== undefined && primary?.does === 'command' && (
        <Action text={secondary.text} onClick={() => take(secondary)} />
      )}
      {others.some((step) => step !== secondary) && (
        <PopoverNext
          placement="bottom-end"
          content={
            <Menu>
              {others.map((step) => (
                <MenuItem
                  key={step.kind}
                  text={step.text}
                  label={step.denied === null ? '' : 'not now'}
                  title={step.denied ?? ''}
                  disabled={step.denied !== null}
                  onClick={() => take(step)}
                />
              ))}
            </Menu>
          }
        >
          <Action text="Other steps" iconOnly tone="minimal" icon={<More size={14} />} />
        </PopoverNext>
      )}
      {primary !== null && (
        <Action
          tone={primary.does === 'command' && BACKWARD.has(primary.kind) ? 'outlined' : 'primary'}
          text={primary.text}
          denied={
            busy !== null ? 'The server has not answered yet.' : primary.does === 'command' ? primary.denied : null
          }
          testId="primary-action"
          {...(primary.does === 'command' ? {} : { endIcon: <ArrowRight size={14} /> })}
          onClick={() => take(primary)}
        />
      )}
      {asking !== null && (
        <ReasonDialog
          title={`${nextStepWord(asking)}: ${detail.summary.number}`}
          action={nextStepWord(asking)}
          onCancel={() => setAsking(null)}
          onReason={(reason) => void run(asking, reason)}
        />
      )}
    </>
  );
}

const DONE: Readonly<Record<CommandKind, string>> = {
  submit: 'submitted',
  requestChanges: 'changes requested',
  withdraw: 'withdrawn to draft',
  reopen: 'reopened as a draft',
  approve: 'approved',
  execute: 'executed',
  amend: 'amendment opened',
  terminate: 'terminated',
  export: 'exported',
};

function doneWords(kind: CommandKind): string {
  return DONE[kind];
}

function nextStepWord(kind: CommandKind): string {
  return kind === 'terminate' ? 'Terminate' : 'Request changes';
}
