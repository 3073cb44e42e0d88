// Stands where a screen's content would, when it was never on this computer and the server cannot be asked.
import { Action, EmptyState } from '../kit/index.ts';
import { NOT_HERE } from './notHereWords.ts';
import { documentPath, go } from './routes.ts';

interface NotHereProps {
  readonly what: keyof typeof NOT_HERE;
  /** The document whose workbook is the way on; left out on screens without one. */
  readonly versionId?: string;
  readonly onRetry: () => void;
}

export function NotHere({ what, versionId, onRetry }: NotHereProps) {
  return (
    <EmptyState
      title={NOT_HERE[what].title}
      action={
        <div className="row gap-2">
          <Action text="Try again" onClick={onRetry} />
          {versionId !== undefined && (
            <Action tone="primary" text="Open the workbook" onClick={() => go(documentPath(versionId))} />
          )}
        </div>
      }
    >
      {NOT_HERE[what].text}
    </EmptyState>
  );
}
