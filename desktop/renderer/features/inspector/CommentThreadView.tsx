// One thread of comments: who said what when, Done or Open again, and a place to answer.
import type { Comment } from '@countersign/shared/document';
import type { ReactNode } from 'react';
import { useSession } from '../../app/engineContext.tsx';
import { Action, Avatar, whenText } from '../../kit/index.ts';
import type { CellThread } from '../../sync/draftSession.ts';

export interface CommentThreadViewProps {
  readonly thread: CellThread;
  /** Why nothing can be said now; null when it can. */
  readonly denied: string | null;
  readonly onSay: (comment: Comment) => Promise<boolean>;
  /** The field for an answer; left out where nothing can be said. */
  readonly children: (about: string | null) => ReactNode;
}

export function CommentThreadView({ thread, denied, onSay, children }: CommentThreadViewProps) {
  const session = useSession();
  const { about, done, id, messages } = thread;
  const end = (
    <Action
      small
      tone="minimal"
      text={done ? 'Open again' : 'Done'}
      denied={denied}
      onClick={() => void onSay({ about, done: !done, thread: id })}
    />
  );
  return (
    <div className={`option comment-thread${done ? ' is-done' : ''}`}>
      {messages.map(({ id: said, userId, userName, at, text, stored }, place) => {
        const self = userId === session?.user.id;
        return (
          <div key={said} className="comment">
            <div className="row gap-2">
              <Avatar userId={userId} name={userName} self={self} small />
              <span className="strong">{self ? 'You' : userName}</span>
              <span className="grow" />
              <span className="muted micro nowrap">{stored ? whenText(at) : 'not stored'}</span>
              {place === 0 && end}
            </div>
            <p className="comment-text">{text}</p>
          </div>
        );
      })}
      {!done && denied === null && children(about)}
    </div>
  );
}
