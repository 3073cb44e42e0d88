// Saving the access report: who may do what, since when, by whose decision. The server makes it and records that it was read.
import { useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { errorWords, todayIso } from '../../kit/index.ts';

export interface AccessReportSaving {
  /** Why it cannot be asked for just now; null when it can. */
  readonly denied: string | null;
  /** Why it was not saved, in words; null when it was. */
  readonly failure: string | null;
  readonly save: () => Promise<void>;
}

export function useAccessReport(): AccessReportSaving {
  const engine = useEngine();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const save = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await engine.saveFile(`access-${todayIso()}.csv`, await engine.api.accessReport(), 'text/csv');
    } catch (error) {
      setFailure(errorWords(error));
    } finally {
      setBusy(false);
    }
  };
  return { denied: busy ? 'The report is being made.' : null, failure, save };
}
