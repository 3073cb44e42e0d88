// How far the log was verified on this computer, and verifying further: when the screen opens, when the newest entry is younger than
// the newest checkpoint, and when asked to.
import { useEffect, useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { errorWords } from '../../kit/index.ts';
import type { VerifiedCheckpoint } from '../../sync/engine.ts';

/** A checkpoint follows an entry within a second (SECURITY §2); a little more leaves room for the network. */
const NEXT_CHECKPOINT_MS = 1500;

export interface Verification {
  readonly checkpoint: VerifiedCheckpoint | null;
  readonly verifying: boolean;
  /** Why the newest checkpoint could not be verified; null when it was. */
  readonly problem: string | null;
  readonly verify: () => Promise<void>;
}

/** @param newest index of the newest entry that is shown; null without any. */
export function useVerification(newest: string | null): Verification {
  const engine = useEngine();
  const [checkpoint, setCheckpoint] = useState(() => engine.verifiedCheckpoint());
  const [verifying, setVerifying] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const verify = async () => {
    setVerifying(true);
    try {
      setCheckpoint(await engine.verifyNow());
      setProblem(null);
    } catch (error) {
      setProblem(errorWords(error));
    } finally {
      setVerifying(false);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per opening; the button asks again.
  useEffect(() => void verify(), []);
  const isBehind = newest !== null && checkpoint !== null && BigInt(newest) >= BigInt(checkpoint.size);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks once for each newest entry.
  useEffect(() => {
    if (!isBehind) return;
    const timer = setTimeout(() => void verify(), NEXT_CHECKPOINT_MS);
    return () => clearTimeout(timer);
  }, [isBehind, newest]);
  return { checkpoint, verifying, problem, verify };
}
