// The band above the log: how far the history was verified on this computer, and by what. Says only what was checked here.
import { Endorsed, WarningSign } from '@blueprintjs/icons';
import { countText, exactTimeText, whenText } from '../../kit/index.ts';
import type { VerifiedCheckpoint } from '../../sync/engine.ts';
import { hashEnds } from './entryWords.ts';

/** The key name of the note's first signature line (`— name base64`). */
export function signerOf(note: string): string {
  const line = note.split('\n').find((each) => each.startsWith('\u2014 '));
  return line?.split(' ')[1] ?? 'unknown';
}

/** The id of that key: the first four bytes of the signature field, as eight hex digits; empty when the note has none. */
export function keyIdOf(note: string): string {
  const line = note.split('\n').find((each) => each.startsWith('\u2014 '));
  const field = line?.split(' ')[2] ?? '';
  if (!/^[A-Za-z0-9+/]{8,}={0,2}$/.test(field)) return '';
  return [...atob(field.slice(0, 8))]
    .slice(0, 4)
    .map((char) => char.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('');
}

export interface VerifiedBandProps {
  readonly checkpoint: VerifiedCheckpoint | null;
  readonly problem: string | null;
}

export function VerifiedBand({ checkpoint, problem }: VerifiedBandProps) {
  if (problem !== null)
    return (
      <section className="verified-band is-bad" aria-label="Verification" role="alert">
        <span className="bad">
          <WarningSign size={20} />
        </span>
        <div>
          <div className="verified-title">The history could not be verified</div>
          <div className="small">{problem}</div>
        </div>
      </section>
    );
  if (checkpoint === null)
    return (
      <section className="verified-band" aria-label="Verification">
        <span className="muted">
          <Endorsed size={20} />
        </span>
        <div>
          <div className="verified-title">Not verified on this computer yet</div>
          <div className="small muted">Verify again fetches the newest checkpoint and checks it.</div>
        </div>
      </section>
    );
  return (
    <section className="verified-band" aria-label="Verification">
      <span className="verified-mark">
        <Endorsed size={20} />
      </span>
      <div className="verified-words">
        <div className="verified-title">
          {checkpoint.size === 0 ? 'Verified, and empty' : `Verified to entry ${countText(checkpoint.size - 1)}`}
        </div>
        <div className="small muted">
          {checkpoint.previousAt === null
            ? 'The first checkpoint this computer accepted. Later ones must follow it.'
            : 'Nothing this computer has accepted before was altered or removed.'}
        </div>
      </div>
      <span className="grow" />
      <dl className="verified-facts">
        <div>
          <dt>Checkpoint</dt>
          <dd title={checkpoint.at}>{exactTimeText(checkpoint.at)}</dd>
        </div>
        <div>
          <dt>Follows the one you accepted</dt>
          <dd>{checkpoint.previousAt === null ? 'None before' : whenText(checkpoint.previousAt)}</dd>
        </div>
        <div>
          <dt>Root</dt>
          <dd className="mono" title={checkpoint.rootHash}>
            {hashEnds(checkpoint.rootHash)}
          </dd>
        </div>
        <div>
          <dt>Signed by</dt>
          <dd title={signerOf(checkpoint.note)}>
            Workspace key <span className="mono muted">{keyIdOf(checkpoint.note)}</span>
          </dd>
        </div>
      </dl>
    </section>
  );
}
