// The signed history: how far it is verified, its entries by filter, one entry with its proof. Everything shown as checked was
// recomputed on this computer against the last checkpoint it verified.
import { useEffect, useMemo, useState } from 'react';
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery, useReachability } from '../../app/engineContext.tsx';
import { documentPath, go, useRoute } from '../../app/routes.ts';
import { ScreenFrame } from '../../app/ScreenFrame.tsx';
import { versionName } from '../../app/versionName.ts';
import { Action, countText, EmptyState, ErrorNotice, errorWords } from '../../kit/index.ts';
import { useSlowWords } from '../../kit/useSlowWords.ts';
import { EntryPanel } from './EntryPanel.tsx';
import { ExportHistory } from './ExportHistory.tsx';
import { type DateFilter, logRows, withinDates } from './entryWords.ts';
import { LogFilters } from './LogFilters.tsx';
import { LogTable } from './LogTable.tsx';
import { useKeyring } from './useKeyring.ts';
import { type LogFilter, useLog } from './useLog.ts';
import { useProvenEntries } from './useProvenEntries.ts';
import { VerifiedBand } from './VerifiedBand.tsx';
import '../screens.css';
import './history.css';

/** A checkpoint follows an entry within a second (SECURITY §2); a little more leaves room for the network. */
const NEXT_CHECKPOINT_MS = 1500;

/** The entry named by the address (`…/history?entry=18449`), or null. */
function entryOfAddress(hash: string): string | null {
  return new URLSearchParams(hash.split('?')[1] ?? '').get('entry');
}

export function HistoryScreen({ versionId }: { readonly versionId?: string }) {
  const engine = useEngine();
  // Without the server nothing is proven wrong: what was verified is shown as it was.
  const offline = useReachability() === 'offline';
  useRoute();
  const addressed = entryOfAddress(window.location.hash);
  const isOfDocument = versionId !== undefined;
  const [filter, setFilter] = useState<LogFilter>({ doc: versionId ?? null, user: null, kind: null });
  const [dates, setDates] = useState<DateFilter>('any');
  const [chosen, setChosen] = useState<string | null>(null);
  const [checkpoint, setCheckpoint] = useState(() => engine.verifiedCheckpoint());
  const [verifying, setVerifying] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [notSaved, setNotSaved] = useState<string | null>(null);
  const log = useLog(filter);
  const keyring = useKeyring();
  const contracts = useQuery('contracts', () => askOrKept(engine.api.contracts, engine.cached.contracts)).data?.value;
  const slow = useSlowWords(log.loading && log.entries.length === 0, 'Reading the history');

  const shown = useMemo(() => withinDates(log.entries, dates, Date.now()), [log.entries, dates]);
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

  const verify = async () => {
    setVerifying(true);
    try {
      setCheckpoint(await engine.verifyNow());
      setProblem(null);
    } catch (error) {
      setProblem(errorWords(error));
    } finally {
      setVerifying(false);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per opening; the button asks again.
  useEffect(() => void verify(), []);
  // The newest entry may be younger than the newest checkpoint; the server signs one within a second.
  const newest = log.entries[0]?.index ?? null;
  const isBehind = newest !== null && checkpoint !== null && BigInt(newest) >= BigInt(checkpoint.size);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks once for each newest entry.
  useEffect(() => {
    if (!isBehind) return;
    const timer = setTimeout(() => void verify(), NEXT_CHECKPOINT_MS);
    return () => clearTimeout(timer);
  }, [isBehind, newest]);

  const documents = useMemo(
    () =>
      versionId !== undefined
        ? null
        : [
            { value: 'workspace', label: 'Workspace' },
            ...(contracts ?? []).flatMap((contract) =>
              contract.versions.map((version) => ({
                value: version.versionId,
                label: `${contract.number}, ${versionName(version)}`,
              })),
            ),
          ],
    [contracts, versionId],
  );
  const people = useMemo(() => {
    const seen = new Map(log.entries.map((each) => [each.userId, each.name]));
    return [...seen].map(([value, label]) => ({ value, label })).sort((a, b) => (a.label < b.label ? -1 : 1));
  }, [log.entries]);
  // People stay in the list while one of them is filtered, so that another can be chosen.
  const [known, setKnown] = useState(people);
  useEffect(() => {
    setKnown((before) => [...new Map([...before, ...people].map((person) => [person.value, person])).values()]);
  }, [people]);

  const select = (index: string) => {
    setChosen(index);
    if (addressed !== null) go(versionId === undefined ? '/history' : documentPath(versionId, 'history'));
  };
  const checkedCount = shown.filter((each) => proven.get(each.index) === true).length;
  const failed = shown.filter((each) => proven.get(each.index) === false);
  const verifyAction = (
    <Action
      small={isOfDocument}
      text={verifying ? 'Verifying' : 'Verify again'}
      onClick={() => void verify()}
      denied={verifying ? 'The newest checkpoint is being checked.' : null}
    />
  );
  const filters = (
    <LogFilters
      filter={filter}
      dates={dates}
      documents={documents}
      people={known}
      onFilter={(next) => {
        setChosen(null);
        setFilter(next);
      }}
      onDates={setDates}
    />
  );
  const actions = (
    <>
      <ExportHistory filter={filter} dates={dates} small={isOfDocument} onProblem={setNotSaved} />
      {verifyAction}
    </>
  );
  const count = (
    <span className="small muted" role="status">
      {countText(shown.length)}
      {log.next === null ? '' : ' loaded'}
      {checkpoint === null ? '' : ` of ${countText(checkpoint.size)}`} entries
    </span>
  );
  // The top bar of a document belongs to its next step: there the files and the check stand with the filters.
  const frame =
    versionId === undefined
      ? { title: 'History', note: 'All documents you may read', actions, tabs: filters, tools: count }
      : { document: { versionId, view: 'history' as const }, tools: count };
  return (
    <ScreenFrame
      {...frame}
      asideName="Entry"
      asideWidth={336}
      aside={
        entry === null || entry === undefined ? (
          <EmptyState title="No entry selected">Select an entry to see who signed it and where it stands.</EmptyState>
        ) : (
          <EntryPanel
            key={entry.index}
            entry={entry}
            loaded={log.entries}
            checkpoint={checkpoint}
            keyring={keyring.data}
            onSelect={select}
          />
        )
      }
      status={
        <>
          <span>Newest first</span>
          <span className="optional">Times of this computer</span>
          <span className="grow" />
          <span>
            {shown.length > 0 && checkedCount === shown.length
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
      {notSaved !== null && (
        <ErrorNotice>The history was not exported. {notSaved} Nothing else was changed.</ErrorNotice>
      )}
      {log.error !== null && (
        <ErrorNotice tone={offline ? 'plain' : 'bad'} actions={[{ text: 'Try again', onClick: log.reload }]}>
          The history could not be read. {log.error} What was verified before stays verified.
        </ErrorNotice>
      )}
      {slow !== null && log.entries.length === 0 && (
        <p className="notice plain-notice" role="status">
          {slow}
        </p>
      )}
      <div className="scroll">
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
