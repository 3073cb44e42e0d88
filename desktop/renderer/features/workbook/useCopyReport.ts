// Large copies out of a sheet are reads that the history records. Owns which ones are told to the server.
import { COPY_ROWS_UNRECORDED } from '@countersign/shared/protocol/api';
import { useCallback } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { useTroubles } from '../../app/troubles.tsx';
import { errorWords } from '../../kit/index.ts';

export function useCopyReport(): (versionId: string, sheet: string, rows: number) => void {
  const engine = useEngine();
  const { report } = useTroubles();
  return useCallback(
    (versionId, sheet, rows) => {
      if (rows <= COPY_ROWS_UNRECORDED) return;
      engine.api.reportRead({ action: 'copy', versionId, sheet, rows }).catch((error: unknown) => {
        // Without the server nobody can be told; a person who copies their own sheet on a train has done nothing wrong.
        if (error instanceof Error && error.name === 'Offline') return;
        report(errorWords(error));
      });
    },
    [engine, report],
  );
}
