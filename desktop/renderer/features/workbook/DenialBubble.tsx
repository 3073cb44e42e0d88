// Why a cell cannot be written, at the cell itself: shown when somebody tries, gone when the selection moves or on Escape.
import { Lock } from '@blueprintjs/icons';
import { useEffect, useLayoutEffect, useState } from 'react';
import { bubblePlace } from './bubblePlace.ts';

export interface DenialBubbleProps {
  readonly reason: string | null;
  /** Grows when the selection changes: the bubble is placed anew. */
  readonly turn: number;
  readonly onClose: () => void;
}

export function DenialBubble({ reason, turn, onClose }: DenialBubbleProps) {
  const [place, setPlace] = useState<ReturnType<typeof bubblePlace> | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the active cell moves when `turn` grows.
  useLayoutEffect(() => {
    const box = reason === null ? null : document.querySelector('.active-cell')?.getBoundingClientRect();
    setPlace(box == null ? null : bubblePlace(box, window));
  }, [reason, turn]);
  useEffect(() => {
    if (reason === null) return;
    const keys = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onClose();
    };
    window.addEventListener('keydown', keys);
    return () => window.removeEventListener('keydown', keys);
  }, [reason, onClose]);
  if (reason === null || place === null) return null;
  return (
    <div className="denial-bubble" role="tooltip" style={place}>
      <Lock size={12} />
      {reason}
    </div>
  );
}
