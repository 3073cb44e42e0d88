// The signed history: how far it is verified, its entries by filter, one entry with its proof. Everything shown as checked was
// recomputed on this computer against the last checkpoint it verified.
import { useMemo, useState } from 'react';
import { useEngine, useQuery, useReachability } from '../../app/engineContext.tsx';
import { NotHere } from '../../app/NotHere.tsx';
import { documentPath, go, useRoute } from '../../app/routes.ts';
import { ScreenFrame } from '../../app/ScreenFrame.tsx';
import { Action, countText, EmptyState, ErrorNotice } from '../../kit/index.ts';
import { SlowNotice } from '../../kit/SlowNotice.tsx';
import { useSlowWords } from '../../kit/useSlowWords.ts';
import { EntryPanel } from './EntryPanel.tsx';
import { ExportHistory, ExportNotice, type ExportOutcome } from './ExportHistory.tsx';
import { countWords, logRows } from './entryWords.ts';
import { LogFilters } from './LogFilters.tsx';
import { LogTable } from './LogTable.tsx';
import { ALL_DAYS, type DateFilter, periodOf } from './logPeriod.ts';
import { useKeyring } from './useKeyring.ts';
import { LOG_PAGE, type LogFilter, useLog } from './useLog.ts';
import { useLogChoices } from './useLogChoices.ts';
import { useProvenEntries } from './useProvenEntries.ts';
import { useVerification } from './useVerification.ts';
import { VerifiedBand } from './VerifiedBand.tsx';
import '../screens.css';
import './history.css';

/** The entry named by the address (`…/history?entry=18449`), or null. */
function entryOfAddress(hash: string): string | null {
  return new URLSearchParams(hash.split('?')[1] ?? '').get('entry');
}

