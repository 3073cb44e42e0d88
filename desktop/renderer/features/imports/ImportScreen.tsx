// Importing a file into a draft: choose, map, see exactly what will happen, then all or nothing.
import { HTMLSelect, ProgressBar } from '@blueprintjs/core';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { ImportMapping } from '@countersign/shared/protocol/api';
import { useState } from 'react';
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery, useReachability, useSession } from '../../app/engineContext.tsx';
import { roleDenial } from '../../app/roleDenial.ts';
import { documentPath, go } from '../../app/routes.ts';
import { ScreenFrame } from '../../app/ScreenFrame.tsx';
import { versionName } from '../../app/versionName.ts';
import { Action, countOf, countText, EmptyState, ErrorNotice } from '../../kit/index.ts';
import { useSlowWords } from '../../kit/useSlowWords.ts';
import { FileChooser } from './FileChooser.tsx';
import { commitDenial, commitText, outcomeWords, progressWords } from './importWords.ts';
import { MappingTable } from './MappingTable.tsx';
import { forSheet, importableSheets, mappingProblem } from './mappingRows.ts';
import { ResultTables } from './ResultTables.tsx';
import { useImport } from './useImport.ts';
import '../screens.css';
import './imports.css';

interface DraftChoice {
  readonly versionId: string;
  readonly label: string;
  readonly kind: 'CONTRACT' | 'RATE_CARD';
}

/** Drafts that the person may see; only a draft can take rows. */
function useDrafts(): readonly DraftChoice[] | null {
  const engine = useEngine();
  const contracts = useQuery('contracts', () => askOrKept(engine.api.contracts, engine.cached.contracts)).data?.value;
  return (
    contracts?.flatMap((contract) =>
      contract.versions
        .filter((version) => version.state === 'DRAFT')
        .map((version) => ({
          versionId: version.versionId,
          label: `${contract.number}, ${versionName(version)}, ${contract.title}`,
          kind: contract.kind,
        })),
    ) ?? null
  );
}

