// Changes the server did not accept, kept on this computer until the person decides: try again, move to an amendment, save, discard.
import { WarningSign } from '@blueprintjs/icons';
import { type Comment, readComment } from '@countersign/shared/document';
import { SHEETS } from '@countersign/shared/model/sheets';
import { ROW_FIELD } from '@countersign/shared/protocol';
import { useDraftState, useEngine } from '../../app/engineContext.tsx';
import { documentPath, go } from '../../app/routes.ts';
import { useTroubles } from '../../app/troubles.tsx';
import { useAct } from '../../app/useAct.ts';
import { SheetModel } from '../../grid/sheetModel.ts';
import { Action, countOf, whenText } from '../../kit/index.ts';
import type { AttentionItem, DraftSession } from '../../sync/draftSession.ts';

export function AttentionList({ draft }: { readonly draft: DraftSession }) {
  const engine = useEngine();
  const troubles = useTroubles();
  const { busy, act } = useAct();
  useDraftState(draft);
  const items = draft.attention();
  if (items.length === 0) return null;

  const save = async () => {
    const bytes = new TextEncoder().encode(await engine.exportWaiting());
    await engine.saveFile(`needs-attention-${draft.draftId}.json`, bytes, 'application/json');
  };
  const amend = async () => {
    const amended = await engine.openAsAmendment(draft.draftId, items);
    if (amended.left.length > 0)
      troubles.report(`${countOf(amended.left.length, 'change')} stayed here: the row is not in the amendment.`);
    go(documentPath(amended.versionId));
  };
  const ids = items.map((item) => item.id);
  const frozen = items.some((item) => item.code === 'frozen');
  const wait = busy ? 'Working on it.' : null;
  const retryDenied = wait ?? draft.editDenial();
  return (
    <div className="section" data-testid="needs-attention">
      <h3 className="warn">
        <WarningSign size={12} />
        Needs attention
        <span className="muted">{items.length}</span>
      </h3>
      {items.map((item) => (
        <AttentionEntry
          key={item.id}
          item={item}
          draft={draft}
          busy={wait}
          retryDenied={retryDenied}
          onRetry={() => void act(() => draft.retryAttention([item.id]))}
          onDiscard={() => void act(() => draft.discardAttention([item.id]))}
        />
      ))}
      <div className="row gap-2">
        {frozen && <Action small text="Open as amendment" denied={wait} onClick={() => void act(amend)} />}
        {items.length > 1 && (
          <Action
            small
            text="Try all again"
            denied={retryDenied}
            onClick={() => void act(() => draft.retryAttention(ids))}
          />
        )}
        <Action small text="Save as a file" denied={wait} onClick={() => void act(save)} />
      </div>
    </div>
  );
}

interface AttentionEntryProps {
  readonly item: AttentionItem;
  readonly draft: DraftSession;
  readonly busy: string | null;
  readonly retryDenied: string | null;
  readonly onRetry: () => void;
  readonly onDiscard: () => void;
}

function AttentionEntry({ item, draft, busy, retryDenied, onRetry, onDiscard }: AttentionEntryProps) {
  const model = new SheetModel(draft, item.sheet);
  const comment = item.field === ROW_FIELD.comment ? readComment(item.to) : null;
  const column = model.column(comment?.about ?? item.field);
  const row = { id: item.rowId, ghost: false };
  const name = column === undefined ? SHEETS[item.sheet].label : model.cellName(row, column);
  const value =
    column === undefined || item.to === null
      ? (item.to ?? 'blank')
      : model.textOf(model.cellColumn(row, column), item.to);
  return (
    <div className="attention-item">
      <div>
        <span className="strong">{name}</span> was not accepted: {item.text}
      </div>
      <div className="muted">
        {comment === null ? `Your value ${value}` : commentWords(comment)} of {whenText(item.at)} is kept.
      </div>
      <div className="row gap-2">
        <Action small text="Try again" denied={retryDenied} onClick={onRetry} />
        <Action small tone="minimal" text="Discard" denied={busy} onClick={onDiscard} />
      </div>
    </div>
  );
}

function commentWords(comment: Comment): string {
  if ('text' in comment) return `Your comment “${comment.text}”`;
  return comment.done ? 'That you called a comment done' : 'That you opened a comment again';
}
