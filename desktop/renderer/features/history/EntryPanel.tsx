// One entry, checked on this computer: what changed, who signed with which key, where it stands, and the proof from its leaf to the root.
import { BanCircle, Tick } from '@blueprintjs/icons';
import { type Keyring, toHex } from '@countersign/shared/history';
import type { LogEntry } from '@countersign/shared/protocol/api';
import { useEngine, useQuery } from '../../app/engineContext.tsx';
import { documentPath, go } from '../../app/routes.ts';
import { countOf, countText, exactTimeText, recordedText, withInstants } from '../../kit/index.ts';
import { useSlowWords } from '../../kit/useSlowWords.ts';
import type { VerifiedCheckpoint } from '../../sync/engine.ts';
import { cellText, rowWords, sheetName } from '../review/rowContext.ts';
import { ChangeList } from './ChangeList.tsx';
import { entryByLeaf, hashEnds, kindWord, shortHash, sidesOf } from './entryWords.ts';
import { type Check, overall, verifyEntry } from './verifyEntry.ts';

/** Hashes shown before "n more". */
const FIRST_HASHES = 3;

function CheckMark({ check }: { readonly check: Check }) {
  if (check.ok === true)
    return (
      <span className="good check-words">
        <Tick size={12} /> {check.words}
      </span>
    );
  if (check.ok === false)
    return (
      <span className="bad check-words">
        <BanCircle size={12} /> {check.words}
      </span>
    );
  return <span className="muted">{check.words}</span>;
}

export interface EntryPanelProps {
  readonly entry: LogEntry;
  readonly checkpoint: VerifiedCheckpoint | null;
  readonly keyring: Keyring | null;
  readonly onSelect: (index: string) => void;
}

