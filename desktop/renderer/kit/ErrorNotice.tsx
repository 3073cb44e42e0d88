// A failure in words: what happened, what was kept, and the way on. Never the words "sync error", never a blank screen.
import { Error as ErrorIcon, InfoSign, WarningSign } from '@blueprintjs/icons';
import type { ReactNode } from 'react';
import { Action } from './Action.tsx';

export interface NoticeAction {
  readonly text: string;
  readonly onClick: () => void;
  /** Why it cannot be used now. */
  readonly denied?: string | null;
}

/** A strip above the content. `bad` for something that failed, `warn` for something to know, `plain` for the way things are. */
export function ErrorNotice({
  tone = 'bad',
  children,
  actions = [],
}: {
  readonly tone?: 'bad' | 'warn' | 'plain';
  readonly children: ReactNode;
  readonly actions?: readonly NoticeAction[];
}) {
  const Icon = tone === 'bad' ? ErrorIcon : tone === 'warn' ? WarningSign : InfoSign;
  return (
    <div className={`notice ${tone}-notice`} role={tone === 'plain' ? 'status' : 'alert'}>
      <span className={tone === 'plain' ? 'muted' : tone}>
        <Icon size={14} />
      </span>
      <div className="grow">{children}</div>
      {actions.map((action) => (
        <Action key={action.text} small text={action.text} denied={action.denied ?? null} onClick={action.onClick} />
      ))}
    </div>
  );
}

/** The words of an unknown error; typed errors of ours already carry a sentence for people. */
export function errorWords(error: unknown): string {
  // A refusal of the server says what happened and the way on in parts of their own.
  if (error instanceof Error && 'detail' in error && typeof error.detail === 'string' && error.detail !== '') {
    const action = 'action' in error && typeof error.action === 'string' ? error.action : '';
    return action === '' ? error.detail : `${error.detail} ${action}`;
  }
  if (error instanceof Error && error.message !== '') return error.message;
  return 'Something failed that has no words yet. Nothing you typed was lost.';
}
