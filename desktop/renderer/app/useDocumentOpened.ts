// Puts a document into the nav's list of open ones when it is looked at. Must not open it.
import { useEffect } from 'react';
import { documentOpened, useAppDispatch } from '../store/index.ts';
import { useVersion } from './engineContext.tsx';

export function useDocumentOpened(versionId: string): void {
  const { data } = useVersion(versionId);
  const dispatch = useAppDispatch();
  const detail = data?.value;
  const label = detail === undefined ? null : `${detail.summary.number} · ${detail.summary.title}`;
  const state = detail?.state;
  useEffect(() => {
    if (label === null || state === undefined) return;
    dispatch(documentOpened({ versionId, label, state }));
  }, [dispatch, versionId, label, state]);
}
