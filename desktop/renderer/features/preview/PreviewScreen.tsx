// The billing preview of a version: a statement, computed on this computer, every amount traced to clause words and fact rows.
import { BanCircle, Download, Tick } from '@blueprintjs/icons';
import { useMemo, useState } from 'react';
import { useEngine, useReachability } from '../../app/engineContext.tsx';
import { NotHere } from '../../app/NotHere.tsx';
import { documentPath, go } from '../../app/routes.ts';
import { ScreenFrame } from '../../app/ScreenFrame.tsx';
import { Action, amountText, countOf, EmptyState, ErrorNotice, errorWords, instantText } from '../../kit/index.ts';
import { SlowNotice } from '../../kit/SlowNotice.tsx';
import { useSlowWords } from '../../kit/useSlowWords.ts';
import { useFollowDraft } from '../useFollowDraft.ts';
import { ActionsTable } from './ActionsTable.tsx';
import type { BillingPeriod } from './billingPeriods.ts';
import { LinesTable } from './LinesTable.tsx';
import { PeriodPicker } from './PeriodPicker.tsx';
import { Pictures } from './Pictures.tsx';
import { StatementNotes } from './StatementNotes.tsx';
import type { ServerCheck } from './sameBytes.ts';
import { billedText, statementBasis } from './statementWords.ts';
import { TotalsTable } from './TotalsTable.tsx';
import { TracePanel } from './TracePanel.tsx';
import { priceOfLine } from './tierCurve.ts';
import { numberedSteps, type Selection, tracedAmount } from './traceSteps.ts';
import { type Statement, useStatement } from './useStatement.ts';
import '../screens.css';
import './preview.css';

/** A longer statement scrolls its lines in their own box. */
const SHORT_STATEMENT = 10;

const shortHash = (hash: string): string => `${hash.slice(0, 8)}…${hash.slice(-4)}`;

function ServerCheckWords({ check }: { readonly check: ServerCheck }) {
  if (check.is === 'same')
    return (
      <span className="same-bytes good">
        <Tick size={12} /> Same bytes as the server
      </span>
    );
  if (check.is === 'asking') return <span>Comparing with the server</span>;
  if (check.is === 'offline') return <span>Computed from facts on this computer; the server cannot be reached</span>;
  if (check.is === 'refused') return <span className="warn">Not compared: {check.why}</span>;
  return (
    <span className="same-bytes bad">
      <BanCircle size={12} /> Differs from the server
    </span>
  );
}

/** The selection that is shown before anybody selects: the first line with a warning, else the first line or action. */
function firstSelection(statement: Statement): Selection | null {
  const { lines, actions } = statement.result;
  const line =
    lines.find((each) => each.warnings.length > 0) ??
    lines.find((each) => !/^-?0(\.0*)?$/.test(each.gross)) ??
    lines[0];
  if (line !== undefined) return { of: 'line', key: line.key };
  const action = actions?.[0];
  return action === undefined ? null : { of: 'action', key: `${action.actionId}/${action.partnerId}` };
}

