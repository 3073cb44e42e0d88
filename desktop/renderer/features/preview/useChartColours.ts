// The colours of pictures, read from the page's tokens so that light and dark need no second list (LOOK.md "Charts").
import { useEffect, useState } from 'react';

export interface ChartColours {
  readonly text: string;
  readonly line: string;
  readonly bar: string;
  readonly accent: string;
  readonly warn: string;
  readonly ink: string;
  readonly surface: string;
}

function readColours(): ChartColours {
  const style = getComputedStyle(document.body);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: token('--text-2'),
    line: token('--line-soft'),
    bar: token('--line-strong'),
    accent: token('--accent-line'),
    warn: token('--warn-mark'),
    ink: token('--text'),
    surface: token('--surface'),
  };
}

/** The tokens a chart needs; changes when the page's theme class changes. */
export function useChartColours(): ChartColours {
  const [colours, setColours] = useState(readColours);
  useEffect(() => {
    const watcher = new MutationObserver(() => setColours(readColours()));
    watcher.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-theme'] });
    return () => watcher.disconnect();
  }, []);
  return colours;
}
