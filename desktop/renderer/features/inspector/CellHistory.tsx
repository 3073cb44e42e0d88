// Who changed the cell, when, from what to what. From the server; offline what was last read here, with what waits on top.
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery, useSession } from '../../app/engineContext.tsx';
import type { GridColumn } from '../../grid/sheetColumns.ts';
import type { SheetModel } from '../../grid/sheetModel.ts';
import { Avatar, whenText } from '../../kit/index.ts';
import type { Contest, DraftSession } from '../../sync/draftSession.ts';

const MOST_SHOWN = 20;

export interface CellHistoryProps {
  readonly draft: DraftSession;
  readonly model: SheetModel;
  readonly rowId: string;
  readonly column: GridColumn;
  readonly contest: Contest | null;
}

export function CellHistory({ draft, model, rowId, column, contest }: CellHistoryProps) {
  const engine = useEngine();
  const session = useSession();
  const value = draft.value(model.sheet, rowId, column.id);
  const waiting = draft.marks(model.sheet, rowId, column.id).waiting;
  // A stored change asks again; a waiting one is not on the server yet.
  const key = `cell:${draft.draftId}/${model.sheet}/${rowId}/${column.id}:${waiting ? 'waiting' : (value ?? '')}:${contest?.values.length ?? 0}`;
  const { data, error, loading } = useQuery(key, () =>
    askOrKept(
      () => engine.api.cellHistory(draft.draftId, model.sheet, rowId, column.id),
      () => engine.cached.cellHistory(draft.draftId, model.sheet, rowId, column.id),
    ),
  );
  const contested = new Set(contest?.values.map((write) => write.index) ?? []);
  const items = [...(data?.value ?? [])].reverse();
  const shown = items.slice(0, MOST_SHOWN);
  const words = (text: string | null) => (text === null ? 'Empty' : model.textOf(column, text));
  return (
    <div className="section">
      <h3>History</h3>
      {waiting && session !== null && (
        <div className="history-item">
          <Avatar userId={session.user.id} name={session.user.name} self small />
          <span>
            <span className="muted">Now </span>
            <span className="medium">{words(value)}</span>
          </span>
          <span className="grow" />
          <span className="muted micro">not stored</span>
        </div>
      )}
      {shown.map((item) => (
        <div key={item.index} className={`history-item${contested.has(item.index) ? ' in-contest' : ''}`}>
          <Avatar userId={item.userId} name={item.name} self={item.userId === session?.user.id} small />
          <span className="ellipsis">
            {item.kind === 'edit' && item.from === null && item.to === null ? (
              <span className="muted">Row added</span>
            ) : item.kind === 'create' || item.kind === 'import' ? (
              <span className="muted">
                {item.kind === 'import' ? 'Imported ' : 'Began with '}
                <span className="medium">{words(item.to)}</span>
              </span>
            ) : (
              <>
                <span className="muted">{item.kind === 'choose' ? 'Kept ' : `${words(item.from)} to `}</span>
                <span className="medium">{words(item.to)}</span>
              </>
            )}
          </span>
          <span className="grow" />
          <span className="muted micro nowrap">{whenText(item.at)}</span>
        </div>
      ))}
      {shown.length === 0 && !loading && error === null && (
        <p className="muted small">No change since this version was opened.</p>
      )}
      {items.length > MOST_SHOWN && <p className="muted micro">and {items.length - MOST_SHOWN} earlier</p>}
      {error !== null && shown.length === 0 && <p className="muted small">{error}</p>}
      {data?.at != null && <p className="muted micro">As read {whenText(data.at)}, before the server went away.</p>}
    </div>
  );
}