const EVERYTHING: LogFilter = { doc: null, user: null, kind: null, period: { from: null, to: null } };
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function HistoryScreen({ versionId }: { readonly versionId?: string }) {
  const engine = useEngine();
  // Without the server nothing is proven wrong: what was verified is shown as it was.
  const offline = useReachability() === 'offline';
  useRoute();
  const addressed = entryOfAddress(window.location.hash);
  const isOfDocument = versionId !== undefined;
  const [filter, setFilter] = useState<LogFilter>({ ...EVERYTHING, doc: versionId ?? null });
  const [dates, setDates] = useState<DateFilter>('any');
  const [days, setDays] = useState(ALL_DAYS);
  const [chosen, setChosen] = useState<string | null>(null);
  const [exported, setExported] = useState<ExportOutcome | null>(null);
  const log = useLog(filter);
  const shown = log.entries;
  const { checkpoint, verifying, problem, verify } = useVerification(shown[0]?.index ?? null);
  const keyring = useKeyring();
  const choices = useLogChoices(shown);
  const slow = useSlowWords(log.loading && log.entries.length === 0, 'Reading the history');

  const rows = useMemo(
    () => logRows(shown, checkpoint === null ? [] : [{ ...checkpoint, at: checkpoint.at }]),
    [shown, checkpoint],
  );
  const proven = useProvenEntries(shown, checkpoint);
  const selectedIndex = chosen ?? addressed ?? shown[0]?.index ?? null;
  const selected = useMemo(
    () => log.entries.find((entry) => entry.index === selectedIndex) ?? null,
    [log.entries, selectedIndex],
  );
  // An address or a link may name an entry that the loaded pages do not hold: it is then asked for by its place.
  const distant = useQuery(`logEntryAt:${selectedIndex ?? 'none'}`, async () => {
    if (selectedIndex === null) return null;
    const page = await engine.api.log({ before: String(BigInt(selectedIndex) + 1n), limit: 1 });
    return page.entries.find((entry) => entry.index === selectedIndex) ?? null;
  });
  const entry = selected ?? distant.data;

  const ask = (next: LogFilter) => {
    setChosen(null);
    setExported(null);
    setFilter(next);
  };
  const select = (index: string) => {
    setChosen(index);
    if (addressed !== null) go(versionId === undefined ? '/history' : documentPath(versionId, 'history'));
  };
  const isAway = offline && log.error !== null && shown.length === 0;
  const checkedCount = shown.filter((each) => proven.get(each.index) === true).length;
  const failed = shown.filter((each) => proven.get(each.index) === false);
  const verifyAction = (
    <Action
      small={isOfDocument}
      text={verifying ? 'Verifying' : 'Verify again'}
      onClick={() => {
        void verify();
        // Further down the list nothing moves under the reader.
        if (shown.length <= LOG_PAGE) log.reload();
      }}
      denied={verifying ? 'The newest checkpoint is being checked.' : null}
    />
  );
  const filters = (
    <LogFilters
      filter={filter}
      dates={dates}
      days={days}
      documents={isOfDocument ? null : choices.documents}
      people={choices.people}
      onFilter={ask}
      onDates={(next, of) => {
        setDates(next);
        setDays(of);
        ask({ ...filter, period: periodOf(next, of, Date.now()) });
      }}
    />
  );
  const actions = (
    <>
      <ExportHistory
        filter={filter}
        small={isOfDocument}
        denied={
          offline
            ? 'Exporting needs the server, which cannot be reached.'
            : isOfDocument || filter.doc !== null
              ? null
              : choices.wholeDenied
        }
        onOutcome={setExported}
      />
      {verifyAction}
    </>
  );
  // How many entries a filter lets through is known when the last of them is loaded.
  const isFiltered = filter.user !== null || filter.kind !== null || filter.doc !== null || dates !== 'any';
  const whole = isFiltered || choices.wholeDenied !== null || checkpoint === null ? null : checkpoint.size;
  const count = (
    <span className="small muted" role="status">
      {(log.loading || log.error !== null) && shown.length === 0
        ? ''
        : countWords(shown.length, log.next !== null, whole)}
    </span>
  );
  // The top bar of a document belongs to its next step: there the files and the check stand with the filters.
  const frame =
    versionId === undefined
      ? {
          title: 'History',
          note: choices.wholeDenied === null ? 'Everything in this workspace' : 'All documents you may read',
          actions,
          tabs: filters,
          tools: count,
        }
      : { document: { versionId, view: 'history' as const }, tools: count };
  return (
    <ScreenFrame
      {...frame}
      asideName="Entry"
      asideWidth={336}
      aside={
        entry === null || entry === undefined ? (
          <EmptyState title={isAway ? 'No entry to show' : 'No entry selected'}>
            {isAway
              ? 'Once entries are here, each shows who signed it and where it stands.'
              : 'Select an entry to see who signed it and where it stands.'}
          </EmptyState>
        ) : (
          <EntryPanel
            key={entry.index}
            entry={entry}
            checkpoint={checkpoint}
            keyring={keyring.data}
            onSelect={select}
          />
        )
      }
      status={
        <>
          <span>Newest first</span>
          <span className="optional">Times of this computer, {ZONE}</span>
          <span className="grow" />
          <span>
            {shown.length === 0
              ? ''
              : checkedCount === shown.length
                ? 'Every entry shown was checked on this computer'
                : `${countText(checkedCount)} of ${countText(shown.length)} checked on this computer`}
          </span>
        </>
      }
    >
      <VerifiedBand checkpoint={checkpoint} problem={offline ? null : problem} />
      {isOfDocument && (
        <div className="log-filter-row">
          {filters}
          <span className="grow" />
          {actions}
        </div>
      )}
      {failed.length > 0 && (
        <ErrorNotice>
          <strong>The proof of entry {failed.map((each) => countText(Number(each.index))).join(', ')} fails.</strong>{' '}
          The server’s history is not the one this computer verified. Your own entries are kept here. Export your work
          and tell who runs the server.
        </ErrorNotice>
      )}
      <ExportNotice outcome={exported} />
      {log.error !== null && !isAway && (
        <ErrorNotice tone={offline ? 'plain' : 'bad'} actions={[{ text: 'Try again', onClick: log.reload }]}>
          The history could not be read. {log.error} What was verified before stays verified.
        </ErrorNotice>
      )}
      <SlowNotice words={log.entries.length === 0 ? slow : null} />
      <div className="scroll">
        {isAway && <NotHere what="history" {...(versionId === undefined ? {} : { versionId })} onRetry={log.reload} />}
        {shown.length === 0 && !log.loading && log.error === null ? (
          <EmptyState title="No entry fits these filters">
            Choose other documents, people or dates. Entries of documents you may not read are not listed.
          </EmptyState>
        ) : (
          shown.length > 0 && (
            <LogTable
              rows={rows}
              selected={selectedIndex}
              proven={proven}
              showDocument={versionId === undefined}
              onSelect={select}
            />
          )
        )}
        {log.next !== null && (
          <div className="log-more">
            <Action
              small
              text="Show older entries"
              onClick={log.more}
              denied={log.loading ? 'The next entries are on their way.' : null}
            />
          </div>
        )}
      </div>
    </ScreenFrame>
  );
}
