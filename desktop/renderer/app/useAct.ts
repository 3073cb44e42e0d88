// One thing at a time that a person does from a panel: busy while it runs, its failure in the strip of troubles. Forms have `useSubmission.ts`.
import { useState } from 'react';
import { errorWords } from '../kit/index.ts';
import { useTroubles } from './troubles.tsx';

export interface Acting {
  readonly busy: boolean;
  /** Runs `work`; what fails in it is reported and goes no further. */
  readonly act: (work: () => Promise<unknown>) => Promise<void>;
}

export function useAct(): Acting {
  const troubles = useTroubles();
  const [busy, setBusy] = useState(false);
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      troubles.report(errorWords(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, act };
}
