// A command line to copy: the exact text, selectable, with a button that copies it.
import { Clipboard, Tick } from '@blueprintjs/icons';
import { useEffect, useState } from 'react';
import { Action, errorWords } from '../../kit/index.ts';

const SAID_MS = 2000;

export function CopyCommand({ command, of }: { readonly command: string; readonly of: string }) {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
      setSaid('Copied');
    } catch (error) {
      setSaid(`Not copied, select the text instead. ${errorWords(error)}`);
    }
  };
  return (
    <div className="copy-command">
      <code className="mono" title={command}>
        {command}
      </code>
      <Action
        small
        tone="minimal"
        icon={said === 'Copied' ? <Tick size={14} /> : <Clipboard size={14} />}
        iconOnly
        text={`Copy the verify command of ${of}`}
        onClick={() => void copy()}
      />
      <span className="small muted" role="status">
        {said ?? ''}
      </span>
    </div>
  );
}
