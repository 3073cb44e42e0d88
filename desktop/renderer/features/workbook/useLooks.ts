// The column layouts this person keeps on this computer, as the grid asks for them.
import { useMemo } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { useTroubles } from '../../app/troubles.tsx';
import { type ColumnLook, type LookMemory, PLAIN_LOOK } from '../../grid/columnLayout.ts';
import { errorWords } from '../../kit/index.ts';

const keyOf = (sheet: string): string => `columns/${sheet}`;

export function useLooks(): LookMemory {
  const engine = useEngine();
  const { report } = useTroubles();
  return useMemo(
    () => ({
      look: (sheet) => (engine.preference(keyOf(sheet)) as ColumnLook | undefined) ?? PLAIN_LOOK,
      keepLook: (sheet, look) => {
        engine.keepPreference(keyOf(sheet), look).catch((error: unknown) => report(errorWords(error)));
      },
    }),
    [engine, report],
  );
}