export function EntryPanel({ entry, checkpoint, keyring, onSelect }: EntryPanelProps) {
  const engine = useEngine();
  const key = `entry:${entry.index}@${checkpoint?.rootHash ?? ''}:${keyring === null ? 'no' : 'with'} keys`;
  const asked = useQuery(key, async () => {
    const item = await engine.api.logEntry(entry.index);
    const under = checkpoint !== null && BigInt(entry.index) < BigInt(checkpoint.size) ? checkpoint : null;
    const proof = under === null ? null : await engine.api.inclusion(Number(entry.index), under.size);
    const checked = await verifyEntry(item, checkpoint, proof, keyring);
    const { prevDoc } = checked.leaf.env;
    const older = prevDoc === '' ? null : await engine.api.log({ doc: entry.doc, before: entry.index, limit: 1 });
    return { checked, before: entryByLeaf(older?.entries ?? [], prevDoc), at: new Date().toISOString() };
  });
  const slow = useSlowWords(asked.loading && asked.data === null, 'Recomputing the proof');
  const checked = asked.data?.checked ?? null;
  const verdict = checked === null ? null : overall(checked);
  const device = keyring?.devices().find((each) => each.deviceId === entry.deviceId) ?? null;
  const before = asked.data?.before ?? null;
  const cell = entry.changes.length === 1 ? entry.changes[0] : undefined;
  const same = checked === null || checked.leafHash === entry.leafHash;
  return (
    <>
      <section className="section">
        <div className="row">
          <h2 className="panel-title grow">Entry {countText(Number(entry.index))}</h2>
          {verdict === true && same && (
            <span className="good small medium check-words">
              <Tick size={14} /> Verified
            </span>
          )}
          {(verdict === false || !same) && (
            <span className="bad small medium check-words">
              <BanCircle size={14} /> Not as signed
            </span>
          )}
        </div>
        <p className="small muted">
          {entry.name}, {recordedText(entry.at)}
        </p>
        <p className="small muted">{entry.docName}</p>
      </section>
      {asked.error !== null && (
        <p className="section small bad">This entry could not be checked. {asked.error} Nothing was changed.</p>
      )}
      {slow !== null && checked === null && <p className="section small muted">{slow}</p>}
      <section className="section" aria-label="Change">
        <h3 className="section-title">
          {cell === undefined
            ? kindWord(entry.kind)
            : `${sheetName(cell.sheet)} ${rowWords(cell.sheet, cell.row)}, ${cell.label}`}
        </h3>
        {entry.changes.length === 0 && <p className="small">{withInstants(entry.text)}</p>}
        {cell !== undefined && sidesOf(cell) !== null && (
          <div className="value-sides">
            <div>
              <span className="caption">{entry.kind === 'choose' ? 'Kept' : 'Now'}</span>
              <ins className="new-value medium">{cellText(cell.sheet, cell.field, cell.to, cell.row)}</ins>
            </div>
            <div>
              <span className="caption">{entry.kind === 'choose' ? 'Set aside' : 'Before'}</span>
              <del className="old-value">{cellText(cell.sheet, cell.field, cell.from, cell.row)}</del>
            </div>
          </div>
        )}
        {entry.changes.length > 1 && (
          <ChangeList key={entry.index} changes={entry.changes} unlisted={entry.moreChanges ?? 0} />
        )}
        {entry.why !== undefined && (
          <p className="small entry-why">
            <span className="caption">Why</span>
            {entry.why}
          </p>
        )}
        {cell !== undefined && entry.doc !== 'workspace' && (
          <button
            type="button"
            className="link small"
            onClick={() =>
              go(documentPath(entry.doc, 'workbook', { sheet: cell.sheet, rowId: cell.rowId, field: cell.field }))
            }
          >
            Open the cell
          </button>
        )}
      </section>
      <section className="section" aria-label="Signed">
        <h3 className="section-title">Signed</h3>
        <dl className="kv">
          <dt>Device</dt>
          <dd className="mono ellipsis" title={entry.deviceId}>
            {entry.deviceId.slice(0, 14)}
          </dd>
          {device !== null && (
            <>
              <dt>Key</dt>
              <dd className="mono" title={toHex(device.publicKey)}>
                ed25519 {shortHash(toHex(device.publicKey))}
              </dd>
              <dt>Enrolled by</dt>
              <dd>
                <button type="button" className="link" onClick={() => onSelect(String(device.enrolledAt))}>
                  Entry {countText(device.enrolledAt)}
                </button>
              </dd>
            </>
          )}
          <dt>Signature</dt>
          <dd>{checked !== null && <CheckMark check={checked.signature} />}</dd>
        </dl>
      </section>
      <section className="section" aria-label="In the log">
        <h3 className="section-title">In the log</h3>
        <dl className="kv">
          <dt>Leaf</dt>
          <dd className="mono" title={checked?.leafHash ?? entry.leafHash}>
            {hashEnds(checked?.leafHash ?? entry.leafHash)}
          </dd>
          <dt>Before it, same document</dt>
          <dd>
            {checked === null ? (
              ''
            ) : before !== null ? (
              <button type="button" className="link" onClick={() => onSelect(before.index)}>
                Entry {countText(Number(before.index))}
              </button>
            ) : checked.leaf.env.prevDoc === '' ? (
              'None, it is the first'
            ) : (
              <span className="mono">{shortHash(checked.leaf.env.prevDoc)}</span>
            )}
          </dd>
          <dt>Content</dt>
          <dd>
            {checked === null
              ? ''
              : checked.payloadBytes === null
                ? 'Erased'
                : `${countText(checked.payloadBytes)} bytes`}
          </dd>
          <dt>Hash of the content</dt>
          <dd>{checked !== null && <CheckMark check={checked.payload} />}</dd>
        </dl>
        {!same && (
          <p className="small bad">
            The list names another leaf ({shortHash(entry.leafHash)}) than the entry has. Tell who runs the server.
          </p>
        )}
      </section>
      {checked !== null && (
        <section className="section" aria-label="Proof of inclusion">
          <h3 className="section-title">
            Proof of inclusion
            {checked.inclusion.ok !== null && (
              <span className="muted regular">{countOf(checked.proof.length, 'hash', 'hashes')}</span>
            )}
          </h3>
          {checked.inclusion.ok !== null && checkpoint !== null && (
            <ol className="proof">
              <li className="is-own">
                <i />
                <span className="muted">Leaf</span>
                <span className="mono">{hashEnds(checked.leafHash)}</span>
              </li>
              {checked.proof.slice(0, FIRST_HASHES).map((hash) => (
                <li key={hash}>
                  <i />
                  <span className="muted">With</span>
                  <span className="mono">{hashEnds(hash)}</span>
                </li>
              ))}
              {checked.proof.length > FIRST_HASHES && (
                <li className="is-more">
                  <i />
                  <span className="muted">{countText(checked.proof.length - FIRST_HASHES)} more</span>
                </li>
              )}
              <li className={checked.inclusion.ok ? 'is-own' : ''}>
                <i />
                <span className="muted">Root</span>
                <span className="mono">{hashEnds(checkpoint.rootHash)}</span>
              </li>
            </ol>
          )}
          <p className={`small ${checked.inclusion.ok === false ? 'bad' : 'muted'}`}>
            {checked.inclusion.ok === true && checkpoint !== null
              ? `Recomputed on this computer at ${exactTimeText(asked.data?.at ?? '')}. Matches the checkpoint at entry ${countText(checkpoint.size - 1)}.`
              : checked.inclusion.words}
          </p>
        </section>
      )}
    </>
  );
}
