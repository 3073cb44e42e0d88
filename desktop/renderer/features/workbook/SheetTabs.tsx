// Sheets as tabs along the bottom, with how many rows they hold and what waits in them.
import { SHEETS, type SheetId } from '@countersign/shared/model/sheets';
import { useEffect, useRef, type WheelEvent } from 'react';
import { useDraftView } from '../../app/engineContext.tsx';
import { countText } from '../../kit/index.ts';
import type { DraftSession } from '../../sync/draftSession.ts';

export interface SheetTabsProps {
  readonly draft: DraftSession;
  readonly sheet: SheetId;
  /** How many rows of each sheet differ from the base. */
  readonly changes: ReadonlyMap<SheetId, number>;
  /** Another sheet is asked for; `by` the pointer, the keyboard goes to its cells, else it stays on the tabs. */
  readonly onSheet: (sheet: SheetId, by: 'pointer' | 'keys') => void;
}

/** A wheel that only turns up and down walks along the tabs too. */
function rollAlong(event: WheelEvent<HTMLElement>): void {
  if (event.deltaX === 0) event.currentTarget.scrollLeft += event.deltaY;
}

export function SheetTabs({ draft, sheet, changes, onSheet }: SheetTabsProps) {
  useDraftView(draft);
  const row = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another sheet is another tab to bring into sight.
  useEffect(() => {
    row.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [sheet]);
  const contested = new Set(draft.contests().map((contest) => contest.sheet));
  const invalid = new Set(draft.invalidCells().map((cell) => cell.sheet));
  const sheets = draft.sheets();
  return (
    <div ref={row} className="sheet-tabs" role="tablist" aria-label="Sheets" onWheel={rollAlong}>
      {sheets.map((id, at) => {
        const rows = draft.rowIds(id).length;
        const changed = changes.get(id) ?? 0;
        const state = contested.has(id) ? 'contested' : invalid.has(id) ? 'invalid' : changed > 0 ? 'changed' : null;
        return (
          <button
            key={id}
            type="button"
            role="tab"
            className={`sheet-tab${rows === 0 ? ' is-empty' : ''}`}
            aria-selected={id === sheet}
            tabIndex={id === sheet ? 0 : -1}
            onClick={(event) => onSheet(id, event.detail === 0 ? 'keys' : 'pointer')}
            onKeyDown={(event) => {
              const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
              const next = sheets[(at + by + sheets.length) % sheets.length];
              if (by === 0 || next === undefined) return;
              onSheet(next, 'keys');
              event.currentTarget.parentElement
                ?.querySelectorAll<HTMLElement>('[role="tab"]')
                [sheets.indexOf(next)]?.focus();
            }}
          >
            {SHEETS[id].label}
            {rows > 0 && (
              <span className="sheet-count">
                {countText(rows)}
                <span className="visually-hidden"> {rows === 1 ? 'row' : 'rows'}</span>
              </span>
            )}
            {state !== null && (
              <>
                <span className={`sheet-dot ${state}`} />
                <span className="visually-hidden">, {state}</span>
              </>
            )}
          </button>
        );
      })}
    </div>
  );
}
