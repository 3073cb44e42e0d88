// The value of a row: money with its currency at the left edge, or the words for what has no amount. Must not compute.
import type { Worth } from '@countersign/shared/protocol/api';
import { MoneyText } from '../../kit/index.ts';
import { worthHint, worthWords } from './worthWords.ts';

export function WorthCell({ worth }: { readonly worth: Worth | null }) {
  if (worth === null) return null;
  if (worth.kind !== 'ordered')
    return (
      <span className="worth-words muted" title={worthHint(worth)}>
        {worthWords(worth)}
      </span>
    );
  return (
    <span className="with-currency" title={worthHint(worth)}>
      <span className="muted">{worth.currency}</span>
      <span className="medium">
        <MoneyText amount={worth.amount} />
      </span>
    </span>
  );
}