export function PreviewScreen({ versionId }: { readonly versionId: string }) {
  const engine = useEngine();
  const offline = useReachability() === 'offline';
  const [period, setPeriod] = useState<BillingPeriod | null>(null);
  const [knownOn, setKnownOn] = useState<string | null>(null);
  const [chosen, setChosen] = useState<Selection | null>(null);
  const [saveProblem, setSaveProblem] = useState<string | null>(null);
  const { loaded, statement, check, problem, cellProblems, loading, reload } = useStatement(versionId, period, knownOn);
  const draft = useFollowDraft(versionId, reload);
  const waiting = draft?.status().waiting ?? 0;
  const slow = useSlowWords(loading, 'Adding up the statement');

  const selection =
    statement === null
      ? null
      : chosen !== null && tracedAmount(statement.result, chosen) !== null
        ? chosen
        : firstSelection(statement);
  const traced = statement === null || selection === null ? null : tracedAmount(statement.result, selection);
  const line =
    selection?.of === 'line' ? statement?.result.lines.find((each) => each.key === selection.key) : undefined;
  const steps = useMemo(
    () =>
      traced === null || statement === null
        ? []
        : numberedSteps(traced.trace, {
            clauses: statement.clauses,
            delivery: statement.facts.delivery,
            actions: statement.facts.actions,
            posting: traced.posting,
            price: line === undefined ? null : priceOfLine(line, statement.versions),
          }),
    [traced, statement, line],
  );

  const save = async () => {
    if (statement === null) return;
    setSaveProblem(null);
    const name = `${statement.result.contractNumber}-${statement.result.period.key}.json`.replace(/[^\w.-]+/g, '_');
    try {
      await engine.saveFile(name, new TextEncoder().encode(statement.json), 'application/json');
    } catch (error) {
      setSaveProblem(errorWords(error));
    }
  };
  const openClause = (clauseId: string) => {
    const at = statement?.result.adjustments.find((each) => each.clauseId === clauseId);
    if (at !== undefined) setChosen({ of: 'adjustment', key: at.key });
    else go(documentPath(versionId, 'workbook', { sheet: 'clauses' }));
  };

  const isAway = offline && statement === null && problem !== null;
  const billed = statement === null ? null : billedText(statement.result.lines);
  const result = statement?.result ?? null;
  return (
    <ScreenFrame
      document={{ versionId, view: 'preview' }}
      tools={
        <Action
          tone="minimal"
          small
          icon={<Download size={14} />}
          text="Save as file"
          onClick={() => void save()}
          denied={statement === null ? 'There is no statement to save yet.' : null}
        />
      }
      asideName="Trace"
      asideWidth={360}
      aside={
        traced === null || result === null ? (
          <EmptyState title={result === null ? 'No amount to trace' : 'No amount selected'}>
            {result === null
              ? 'Once there is a statement, every amount shows here how it came to be.'
              : 'Select an amount to see how it came to be.'}
          </EmptyState>
        ) : (
          <TracePanel
            traced={traced}
            steps={steps}
            currency={result.currency}
            versionRefs={result.versionRefs}
            timeZone={statement?.versions.at(-1)?.timeZone ?? 'UTC'}
          />
        )
      }
      status={
        result === null ? (
          <span>{slow ?? ''}</span>
        ) : (
          <>
            <span>
              Input <span className="mono">{shortHash(result.inputHash)}</span>
            </span>
            <ServerCheckWords check={check} />
            <span className="optional">Kernel {result.kernelVersion}</span>
            <span className="optional">{statementBasis(result)}</span>
            <span className="grow" />
            {billed !== null && <span>Billed {billed}</span>}
            {statement?.keptAt !== null && statement?.keptAt !== undefined && (
              <span className="warn">Facts of {instantText(statement.keptAt)}</span>
            )}
          </>
        )
      }
    >
      {check.is === 'different' && (
        <ErrorNotice actions={[{ text: 'Compare again', onClick: reload }]}>
          <strong>This computer and the server do not agree on this statement.</strong> Do not bill from it. They part
          at character {amountText(check.at)}: here <span className="mono">{check.here}</span>, on the server{' '}
          <span className="mono">{check.server}</span>. Save the file and send it to who runs the server.
        </ErrorNotice>
      )}
      {isAway && <NotHere what="preview" versionId={versionId} onRetry={reload} />}
      {problem !== null && !isAway && (
        <ErrorNotice
          actions={[
            { text: 'Try again', onClick: reload },
            { text: 'Open the workbook', onClick: () => go(documentPath(versionId)) },
          ]}
        >
          {problem}
        </ErrorNotice>
      )}
      {cellProblems.length > 0 && (
        <ErrorNotice tone="warn" actions={[{ text: 'Open the workbook', onClick: () => go(documentPath(versionId)) }]}>
          <strong>{countOf(cellProblems.length, 'cell')} could not be read; their rows are left out.</strong>{' '}
          {cellProblems.slice(0, 3).join(' ')}
        </ErrorNotice>
      )}
      {waiting > 0 && statement !== null && (
        <ErrorNotice tone="plain">
          {countOf(waiting, 'change')} on this computer {waiting === 1 ? 'is' : 'are'} not in this statement yet. It
          shows what is stored on the server.
        </ErrorNotice>
      )}
      {saveProblem !== null && <ErrorNotice>The file was not saved. {saveProblem}</ErrorNotice>}
      <SlowNotice words={statement === null ? slow : null} />
      {loaded !== null && loaded.periods.length > 0 && (
        <div className="statement-head">
          <PeriodPicker
            periods={loaded.periods}
            period={loaded.period}
            onPeriod={setPeriod}
            knownOn={knownOn}
            onKnownOn={setKnownOn}
          />
          {billed !== null && (
            <div>
              <div className="caption">Billed</div>
              <div className="statement-figure" data-testid="billed">
                {billed}
              </div>
            </div>
          )}
          {result !== null && (
            <div className="statement-amounts">
              <div className="num">
                <div className="caption">Gross</div>
                <div className="statement-figure">
                  <span className="figure-currency">{result.currency}</span>
                  {amountText(result.totals.gross)}
                </div>
              </div>
              <div className="num">
                <div className="caption">{result.direction === 'PAYABLE' ? 'To pay' : 'Net due'}</div>
                <div className="statement-figure net" data-testid="net-due">
                  <span className="figure-currency">{result.currency}</span>
                  {amountText(result.totals.total)}
                </div>
              </div>
            </div>
          )}
        </div>
      )}
      {statement !== null && result !== null && (
        <div className="statement-scroll">
          {result.lines.length === 0 && (result.actions ?? []).length === 0 && (
            <EmptyState title="Nothing is billed in this period">
              No line, delivery or action of this version falls into it. Choose another period, or import delivery.
            </EmptyState>
          )}
          {result.lines.length > 0 && (
            <div className={result.lines.length > SHORT_STATEMENT ? 'lines-box is-long' : 'lines-box'}>
              <LinesTable result={result} versions={statement.versions} selection={selection} onSelect={setChosen} />
            </div>
          )}
          <div className="statement-sums">
            <StatementNotes result={result} clauses={statement.clauses} onSelect={setChosen} />
            <TotalsTable
              result={result}
              clauses={statement.clauses}
              selection={selection}
              onSelect={setChosen}
              onClause={openClause}
            />
          </div>
          {(result.actions ?? []).length > 0 && (
            <ActionsTable result={result} facts={statement.facts.actions} selection={selection} onSelect={setChosen} />
          )}
          <Pictures statement={statement} selection={selection} onSelect={setChosen} />
        </div>
      )}
    </ScreenFrame>
  );
}