export function ImportScreen({ versionId }: { readonly versionId?: string }) {
  const drafts = useDrafts();
  const roleDenied = roleDenial(useSession(), 'import');
  const reachable = useReachability();
  const work = useImport();
  const [draftId, setDraftId] = useState<string | null>(versionId ?? null);
  const [edited, setEdited] = useState<{ readonly of: string; readonly mapping: ImportMapping } | null>(null);
  const { started, state, busy } = work;
  const draft = drafts?.find((each) => each.versionId === draftId) ?? drafts?.[0] ?? null;
  const mapping = started === null ? null : edited?.of === started.importId ? edited.mapping : started.suggestedMapping;
  const setMapping = (next: ImportMapping) => {
    if (started !== null) setEdited({ of: started.importId, mapping: next });
  };
  const slow = useSlowWords(
    busy !== null,
    busy === 'reading' ? 'Reading the file' : busy === 'checking' ? 'Checking the rows' : 'Writing the rows',
  );
  const offline =
    reachable === 'offline' ? 'Importing needs the server, which cannot be reached. The file stays yours.' : null;
  const checkDenial =
    offline ??
    (draft === null ? 'There is no draft to import into. Open an amendment or a new contract first.' : null) ??
    (mapping === null ? 'No file is chosen yet.' : mappingProblem(mapping)) ??
    (busy === 'checking' ? 'The rows are being checked.' : null);
  const resting = state === null || busy !== null ? null : state;
  const committed = resting?.state === 'committed';
  const checked = resting?.state === 'checked' ? resting : null;
  const kind = draft?.kind ?? 'CONTRACT';

  return (
    <ScreenFrame
      title="Import a file"
      note={work.fileName ?? 'CSV or XLSX into a draft'}
      actions={
        committed ? undefined : checked !== null ? (
          <>
            <Action text="Change the columns" onClick={work.changeMapping} />
            <Action
              tone="primary"
              text={commitText(checked)}
              onClick={() => void work.commit()}
              denied={offline ?? commitDenial(checked)}
            />
          </>
        ) : started !== null && mapping !== null && draft !== null && busy !== 'committing' ? (
          <Action
            tone="primary"
            text={`Check ${countOf(started.rows, 'row')}`}
            onClick={() => void work.check(draft.versionId, mapping)}
            denied={checkDenial}
          />
        ) : undefined
      }
      status={
        started === null ? (
          <span>Rows are checked before anything is written</span>
        ) : (
          <>
            <span>{countOf(started.rows, 'row')}</span>
            <span>{countOf(started.columns.length, 'column')}</span>
            <span>{started.readAs}</span>
            <span className="grow" />
            <span>
              File <span className="mono">{started.fileHash.slice(0, 8)}</span>
            </span>
          </>
        )
      }
    >
      {work.problem !== null && (
        <ErrorNotice
          actions={started === null ? [] : [{ text: 'Choose another file', onClick: () => void work.cancel() }]}
        >
          {work.problem} Nothing was written to the draft.
        </ErrorNotice>
      )}
      {offline !== null && <ErrorNotice tone="warn">{offline}</ErrorNotice>}
      {started?.note !== undefined && !committed && <ErrorNotice tone="warn">{started.note}</ErrorNotice>}
      <div className="scroll import-body">
        {started === null && (
          <FileChooser
            denied={roleDenied}
            onFile={(file) => void work.open(file)}
            reading={busy === 'reading' ? slow : null}
          />
        )}
        {busy === 'checking' || busy === 'committing' ? (
          <section className="import-progress" aria-label="Progress">
            <p role="status">
              {slow ?? (busy === 'checking' ? 'Checking the rows' : 'Writing the rows')}
              {state !== null && state.total > 0 ? `. ${progressWords(state)}` : ''}
            </p>
            <ProgressBar
              animate={false}
              stripes={false}
              intent="primary"
              aria-label="Rows done"
              value={state === null || state.total === 0 ? 0 : state.done / state.total}
            />
            {busy === 'checking' && <Action text="Cancel" onClick={() => void work.cancel()} />}
            {busy === 'committing' && (
              <p className="small muted">The rows are written in one step: all of them or none.</p>
            )}
          </section>
        ) : committed && state !== null && draft !== null ? (
          <EmptyState
            title={`${commitText(state).replace('Import', 'Imported')}`}
            action={
              <Action tone="primary" text="Open the workbook" onClick={() => go(documentPath(draft.versionId))} />
            }
          >
            {state.index === undefined
              ? 'They are in the draft, signed by the server in your name.'
              : `They are in the draft as entry ${countText(Number(state.index))}, signed by the server in your name.`}
          </EmptyState>
        ) : checked?.result !== undefined ? (
          <>
            <p className="import-outcome" role="status">
              {checked.result.refused.length > 0 ? (
                <span className="bad">{commitDenial(checked)}</span>
              ) : (
                <strong>{outcomeWords(checked.result)}</strong>
              )}
            </p>
            <ResultTables key={checked.importId} result={checked.result} />
          </>
        ) : (
          started !== null &&
          mapping !== null && (
            <>
              <div className="import-choices">
                <div className="import-choice">
                  <span className="caption">Into the draft</span>
                  <HTMLSelect
                    className="boxed-select"
                    iconName="caret-down"
                    aria-label="Draft"
                    value={draft?.versionId ?? ''}
                    onChange={(event) => setDraftId(event.currentTarget.value)}
                    options={
                      drafts === null || drafts.length === 0
                        ? [{ value: '', label: 'No draft is open' }]
                        : drafts.map((each) => ({ value: each.versionId, label: each.label }))
                    }
                  />
                </div>
                <div className="import-choice">
                  <span className="caption">Sheet</span>
                  <HTMLSelect
                    className="boxed-select"
                    iconName="caret-down"
                    aria-label="Sheet"
                    value={mapping.sheet}
                    onChange={(event) => setMapping(forSheet(started, event.currentTarget.value as SheetId))}
                    options={importableSheets(kind)}
                  />
                </div>
                <span className="grow" />
                <Action text="Choose another file" onClick={() => void work.cancel()} />
              </div>
              {checkDenial !== null && <p className="notice plain-notice">{checkDenial}</p>}
              <MappingTable started={started} mapping={mapping} onMapping={setMapping} />
            </>
          )
        )}
      </div>
    </ScreenFrame>
  );
}
