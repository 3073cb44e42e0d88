// Puts a document into the nav's list of open ones when it is looked at, and remembers up to where in the log it was seen. Must not
// open it.
import { useEffect } from 'react';
import { errorWords, todayIso } from '../kit/index.ts';
import { documentOpened, useAppDispatch } from '../store/index.ts';
import { useEngine, useVersion } from './engineContext.tsx';
import { lookedKey } from './lookedAt.ts';
import { useTroubles } from './troubles.tsx';
import { shownState } from './versionName.ts';

export function useDocumentOpened(versionId: string): void {
  const { data } = useVersion(versionId);
  const dispatch = useAppDispatch();
  const detail = data?.value;
  const label = detail === undefined ? null : `${detail.summary.number} · ${detail.summary.title}`;
  const state = detail === undefined ? undefined : shownState({ ...detail.summary, state: detail.state }, todayIso());
  useEffect(() => {
    if (label === null || state === undefined) return;
    dispatch(documentOpened({ versionId, label, state }));
  }, [dispatch, versionId, label, state]);

  const engine = useEngine();
  const troubles = useTroubles();
  // Only an answer of the server says how long the log was; a kept one was seen when it came.
  const size = data?.at === null ? detail?.size : undefined;
  useEffect(() => {
    if (size === undefined) return;
    engine.keepPreference(lookedKey(versionId), size).catch((error: unknown) => troubles.report(errorWords(error)));
  }, [engine, troubles, versionId, size]);
}
