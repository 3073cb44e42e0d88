// The review of a version: its impact in money, its changes as a redline, and the approvals it needs. The steps themselves stand in
// the top bar; the panel says who may take them and why not, before any click.
import { useMemo } from 'react';
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery, useReachability, useSession, useVersion } from '../../app/engineContext.tsx';
import { NotHere } from '../../app/NotHere.tsx';
import { documentPath, go } from '../../app/routes.ts';
import { ScreenFrame } from '../../app/ScreenFrame.tsx';
import { amountText, EmptyState, ErrorNotice, instantText } from '../../kit/index.ts';
import { SlowNotice } from '../../kit/SlowNotice.tsx';
import { useSlowWords } from '../../kit/useSlowWords.ts';
import { useFollowDraft } from '../useFollowDraft.ts';
import { ApprovalPanel } from './ApprovalPanel.tsx';
import { ChangesTable } from './ChangesTable.tsx';
import { ImpactTables } from './ImpactTables.tsx';
import { groupRows, reviewCounts } from './reviewGroups.ts';
import { rowsByKey, termOf } from './rowContext.ts';
import { useSeenRows } from './useSeenRows.ts';
import '../screens.css';
import './review.css';

export function ReviewScreen({ versionId }: { readonly versionId: string }) {
  const offline = useReachability() === 'offline';
  const engine = useEngine();
  const session = useSession();
  const version = useVersion(versionId);
  const detail = version.data?.value ?? null;
  const review = useQuery(`review:${versionId}`, () =>
    askOrKept(
      () => engine.api.review(versionId),
      () => engine.cached.review(versionId),
    ),
  );
  const content = useQuery(`content:${versionId}`, () =>
    askOrKept(
      () => engine.api.content(versionId),
      () => engine.cached.content(versionId),
    ),
  );
  const slow = useSlowWords(review.loading && review.data === null, 'Comparing with the base version');
  const { seen, watch } = useSeenRows();
  const answer = review.data?.value ?? null;
  const groups = useMemo(() => (answer === null ? [] : groupRows(answer.diff, answer.impact)), [answer]);
  const rows = useMemo(() => rowsByKey(content.data?.value ?? null), [content.data]);
  const reload = () => void Promise.all([version.reload(), review.reload(), content.reload()]);
  useFollowDraft(versionId, reload);
  const openEntry = (index: string) => go(`${documentPath(versionId, 'history')}?entry=${index}`);

  const all = answer?.diff.length ?? 0;
  const seenCount = answer?.diff.filter((row) => seen.has(`${row.sheet}/${row.rowId}`)).length ?? 0;
  const failed = review.error ?? version.error;
  const isAway = offline && answer === null && failed !== null;
  return (
    <ScreenFrame
      document={{ versionId, view: 'review' }}
      tools={
        answer !== null && all > 0 ? (
          <span className="small muted" role="status">
            {seenCount} of {all} rows seen
          </span>
        ) : null
      }
      asideName="Approvals"
      asideWidth={336}
      aside={
        answer === null || detail === null ? (
          <p className="section small muted">
            {isAway ? 'Who approves is shown with the review.' : (failed ?? slow ?? '')}
          </p>
        ) : (
          <ApprovalPanel
            detail={detail}
            review={answer}
            user={session?.user ?? null}
            rowsSeen={{ seen: seenCount, all }}
            onEntry={openEntry}
          />
        )
      }
      status={
        <>
          {(answer === null ? [] : reviewCounts(answer.diff)).map((words) => (
            <span key={words}>{words}</span>
          ))}
          <span className="grow" />
          {review.data?.at !== null && review.data !== null && (
            <span className="warn">As of {instantText(review.data.at ?? '')}; the server cannot be reached</span>
          )}
          {answer?.impact !== null && answer !== null && (
            <span>
              Impact{' '}
              <b>
                {answer.impact.currency} {amountText(answer.impact.totalDelta, { signed: true })}
              </b>
            </span>
          )}
        </>
      }
    >
      {isAway && <NotHere what="review" versionId={versionId} onRetry={reload} />}
      {failed !== null && !isAway && (
        <ErrorNotice
          tone={offline ? 'plain' : 'bad'}
          actions={[
            { text: 'Try again', onClick: reload },
            { text: 'Open the workbook', onClick: () => go(documentPath(versionId)) },
          ]}
        >
          The review could not be read. {failed} Nothing was changed.
        </ErrorNotice>
      )}
      <SlowNotice words={answer === null ? slow : null} />
      {detail !== null && detail.blockers.length > 0 && (
        <ErrorNotice tone="warn" actions={[{ text: 'Open the workbook', onClick: () => go(documentPath(versionId)) }]}>
          <strong>Before it can be submitted:</strong>{' '}
          {detail.blockers
            .slice(0, 3)
            .map((blocker) => blocker.text)
            .join(' ')}
          {detail.blockers.length > 3 ? ` And ${detail.blockers.length - 3} more.` : ''}
        </ErrorNotice>
      )}
      {answer !== null && detail !== null && (
        <div className="scroll review-body">
          <ImpactTables
            review={answer}
            summary={detail.summary}
            contentHash={detail.contentHash}
            calendar={termOf(content.data?.value ?? null, 'billingCalendar') === 'BROADCAST' ? 'BROADCAST' : 'CALENDAR'}
          />
          {groups.length === 0 ? (
            <EmptyState title="Nothing differs from the base version">
              Every row and cell is as it was. Change a cell in the workbook to have something to review.
            </EmptyState>
          ) : (
            <ChangesTable
              versionId={versionId}
              review={answer}
              groups={groups}
              rows={rows}
              currency={answer.impact?.currency ?? termOf(content.data?.value ?? null, 'currency') ?? ''}
              seen={seen}
              watch={watch}
              onEntry={openEntry}
            />
          )}
        </div>
      )}
    </ScreenFrame>
  );
}
