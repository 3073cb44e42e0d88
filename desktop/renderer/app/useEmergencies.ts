// Roles held in an emergency, as every screen sees them. Owns asking again while somebody looks; what they mean is shared/access's.
import type { EmergencyLine } from '@countersign/shared/protocol/api';
import { useEffect } from 'react';
import { useEngine, useQuery, useSession } from './engineContext.tsx';

/** A term that another person began or ended is seen everywhere within this time. */
const AGAIN_MS = 15_000;

export interface Emergencies {
  readonly lines: readonly EmergencyLine[];
  readonly error: string | null;
  readonly reload: () => Promise<void>;
}

/** Newest first. */
export function useEmergencies(): Emergencies {
  const engine = useEngine();
  const userId = useSession()?.user.id ?? '';
  const { data, error, reload } = useQuery(`breakGlass:${userId}`, () => engine.api.emergencies.list());
  useEffect(() => {
    const timer = setInterval(() => void reload(), AGAIN_MS);
    // Whoever comes back to the window sees what holds now, not what held when they left.
    const looked = () => {
      if (document.visibilityState === 'visible') void reload();
    };
    document.addEventListener('visibilitychange', looked);
    window.addEventListener('focus', looked);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', looked);
      window.removeEventListener('focus', looked);
    };
  }, [reload]);
  return { lines: data?.lines ?? [], error, reload };
}
