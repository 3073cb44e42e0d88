// Says that nothing can be changed on this computer until it has reached the server, what is kept, and the way on. Owns the strip and the
// hook that others show the warning before it by; the engine decides.
import { useCallback, useSyncExternalStore } from 'react';
import { ErrorNotice, offlineSentence } from '../kit/index.ts';
import type { OfflineGrant } from '../sync/engine.ts';
import { useEngine } from './engineContext.tsx';

/** How long things may be changed here without the server; null when nobody is signed in. */
export function useOfflineGrant(): OfflineGrant | null {
  const engine = useEngine();
  return useSyncExternalStore(
    useCallback((listener: () => void) => engine.onTrouble(listener), [engine]),
    () => engine.offlineGrant(),
  );
}

export function OfflineEnded() {
  const grant = useOfflineGrant();
  if (grant?.state !== 'ended') return null;
  return (
    <ErrorNotice tone="warn">
      <span data-testid="offline-ended">
        <strong>Nothing can be changed on this computer now.</strong> {offlineSentence(grant)}
      </span>
    </ErrorNotice>
  );
}
