// What is reached next if it goes on as in the last days: a short table, the soonest first. The kernel reckons; this shows.
import { useState } from 'react';
import { NoteFold } from './NoteFold.tsx';
import { type ForecastRow, NOTES_SHOWN } from './noteGroups.ts';

export interface ForecastTableProps {
  readonly rows: readonly ForecastRow[];
  /** Opens the trace of a line of the statement. */
  readonly onLine: (key: string) => void;
}

export function ForecastTable({ rows, onLine }: ForecastTableProps) {
  const [open, setOpen] = useState(false);
  if (rows.length === 0) return null;
  const folded = rows.length - NOTES_SHOWN;
  const shown = open || folded <= 1 ? rows : rows.slice(0, NOTES_SHOWN);
  return (
    <section data-testid="forecasts" aria-label="Reached next">
      <h3 className="note-title">
        Reached next, at the present rate <span className="muted regular">{rows.length}</span>
      </h3>
      <table className="forecasts">
        <thead>
          <tr>
            <th scope="col">Of</th>
            <th scope="col" className="from-wide">
              What
            </th>
            <th scope="col" className="num">
              At
            </th>
            <th scope="col" className="num from-wide">
              Stands at
            </th>
            <th scope="col">On</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ key, line, name, what, bound, counted, when, text }) => (
            <tr key={key} title={text} data-testid="forecast">
              <td className="ellipsis">
                {line === null ? (
                  name
                ) : (
                  <button type="button" className="link" onClick={() => onLine(line)}>
                    {name}
                  </button>
                )}
              </td>
              <td className="muted nowrap from-wide">{what}</td>
              <td className="num">{bound}</td>
              <td className="num muted from-wide">{counted}</td>
              <td className="nowrap">{when}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {folded > 1 && <NoteFold open={open} count={folded} onToggle={() => setOpen(!open)} />}
    </section>
  );
}
