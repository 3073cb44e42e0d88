// Saves the history that the filters show: as CSV for a spreadsheet, or signed for whoever checks it. Owns the two actions and what
// came of them; the server makes the files, and records that it did.
import { useState } from 'react';
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery } from '../../app/engineContext.tsx';
import { Action, ErrorNotice, errorWords, todayIso } from '../../kit/index.ts';
import { CopyCommand } from '../exports/CopyCommand.tsx';
import { verifyCommand } from '../exports/exportWords.ts';
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
  /** What came of it; null while it is being made. */
  readonly onOutcome: (outcome: ExportOutcome | null) => void;
}

export type ExportOutcome =
  | { readonly is: 'saved'; readonly fileName: string; readonly signed: boolean }
  /** Why the file could not be made, in words. */
  | { readonly is: 'failed'; readonly words: string };

/** What stands on the screen after an export: the way to check a signed file with nothing but the workspace's key. */
export function ExportNotice({ outcome }: { readonly outcome: ExportOutcome | null }) {
  const engine = useEngine();
  const workspace = useQuery('workspace', () => askOrKept(engine.api.workspace, engine.cached.workspace)).data?.value;
  if (outcome === null) return null;
  if (outcome.is === 'failed')
    return <ErrorNotice>The history was not exported. {outcome.words} Nothing else was changed.</ErrorNotice>;
  const { fileName, signed } = outcome;
  return (
    <ErrorNotice tone="plain">
      Saved as {fileName}.{' '}
      {signed ? 'Anybody checks it with the key of the workspace:' : 'It has one line a changed cell.'}
      {signed && <CopyCommand command={verifyCommand(fileName, workspace?.vkey ?? null)} of={fileName} />}
    </ErrorNotice>
  );
}

export function ExportHistory({ filter, small, denied, onOutcome }: ExportHistoryProps) {
  const engine = useEngine();
  const [making, setMaking] = useState<Format | null>(null);
  const save = async (format: Format): Promise<void> => {
    setMaking(format);
    onOutcome(null);
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
      const fileName = `history-${todayIso()}.${suffix}`;
      const saved = await engine.host.files.save(fileName, bytes, type);
      if (saved) onOutcome({ is: 'saved', fileName, signed: format === 'bundle' });
    } catch (error) {
      onOutcome({ is: 'failed', words: errorWords(error) });
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
