// Asks for a version's state and permissions again when the draft says that they may have changed, when the window is looked at
// again, and now and then: approvals by others do not touch the document.
import { useEffect } from 'react';
import type { DraftSession } from '../sync/draftSession.ts';
import { answersOf, useEngine } from './engineContext.tsx';

const NOW_AND_THEN_MS = 15_000;

/** What of a draft decides permissions and blockers; presence and cursors do not. */
function signature(draft: DraftSession): string {
  const { stage, connection } = draft.status();
  return [draft.editDenial(), draft.contests().length, draft.invalidCells().length, stage, connection].join('|');
}

export function useFreshVersion(versionId: string, draft: DraftSession | null): void {
  const engine = useEngine();
  useEffect(() => {
    if (draft === null) return;
    const reload = () => void answersOf(engine).reload(`version:${versionId}`);
    let last = signature(draft);
    const off = draft.onState(() => {
      const now = signature(draft);
      if (now === last) return;
      last = now;
      reload();
    });
    const looked = () => {
      if (document.visibilityState === 'visible' && engine.reachable() === 'online') reload();
    };
    document.addEventListener('visibilitychange', looked);
    const timer = setInterval(looked, NOW_AND_THEN_MS);
    return () => {
      off();
      document.removeEventListener('visibilitychange', looked);
      clearInterval(timer);
    };
  }, [engine, versionId, draft]);
}
