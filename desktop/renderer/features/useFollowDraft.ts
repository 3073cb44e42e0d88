// Asks again after the open draft changed, here or by a colleague: a statement or a review must not grow old while it is read.
import { useEffect, useRef } from 'react';
import { useDraft, useDraftState, useDraftView } from '../app/engineContext.tsx';
import type { DraftSession } from '../sync/draftSession.ts';

/** A burst of edits is one change: the server's answer is asked for once they rest. */
const REST_MS = 800;

/** The open draft; calls `again` once its changes rested, never for the first load. */
export function useFollowDraft(versionId: string, again: () => void): DraftSession | null {
  const { draft } = useDraft(versionId);
  const states = useDraftState(draft);
  const views = useDraftView(draft);
  const latest = useRef(again);
  useEffect(() => {
    latest.current = again;
  });
  useEffect(() => {
    if (states + views === 0) return;
    const timer = setTimeout(() => latest.current(), REST_MS);
    return () => clearTimeout(timer);
  }, [states, views]);
  return draft;
}
