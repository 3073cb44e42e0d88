// What a place without content says: what it means and what to do next (LOOK.md "Words").
import type { ReactNode } from 'react';

/** Title, one sentence and the way on. */
export function EmptyState({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="empty-state">
      <h2>{title}</h2>
      {children !== undefined && <div className="muted">{children}</div>}
      {action}
    </div>
  );
}
