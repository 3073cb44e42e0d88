// The app could not start: says why and offers to try again. Nothing on disk was touched.
import { Action, EmptyState, errorWords } from '../kit/index.ts';

export function StartFailure({ error }: { readonly error: unknown }) {
  return (
    <main className="main" id="main">
      <EmptyState
        title="Countersign could not start"
        action={<Action text="Try again" tone="primary" onClick={() => window.location.reload()} />}
      >
        {errorWords(error)} Your data on this computer was not changed.
      </EmptyState>
    </main>
  );
}
