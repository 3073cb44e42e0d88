// Saves the history that the filters show: as CSV for a spreadsheet, or signed for whoever checks it. Owns the two actions and what
// came of them; the server makes the files, and records that it did.
import { useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { Action, errorWords } from '../../kit/index.ts';
import { type DateFilter, earliestInstant } from './entryWords.ts';
import type { LogFilter } from './useLog.ts';

type Format = 'csv' | 'bundle';
const FILES: Readonly<Record<Format, { readonly text: string; readonly suffix: string; readonly type: string }>> = {
  csv: { text: 'Export CSV', suffix: 'csv', type: 'text/csv' },
  bundle: { text: 'Export signed', suffix: 'audit.json', type: 'application/json' },
};

export interface ExportHistoryProps {
  readonly filter: LogFilter;
  readonly dates: DateFilter;
  readonly small: boolean;
  /** Why the file could not be made, in words; null when it was. */
  readonly onProblem: (problem: string | null) => void;
}

export function ExportHistory({ filter, dates, small, onProblem }: ExportHistoryProps) {
  const engine = useEngine();
  const [making, setMaking] = useState<Format | null>(null);
  const save = async (format: Format): Promise<void> => {
    setMaking(format);
    onProblem(null);
    try {
      const now = Date.now();
      const earliest = earliestInstant(dates, now);
      const bytes = await engine.api.audit({
        format,
        ...(filter.doc === null ? {} : { doc: filter.doc }),
        ...(filter.user === null ? {} : { user: filter.user }),
        ...(earliest === null ? {} : { from: new Date(earliest).toISOString() }),
      });
      const { suffix, type } = FILES[format];
      await engine.host.files.save(`history-${new Date(now).toISOString().slice(0, 10)}.${suffix}`, bytes, type);
    } catch (error) {
      onProblem(errorWords(error));
    } finally {
      setMaking(null);
    }
  };
  // Kinds are a way to look, not a question the files answer: they hold every kind.
  const denied = making === null ? null : 'The file is being made.';
  return (
    <>
      {(['csv', 'bundle'] as const).map((format) => (
        <Action
          key={format}
          small={small}
          text={FILES[format].text}
          denied={denied}
          onClick={() => void save(format)}
        />
      ))}
    </>
  );
}
