// The sync truth where no document is open: what is only on this computer, over all drafts.
import { countOf, offlineNote } from '../kit/index.ts';
import { useEngine, useQuery, useReachability } from './engineContext.tsx';
import { useOfflineGrant } from './OfflineEnded.tsx';

export function WorkspaceSync() {
  const engine = useEngine();
  const reachable = useReachability();
  const ending = offlineNote(useOfflineGrant());
  const { data: waiting } = useQuery(`waiting:${reachable}`, () => engine.waitingEverywhere());
  const kept = waiting ?? 0;
  const bars = kept > 0 ? 1 : 2;
  const word = kept > 0 ? 'On this computer' : reachable === 'online' ? 'Stored' : 'Working from this computer';
  const note =
    kept > 0
      ? `${countOf(kept, 'change')} to send`
      : reachable === 'online'
        ? 'no changes to send'
        : reachable === 'connecting'
          ? 'connecting'
          : 'server not reached';
  // What somebody has to know is said in narrow windows too, there without the remark.
  const isCalm = reachable !== 'offline' && kept === 0 && ending === null;
  return (
    <span
      className={`sync${isCalm ? ' optional' : ''}${reachable === 'offline' ? ' trouble' : ''}`}
      data-testid="sync-status"
      role="status"
    >
      <span className="bars" aria-hidden="true">
        {[1, 2, 3].map((bar) => (
          <i key={bar} className={bar <= bars ? 'on' : ''} />
        ))}
      </span>
      <span className="sync-word medium">{word}</span>
      <span className="muted optional">{note}</span>
      {ending !== null && <span className="warn">{ending}</span>}
    </span>
  );
}
