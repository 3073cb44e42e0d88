// What the statement says in words, in groups: cliffs, other warnings, what is reached next at the run rate, facts it refused, what it
// leaves out. Owns the groups and their folds; the words are the kernel's.
import { InfoSign, WarningSign } from '@blueprintjs/icons';
import type { PreviewResult, Warning } from '@countersign/shared/billing';
import type { Clause } from '@countersign/shared/model';
import { type ReactNode, useState } from 'react';
import { countOf } from '../../kit/index.ts';
import { ForecastTable } from './ForecastTable.tsx';
import { NoteFold } from './NoteFold.tsx';
import { forecastRows, NOTES_SHOWN, spoken, warningsOf } from './noteGroups.ts';
import type { Selection } from './traceSteps.ts';

/** The words of what is left out without their own key in front, ended by one full stop. */
function leftOutWords(text: string, key: string): string {
  const words = text.startsWith(`${key}: `) ? text.slice(key.length + 2) : text;
  return /[.!?\u2026]$/.test(words) ? words : `${words}.`;
}

export interface StatementNotesProps {
  readonly result: PreviewResult;
  readonly clauses: readonly Clause[];
  readonly onSelect: (selection: Selection) => void;
}

export function StatementNotes({ result, clauses, onSelect }: StatementNotesProps) {
  const { cliffs, others } = warningsOf(result);
  const forecasts = forecastRows(result);
  const { rejectedFacts, notBilled } = result;
  if (cliffs.length + others.length + notBilled.length + rejectedFacts.length + forecasts.length === 0)
    return <p className="small muted statement-notes">Nothing is left out and nothing needs a look.</p>;
  const openLine = (lineId: string): void => {
    const line = result.lines.findLast((each) => each.lineId === lineId);
    if (line !== undefined) onSelect({ of: 'line', key: line.key });
  };
  return (
    <section className="statement-notes" aria-label="Notes on the statement">
      <NoteGroup title="Cliffs" testId="cliffs">
        {cliffs.map((warning) => (
          <WarningNote key={warning.text} warning={warning} onLine={openLine} />
        ))}
      </NoteGroup>
      <NoteGroup title="Needs a look" testId="warnings">
        {others.map((warning) => (
          <WarningNote key={warning.text} warning={warning} onLine={openLine} />
        ))}
      </NoteGroup>
      <ForecastTable rows={forecasts} onLine={(key) => onSelect({ of: 'line', key })} />
      <NoteGroup title="Facts not counted" testId="not-counted">
        {rejectedFacts.map((rejected) => (
          <li key={rejected.reason} className="note">
            <span className="warn">
              <WarningSign size={12} title="Warning" />
            </span>
            <span>
              {countOf(rejected.count, 'fact')} not counted. {spoken(rejected.reason)}{' '}
              <span className="muted mono">{rejected.samples.join(', ')}</span>
            </span>
          </li>
        ))}
      </NoteGroup>
      <NoteGroup title="Left out" testId="left-out">
        {notBilled.map((left) => {
          const clause = clauses.find((each) => each.id === left.clauseId);
          const place = left.clauseId === null ? left.key : `Clause ${clause?.key ?? left.clauseId}`;
          const words = leftOutWords(left.text, clause?.key ?? left.key);
          return (
            <li key={`${left.key}${left.clauseId ?? ''}`} className="note muted">
              <InfoSign size={12} title="Left out" />
              <span>
                {place}. {words} {left.why}
              </span>
            </li>
          );
        })}
      </NoteGroup>
    </section>
  );
}

/** A group with its count; all but the first few are folded. Nothing is drawn for an empty one. */
function NoteGroup({ title, testId, children }: { title: string; testId: string; children: readonly ReactNode[] }) {
  const [open, setOpen] = useState(false);
  if (children.length === 0) return null;
  const folded = children.length - NOTES_SHOWN;
  return (
    <section data-testid={testId} aria-label={title}>
      <h3 className="note-title">
        {title} <span className="muted regular">{children.length}</span>
      </h3>
      <ul>{open || folded <= 1 ? children : children.slice(0, NOTES_SHOWN)}</ul>
      {folded > 1 && <NoteFold open={open} count={folded} onToggle={() => setOpen(!open)} />}
    </section>
  );
}

/** A warning; the line it names opens its trace. */
function WarningNote({ warning, onLine }: { readonly warning: Warning; readonly onLine: (lineId: string) => void }) {
  const { lineId } = warning;
  const [lead = '', ...rest] = spoken(warning.text).split(': ');
  return (
    <li className="note">
      <span className="warn">
        <WarningSign size={12} title="Warning" />
      </span>
      <span>
        {lineId === undefined || rest.length === 0 ? (
          spoken(warning.text)
        ) : (
          <>
            <button type="button" className="link" onClick={() => onLine(lineId)}>
              {lead}
            </button>
            : {rest.join(': ')}
          </>
        )}
      </span>
    </li>
  );
}
