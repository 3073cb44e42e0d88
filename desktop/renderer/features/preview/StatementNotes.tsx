// What the statement says in words: warnings, what is reached next at the run rate, what it leaves out and what facts it refused.
// The words are the kernel's.

import { InfoSign, TrendingUp, WarningSign } from '@blueprintjs/icons';
import type { PreviewResult } from '@countersign/shared/billing';
import type { Clause } from '@countersign/shared/model';
import { countOf } from '../../kit/index.ts';

/** The words of what is left out without their own key in front, ended by one full stop. */
export function leftOutWords(text: string, key: string): string {
  const words = text.startsWith(`${key}: `) ? text.slice(key.length + 2) : text;
  return /[.!?\u2026]$/.test(words) ? words : `${words}.`;
}

export function StatementNotes({
  result,
  clauses,
}: {
  readonly result: PreviewResult;
  readonly clauses: readonly Clause[];
}) {
  // A line's warning is often repeated for the whole; each sentence is said once.
  const warnings = [...result.warnings, ...result.lines.flatMap((line) => line.warnings)];
  const said = [...new Map(warnings.map((warning) => [warning.text, warning])).values()];
  const forecasts = result.forecasts ?? [];
  if (said.length + result.notBilled.length + result.rejectedFacts.length + forecasts.length === 0)
    return <p className="small muted statement-notes">Nothing is left out and nothing needs a look.</p>;
  return (
    <ul className="statement-notes" aria-label="Notes on the statement">
      {said.map((warning) => (
        <li key={warning.text} className="note">
          <span className="warn">
            <WarningSign size={12} title="Warning" />
          </span>
          <span>{warning.text}</span>
        </li>
      ))}
      {forecasts.map((forecast) => (
        <li key={forecast.text} className="note" data-testid="forecast">
          <TrendingUp size={12} title="Forecast" />
          <span>{forecast.text}</span>
        </li>
      ))}
      {result.rejectedFacts.map((rejected) => (
        <li key={rejected.reason} className="note">
          <span className="warn">
            <WarningSign size={12} title="Warning" />
          </span>
          <span>
            {countOf(rejected.count, 'fact')} not counted. {rejected.reason}{' '}
            <span className="muted mono">{rejected.samples.join(', ')}</span>
          </span>
        </li>
      ))}
      {result.notBilled.map((left) => {
        const clause = clauses.find((each) => each.id === left.clauseId);
        const place = left.clauseId === null ? left.key : `clause ${clause?.key ?? left.clauseId}`;
        const words = leftOutWords(left.text, clause?.key ?? left.key);
        return (
          <li key={`${left.key}${left.clauseId ?? ''}`} className="note muted">
            <InfoSign size={12} title="Left out" />
            <span>
              Left out: {place}. {words} {left.why}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
