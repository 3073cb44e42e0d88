// Says that the key of this computer was revoked, what is kept, and lets the person make another key. Owns the strip; the engine does it.
import { useCallback, useState, useSyncExternalStore } from 'react';
import { ErrorNotice, errorWords } from '../kit/index.ts';
import { announced, useAppDispatch } from '../store/index.ts';
import { answersOf, useEngine, useReachability } from './engineContext.tsx';

/** Whether the key of this computer was revoked. */
function useDeviceRevoked(): boolean {
  const engine = useEngine();
  return useSyncExternalStore(
    useCallback((listener: () => void) => engine.onTrouble(listener), [engine]),
    () => engine.deviceRevoked(),
  );
}

export function RevokedDevice() {
  const engine = useEngine();
  const dispatch = useAppDispatch();
  const offline = useReachability() === 'offline';
  const revoked = useDeviceRevoked();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  if (!revoked) return null;
  const renew = async () => {
    setBusy(true);
    setFailure(null);
    try {
      if (!(await engine.renewDevice())) return;
      dispatch(announced('This computer has a new key.'));
      // The devices of this person, and what the old one had sent, are others now.
      await answersOf(engine).refresh();
    } catch (error) {
      setFailure(errorWords(error));
    } finally {
      setBusy(false);
    }
  };
  const denied = busy
    ? 'The new key is being enrolled.'
    : offline
      ? 'A new key is enrolled with the server, which cannot be reached.'
      : null;
  return (
    <ErrorNotice tone="warn" actions={[{ text: 'Make a new key', denied, onClick: () => void renew() }]}>
      <strong>The key of this computer was revoked</strong>, so nothing can be changed or signed here. Your work on this
      computer is kept. Make a new key to go on; what was refused is offered again under Needs attention.
      {failure !== null && <span className="bad"> No new key was made. {failure}</span>}
    </ErrorNotice>
  );
}
