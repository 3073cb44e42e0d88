// The top bar of a document: what it is, its state, who is here, the sync truth and the next step. Must not decide permissions.
import type { ReactNode } from 'react';
import { AvatarRow, dateText, StateChip, todayIso } from '../kit/index.ts';
import { useDraft, useDraftState, useSession, useVersion } from './engineContext.tsx';
import { LifecycleActions } from './LifecycleActions.tsx';
import { SyncButton } from './SyncButton.tsx';
import { useFreshVersion } from './useFreshVersion.ts';
import { isRetroactive, shownState, versionName } from './versionName.ts';

export function DocumentBar({ versionId, actions }: { readonly versionId: string; readonly actions?: ReactNode }) {
  const { data } = useVersion(versionId);
  const { draft } = useDraft(versionId);
  useDraftState(draft);
  useFreshVersion(versionId, draft);
  const session = useSession();
  const summary = data?.value.summary ?? null;
  const peers = draft?.peers() ?? [];
  const people = [...new Map(peers.map((peer) => [peer.userId, peer])).values()]
    .filter((peer) => peer.userId !== session?.user.id)
    .map((peer) => ({ userId: peer.userId, name: peer.name }));
  return (
    <>
      <h1>{summary?.number ?? versionId}</h1>
      {summary !== null && (
        <>
          <span className="muted ellipsis">{summary.title}</span>
          <span className="divider" />
          <span className="medium nowrap">{versionName(summary)}</span>
          <StateChip state={shownState({ ...summary, state: data?.value.state ?? summary.state }, todayIso())} />
          {summary.effectiveFrom !== null && (
            <span className="muted small nowrap optional">
              from {dateText(summary.effectiveFrom)}
              {data !== null && isRetroactive(data.value) && ', retroactive'}
            </span>
          )}
        </>
      )}
      <span className="grow" />
      {session !== null && (
        <AvatarRow people={[...people, { userId: session.user.id, name: session.user.name, self: true }]} />
      )}
      {draft !== null && <SyncButton draft={draft} />}
      {actions}
      {data !== null && <LifecycleActions versionId={versionId} detail={data.value} draft={draft} />}
    </>
  );
}
