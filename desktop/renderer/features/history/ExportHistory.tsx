// Saves the history that the filters show: as CSV for a spreadsheet, or signed for whoever checks it. Owns the two actions and what
// came of them; the server makes the files, and records that it did.
import { useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { Action, errorWords, todayIso } from '../../kit/index.ts';
import type { LogFilter } from './useLog.ts';

type Format = 'csv' | 'bundle';
const FILES: Readonly<Record<Format, { readonly text: string; readonly suffix: string; readonly type: string }>> = {
  csv: { text: 'Export CSV', suffix: 'csv', type: 'text/csv' },
  bundle: { text: 'Export signed', suffix: 'audit.json', type: 'application/json' },
};

export interface ExportHistoryProps {
  readonly filter: LogFilter;
  readonly small: boolean;
  /** Why these files are not for this person; null when they are. */
  readonly denied: string | null;
  /** Why the file could not be made, in words; null when it was. */
  readonly onProblem: (problem: string | null) => void;
}

export function ExportHistory({ filter, small, denied, onProblem }: ExportHistoryProps) {
  const engine = useEngine();
  const [making, setMaking] = useState<Format | null>(null);
  const save = async (format: Format): Promise<void> => {
    setMaking(format);
    onProblem(null);
    try {
      const { from, to } = filter.period;
      const bytes = await engine.api.audit({
        format,
        ...(filter.doc === null ? {} : { doc: filter.doc }),
        ...(filter.user === null ? {} : { user: filter.user }),
        ...(from === null ? {} : { from }),
        ...(to === null ? {} : { to }),
      });
      const { suffix, type } = FILES[format];
      await engine.host.files.save(`history-${todayIso()}.${suffix}`, bytes, type);
    } catch (error) {
      onProblem(errorWords(error));
    } finally {
      setMaking(null);
    }
  };
  // Kinds are a way to look, not a question the files answer: where the screen shows one, the button says that they hold every kind.
  const reason = denied ?? (making === null ? null : 'The file is being made.');
  const suffix = filter.kind === null ? '' : ', every kind';
  return (
    <>
      {(['csv', 'bundle'] as const).map((format) => (
        <Action
          key={format}
          small={small}
          text={`${FILES[format].text}${suffix}`}
          denied={reason}
          onClick={() => void save(format)}
        />
      ))}
    </>
  );
}
