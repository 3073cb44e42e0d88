// Which rows of a review were on screen. Owns that memory for as long as the screen is open; it binds nobody and is not sent.
import { useCallback, useEffect, useRef, useState } from 'react';

/** Seen keys, and a ref callback for rows that carry `data-row-key`. */
export function useSeenRows(): {
  readonly seen: ReadonlySet<string>;
  readonly watch: (row: HTMLElement | null) => void;
} {
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const observer = useRef<IntersectionObserver | null>(null);
  const waiting = useRef(new Set<HTMLElement>());
  useEffect(() => {
    const watching = new IntersectionObserver((entries) => {
      const keys = entries.flatMap((entry) => {
        if (!entry.isIntersecting || !(entry.target instanceof HTMLElement)) return [];
        watching.unobserve(entry.target);
        return entry.target.dataset.rowKey ?? [];
      });
      if (keys.length > 0) setSeen((before) => new Set([...before, ...keys]));
    });
    observer.current = watching;
    for (const row of waiting.current) watching.observe(row);
    waiting.current.clear();
    return () => {
      watching.disconnect();
      observer.current = null;
    };
  }, []);
  const watch = useCallback((row: HTMLElement | null) => {
    if (row === null) return;
    if (observer.current === null) waiting.current.add(row);
    else observer.current.observe(row);
  }, []);
  return { seen, watch };
}
