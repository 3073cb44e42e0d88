// Exports: executed versions that billing does not have yet, bundles made so far, and how anybody verifies one without us.
import { Download } from '@blueprintjs/icons';
import type { Export, Permission } from '@countersign/shared/protocol/api';
import { useState } from 'react';
import { askOrKept } from '../../app/appEngine.ts';
import { answersOf, useEngine, useQuery, useReachability } from '../../app/engineContext.tsx';
import { NotHere } from '../../app/NotHere.tsx';
import { documentPath, go } from '../../app/routes.ts';
import { ScreenFrame } from '../../app/ScreenFrame.tsx';
import { versionName } from '../../app/versionName.ts';
import {
  Action,
  countOf,
  countText,
  dateText,
  EmptyState,
  ErrorNotice,
  errorWords,
  whenText,
} from '../../kit/index.ts';
import { SlowNotice } from '../../kit/SlowNotice.tsx';
import { useSlowWords } from '../../kit/useSlowWords.ts';
import { CopyCommand } from './CopyCommand.tsx';
import { bundleFileName, type ReadyVersion, readyVersions, sizeWords, verifyCommand } from './exportWords.ts';
import '../screens.css';
import './exports.css';

/** Whether this person may export a version, as the server last said. */
function useMayExport(versionId: string): Permission | undefined {
  const engine = useEngine();
  return useQuery(`version:${versionId}`, () =>
    askOrKept(
      () => engine.api.version(versionId),
      () => engine.cached.version(versionId),
    ),
  ).data?.value.can.export;
}

/** Why this person exports none of these, once above them all; each button says it again. */
function WhyNot({ of }: { readonly of: ReadyVersion }) {
  const may = useMayExport(of.version.versionId);
  return may?.ok === false ? <span className="small muted regular why-not">{may.reason}</span> : null;
}

