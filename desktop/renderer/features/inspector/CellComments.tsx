// What people say about the selected cell and its row, with a field to say more. Words typed and not sent wait at their cell.
import { Comment as CommentIcon } from '@blueprintjs/icons';
import { type Comment, LONGEST_COMMENT, typedComment } from '@countersign/shared/document';
import { useState } from 'react';
import { useTroubles } from '../../app/troubles.tsx';
import type { GridColumn } from '../../grid/sheetColumns.ts';
import type { GridRow, SheetModel } from '../../grid/sheetModel.ts';
import { Action, countOf, errorWords } from '../../kit/index.ts';
import type { DraftSession } from '../../sync/draftSession.ts';
import { CommentThreadView } from './CommentThreadView.tsx';
import { useUnsent } from './useUnsent.ts';

export interface CellCommentsProps {
  readonly draft: DraftSession;
  readonly model: SheetModel;
  readonly row: GridRow;
  readonly column: GridColumn;
}

export function CellComments({ draft, model, row, column }: CellCommentsProps) {
  const troubles = useTroubles();
  const [showsDone, setShowsDone] = useState(false);
  const here = draft.threads(model.sheet, row.id).filter(({ about }) => about === column.id || about === null);
  const done = here.filter((thread) => thread.done);
  const shown = showsDone ? here : here.filter((thread) => !thread.done);
  const denied = draft.editDenial();
  const place = `${draft.draftId}/${model.sheet}/${row.id}/${column.id}`;
  const say = async (comment: Comment): Promise<boolean> => {
    try {
      const outcome = await draft.comment(model.sheet, row.id, comment);
      if (outcome.denied !== null) troubles.report(outcome.denied);
      return outcome.denied === null;
    } catch (error) {
      troubles.report(errorWords(error));
      return false;
    }
  };
  if (here.length === 0 && denied !== null) return null;
  return (
    <section className="section" aria-label="Comments">
      <h3>
        <CommentIcon size={12} />
        Comments
        {here.length > done.length && <span className="muted">{here.length - done.length}</span>}
      </h3>
      {shown.map((thread) => (
        <CommentThreadView key={thread.id} thread={thread} denied={denied} onSay={say}>
          {(about) => (
            <SayField
              key={thread.id}
              place={`${place}/${thread.id}`}
              label="Answer"
              onSay={(text) => say({ about, text, thread: thread.id })}
            />
          )}
        </CommentThreadView>
      ))}
      {done.length > 0 && (
        <Action
          small
          tone="minimal"
          on={showsDone}
          text={showsDone ? 'Hide what is done' : `Show ${countOf(done.length, 'comment')} done`}
          onClick={() => setShowsDone(!showsDone)}
        />
      )}
      {denied === null && (
        <SayField
          key={place}
          place={place}
          label={`Comment on ${model.cellName(row, column)}`}
          onSay={(text) => say({ about: column.id, text })}
        />
      )}
    </section>
  );
}

interface SayFieldProps {
  readonly place: string;
  readonly label: string;
  /** Resolves true when it is kept on this computer. */
  readonly onSay: (text: string) => Promise<boolean>;
}

function SayField({ place, label, onSay }: SayFieldProps) {
  const unsent = useUnsent(`say/${place}`);
  const typed = unsent.held?.text ?? '';
  const keep = (text: string): void => (text === '' ? unsent.forget() : unsent.keep(text));
  const text = typedComment(typed);
  const send = async (): Promise<void> => {
    if (text === null) return;
    if (await onSay(text)) unsent.forget();
  };
  return (
    <div className="say">
      <textarea
        className="bp6-input"
        rows={typed === '' ? 1 : 3}
        aria-label={label}
        placeholder={label}
        maxLength={LONGEST_COMMENT}
        value={typed}
        onChange={(event) => keep(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void send();
        }}
      />
      {text !== null && (
        <Action small text="Comment" label={`Send: ${label}`} keys="Ctrl+Enter" onClick={() => void send()} />
      )}
    </div>
  );
}
