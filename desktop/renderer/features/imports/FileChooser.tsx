// Where a file is dropped or chosen. The input stays a real file input: exact on the keyboard and for assistive technology.
import { Upload } from '@blueprintjs/icons';
import { useRef, useState } from 'react';
import { Action } from '../../kit/index.ts';
import { ACCEPTED } from './importWords.ts';

export interface FileChooserProps {
  readonly onFile: (file: File) => void;
  readonly reading: string | null;
  /** Why this person cannot import at all; then no file is taken, so that nobody maps columns in vain. */
  readonly denied: string | null;
}

export function FileChooser({ onFile, reading, denied }: FileChooserProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <section
      className={`file-drop${over ? ' is-over' : ''}`}
      aria-label="File"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file !== undefined && denied === null) onFile(file);
      }}
    >
      <Upload size={20} className="muted" />
      <h2>Drop a CSV or XLSX file here</h2>
      <p className="muted">
        {denied ??
          reading ??
          'The first row names the columns. Nothing is written until you have seen what will change.'}
      </p>
      <Action tone="primary" text="Choose a file" denied={denied} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        accept={ACCEPTED}
        aria-label="File to import"
        tabIndex={-1}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          // The same file may be chosen again after it was mended.
          event.currentTarget.value = '';
          if (file !== undefined && denied === null) onFile(file);
        }}
      />
    </section>
  );
}
