// What stands behind a changed row: its cells from and to, values that were contested and how they were settled, who wrote what when.
import type { CellHistoryItem, ReviewRow } from '@countersign/shared/protocol/api';
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery } from '../../app/engineContext.tsx';
import { Avatar, countOf, countText, whenText } from '../../kit/index.ts';
import { useSlowWords } from '../../kit/useSlowWords.ts';
import { cellText } from './rowContext.ts';

/** Histories of more fields than this are not asked for at once: an import touches every cell of a row. */
const MOST_FIELDS = 24;
const MOST_WRITES = 6;

interface FieldHistory {
  readonly field: string;
  readonly label: string;
  readonly items: readonly CellHistoryItem[];
}

/** Fields where two people wrote without seeing each other, with the choice that settled them. */
export function contestedFields(histories: readonly FieldHistory[]): FieldHistory[] {
  return histories.flatMap((history) => {
    const first = history.items.findIndex((item) => item.contested === true);
    if (first === -1) return [];
    // The write it met stands before it and is not marked itself.
    return [{ ...history, items: history.items.slice(Math.max(0, first - 1)) }];
  });
}

export interface WriteGroup {
  readonly item: CellHistoryItem;
  readonly labels: readonly string[];
}

/** The last write of each cell, one group an entry, newest first. */
function lastWrites(histories: readonly FieldHistory[]): WriteGroup[] {
  const groups = new Map<string, { item: CellHistoryItem; labels: string[] }>();
  for (const { label, items } of histories) {
    const item = items.at(-1);
    if (item === undefined) continue;
    const group = groups.get(item.index) ?? { item, labels: [] };
    group.labels.push(label);
    groups.set(item.index, group);
  }
  return [...groups.values()].sort((a, b) => (BigInt(a.item.index) < BigInt(b.item.index) ? 1 : -1));
}

export interface RowHistoryProps {
  readonly versionId: string;
  readonly row: ReviewRow;
  readonly onEntry: (index: string) => void;
}

export function RowHistory({ versionId, row, onEntry }: RowHistoryProps) {
  const engine = useEngine();
  const fields = row.fields.slice(0, MOST_FIELDS);
  const asked = useQuery(`rowHistory:${versionId}/${row.sheet}/${row.rowId}`, () =>
    Promise.all(
      fields.map(async ({ field, label }): Promise<FieldHistory> => {
        const answer = await askOrKept(
          () => engine.api.cellHistory(versionId, row.sheet, row.rowId, field),
          () => engine.cached.cellHistory(versionId, row.sheet, row.rowId, field),
        );
        return { field, label, items: answer.value };
      }),
    ),
  );
  const slow = useSlowWords(asked.loading && asked.data === null, 'Reading who wrote these cells');
  const contested = contestedFields(asked.data ?? []);
  const written = lastWrites(asked.data ?? []);
  return (
    <div className="row-detail">
      <section>
        <h3 className="section-title">Cells</h3>
        {row.fields.length === 0 && <p className="small muted">Only its place among the rows changed.</p>}
        <dl className={row.fields.length > 8 ? 'cell-list is-long' : 'cell-list'}>
          {row.fields.map((field) => (
            <div key={field.field}>
              <dt className="muted">{field.label}</dt>
              <dd>
                {field.from === null ? (
                  row.change !== 'added' && <span className="muted">Empty</span>
                ) : (
                  <del className="old-value">{cellText(row.sheet, field.field, field.from, row.row)}</del>
                )}{' '}
                {field.to === null ? (
                  <span className="muted">Empty</span>
                ) : (
                  <ins className="new-value">{cellText(row.sheet, field.field, field.to, row.row)}</ins>
                )}
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        {contested.length === 0 ? (
          <>
            <h3 className="section-title">Contested</h3>
            <p className="small muted">
              {asked.error ?? slow ?? (asked.data === null ? '' : 'No cell of this row was written twice unseen.')}
            </p>
          </>
        ) : (
          contested.map((history) => {
            const settled = history.items.at(-1);
            return (
              <div key={history.field}>
                <h3 className="section-title">
                  {history.label} was contested{settled?.kind === 'choose' ? ', now resolved' : ''}
                </h3>
                {history.items.map((item) => (
                  <div key={item.index} className="history-line">
                    <Avatar userId={item.userId} name={item.name} small />
                    {item.kind === 'choose' && <span>Kept</span>}
                    {settled?.kind !== 'choose' || item.to === settled.to ? (
                      <span className="medium">{cellText(row.sheet, history.field, item.to, row.row)}</span>
                    ) : (
                      <del className="old-value">{cellText(row.sheet, history.field, item.to, row.row)}</del>
                    )}
                    <span className="muted">{whenText(item.at)}</span>
                    <button type="button" className="link" onClick={() => onEntry(item.index)}>
                      entry {countText(Number(item.index))}
                    </button>
                  </div>
                ))}
              </div>
            );
          })
        )}
      </section>
      <section>
        <h3 className="section-title">Written by</h3>
        {written.slice(0, MOST_WRITES).map(({ item, labels }) => (
          <div key={item.index} className="history-line">
            <Avatar userId={item.userId} name={item.name} small />
            <span className="ellipsis" title={labels.join(', ')}>
              {labels.length === 1 ? labels[0] : countOf(labels.length, 'cell')}
            </span>
            <span className="muted nowrap">{whenText(item.at)}</span>
            <button type="button" className="link nowrap" onClick={() => onEntry(item.index)}>
              entry {countText(Number(item.index))}
            </button>
          </div>
        ))}
        {written.length > MOST_WRITES && (
          <p className="small muted">and {written.length - MOST_WRITES} earlier entries</p>
        )}
      </section>
    </div>
  );
}
