// Old struck red, new green: never colour alone. Screen readers hear "was … now …".
import { amountText } from '../../kit/index.ts';
import type { CellSides } from './rowContext.ts';
import { wordRedline } from './wordRedline.ts';

/** Both sides of a cell. `figures` groups digits. */
export function Redline({ sides, figures = false }: { readonly sides: CellSides; readonly figures?: boolean }) {
  const text = (value: string): string => (figures ? amountText(value) : value);
  if (!sides.changed) return <span>{sides.to === null ? '' : text(sides.to)}</span>;
  return (
    <span>
      {sides.from !== null && (
        <del className="old-value">
          <span className="visually-hidden">was </span>
          {text(sides.from)}
        </del>
      )}
      {sides.from !== null && sides.to !== null && ' '}
      {sides.to !== null && (
        <ins className={sides.from === null ? 'plain-ins' : 'new-value'}>
          {sides.from !== null && <span className="visually-hidden">now </span>}
          {text(sides.to)}
        </ins>
      )}
    </span>
  );
}

/** Redline of long text by words. */
export function TextRedline({ from, to }: { readonly from: string; readonly to: string }) {
  let at = 0;
  return (
    <span className="text-redline">
      {wordRedline(from, to).map((part) => {
        const key = at;
        at += part.text.length + 1;
        if (part.is === 'same') return <span key={key}>{part.text}</span>;
        return part.is === 'old' ? (
          <del key={key} className="old-value">
            {part.text}
          </del>
        ) : (
          <ins key={key} className="new-value">
            {part.text}
          </ins>
        );
      })}
    </span>
  );
}