function ReadyRow({ ready, offline, onDone }: { ready: ReadyVersion; offline: boolean; onDone: () => Promise<void> }) {
  const engine = useEngine();
  const { version, contract } = ready;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const may = useMayExport(version.versionId);
  const denial = offline
    ? 'Exporting needs the server, which cannot be reached.'
    : may === undefined
      ? 'The server has not said yet whether you may export it.'
      : may.ok
        ? null
        : may.reason;
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await engine.command(version.versionId, 'export', {});
      await onDone();
    } catch (error) {
      setProblem(errorWords(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <tr>
      <td className="strong">
        <button type="button" className="link" onClick={() => go(documentPath(version.versionId))}>
          {contract.number}
        </button>
      </td>
      <td className="ellipsis export-title">{contract.title}</td>
      <td className="muted">{versionName(version)}</td>
      <td className="muted">{version.effectiveFrom === null ? '' : dateText(version.effectiveFrom)}</td>
      <td className="mono muted from-wide">{version.contentHash?.slice(0, 8) ?? ''}</td>
      <td className="num">
        {problem !== null && <span className="small bad export-reason">Not exported. {problem}</span>}
        <Action small text="Export" onClick={() => void run()} denied={busy ? 'The bundle is being made.' : denial} />
      </td>
    </tr>
  );
}

interface DoneRowProps {
  readonly each: Export;
  readonly number: string;
  readonly fileName: string;
  readonly vkey: string | null;
}

function DoneRow({ each, number, fileName, vkey }: DoneRowProps) {
  const engine = useEngine();
  const [problem, setProblem] = useState<string | null>(null);
  const download = async () => {
    setProblem(null);
    try {
      await engine.saveFile(fileName, await engine.api.bundle(each.exportId), 'application/json');
    } catch (error) {
      setProblem(errorWords(error));
    }
  };
  return (
    <>
      <tr className="export-row">
        <td>
          <span className="strong">{number}</span> <span className="muted">{each.title}</span>
        </td>
        <td className="muted">{each.by.name}</td>
        <td className="muted nowrap">{whenText(each.at)}</td>
        <td className="num">
          <button type="button" className="link" onClick={() => go(`/history?entry=${each.index}`)}>
            {countText(Number(each.index))}
          </button>
        </td>
        <td className="mono muted from-wide">{each.contentHash.slice(0, 8)}</td>
        <td className="num muted from-wide">{sizeWords(each.bytes)}</td>
        <td className="num">
          <Action small icon={<Download size={14} />} text="Download bundle" onClick={() => void download()} />
        </td>
      </tr>
      <tr className="command-row">
        <td colSpan={7}>
          <CopyCommand command={verifyCommand(fileName, vkey)} of={number} />
          {problem !== null && <p className="small bad">The bundle was not saved. {problem}</p>}
        </td>
      </tr>
    </>
  );
}

export function ExportsScreen() {
  const engine = useEngine();
  const offline = useReachability() === 'offline';
  const contracts = useQuery('contracts', () => askOrKept(engine.api.contracts, engine.cached.contracts));
  const exports = useQuery('exports', () => engine.api.exports());
  const workspace = useQuery('workspace', () => askOrKept(engine.api.workspace, engine.cached.workspace));
  const all = contracts.data?.value ?? [];
  const done = exports.data ?? [];
  const ready = exports.data === null ? [] : readyVersions(all, done);
  const isAway = offline && exports.data === null && exports.error !== null;
  const slow = useSlowWords(exports.loading && exports.data === null, 'Reading the exports');
  const reload = async () => {
    await answersOf(engine).refresh();
  };
  return (
    <ScreenFrame
      title="Exports"
      note="Executed versions for billing, each with its proof"
      status={
        <>
          {exports.data !== null && (
            <>
              <span>{countOf(ready.length, 'version')} ready</span>
              <span>{countOf(done.length, 'bundle')}</span>
            </>
          )}
          <span className="grow" />
          <span>A bundle is checked offline, without this server</span>
        </>
      }
    >
      {exports.error !== null && !isAway && (
        <ErrorNotice
          tone={offline ? 'plain' : 'bad'}
          actions={[{ text: 'Try again', onClick: () => void exports.reload() }]}
        >
          The exports could not be read. {exports.error}
        </ErrorNotice>
      )}
      <SlowNotice words={slow} />
      <div className="scroll">
        {isAway && <NotHere what="exports" onRetry={() => void exports.reload()} />}
        {exports.data !== null && ready.length + done.length === 0 && (
          <EmptyState title="Nothing to export yet">
            A version can be exported once it is executed. Submit a draft, have it approved, then execute it.
          </EmptyState>
        )}
        {ready.length > 0 && (
          <section aria-label="Ready to export">
            <h2 className="list-title">
              Ready to export <span className="muted regular">{ready.length}</span>
              {ready[0] !== undefined && <WhyNot of={ready[0]} />}
            </h2>
            <table className="hairline list-rows" aria-label="Ready to export">
              <thead>
                <tr>
                  <th scope="col">Number</th>
                  <th scope="col">Title</th>
                  <th scope="col">Version</th>
                  <th scope="col">From</th>
                  <th scope="col" className="from-wide">
                    Content
                  </th>
                  <th scope="col">
                    <span className="visually-hidden">Export</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {ready.map((each) => (
                  <ReadyRow key={each.version.versionId} ready={each} offline={offline} onDone={reload} />
                ))}
              </tbody>
            </table>
          </section>
        )}
        {done.length > 0 && (
          <section aria-label="Exported">
            <h2 className="list-title">
              Exported <span className="muted regular">{done.length}</span>
            </h2>
            <table className="hairline list-rows" aria-label="Exported">
              <thead>
                <tr>
                  <th scope="col">Document</th>
                  <th scope="col">By</th>
                  <th scope="col">When</th>
                  <th scope="col" className="num">
                    Entry
                  </th>
                  <th scope="col" className="from-wide">
                    Content
                  </th>
                  <th scope="col" className="num from-wide">
                    Size
                  </th>
                  <th scope="col">
                    <span className="visually-hidden">Download</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {done.map((each) => (
                  <DoneRow
                    key={each.exportId}
                    each={each}
                    number={all.find((contract) => contract.id === each.contractId)?.number ?? each.versionId}
                    fileName={bundleFileName(each, all)}
                    vkey={workspace.data?.value.vkey ?? null}
                  />
                ))}
              </tbody>
            </table>
          </section>
        )}
      </div>
    </ScreenFrame>
  );
}
