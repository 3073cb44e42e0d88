// Roles held in an emergency, on People and keys: asking, agreeing, ending, and what was. Owns the section; the rules come with each line.
import { can, type Role } from '@countersign/shared/access';
import type { EmergencyLine, People } from '@countersign/shared/protocol/api';
import { useState } from 'react';
import { answersOf, useEngine, useReachability, useSession } from '../../app/engineContext.tsx';
import { useEmergencies } from '../../app/useEmergencies.ts';
import { Action, ErrorNotice, errorWords } from '../../kit/index.ts';
import { agreeingAct, type EmergencyAct, endingAct } from '../../sync/emergencyActs.ts';
import { AskEmergencyDialog } from './AskEmergencyDialog.tsx';
import { EMERGENCY_WORDS, stateWords } from './emergencyWords.ts';

export function EmergencyRoles({ people }: { readonly people: People }) {
  const engine = useEngine();
  const session = useSession();
  const offline = useReachability() === 'offline';
  const { lines } = useEmergencies();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const roles = (session?.user.roles ?? []) as readonly Role[];
  const may = can({ userId: session?.user.id ?? '', roles }, 'askBreakGlass');
  // What a role lets somebody do is asked anew on every screen.
  const refresh = () => answersOf(engine).refresh();
  const act = async (what: EmergencyAct) => {
    setBusy(true);
    setFailure(null);
    try {
      await engine.actInEmergency(what);
    } catch (error) {
      setFailure(errorWords(error));
    } finally {
      setBusy(false);
      await refresh();
    }
  };
  const waiting = busy ? 'The server has not answered yet.' : offline ? 'The server cannot be reached.' : null;
  return (
    <section className="section" aria-label="Emergency roles">
      <h2 className="panel-title">Emergency roles</h2>
      <p className="small muted">
        When nobody who approves, exports or looks after people can be reached, two people give one person that role for
        an hour at most. Whoever wrote still does not approve.
      </p>
      {failure !== null && <ErrorNotice>{failure}</ErrorNotice>}
      {lines.length > 0 && (
        <table className="hairline list-rows people" aria-label="Emergency roles">
          <tbody>
            {lines.map((line) => (
              <Line key={line.asked} line={line} waiting={waiting} onAct={(what) => void act(what)} />
            ))}
          </tbody>
        </table>
      )}
      <p className="section-act">
        <Action
          small
          text="Ask for an emergency role"
          denied={waiting ?? (may.ok ? null : may.reason)}
          onClick={() => setAsking(true)}
        />
      </p>
      {asking && (
        <AskEmergencyDialog
          people={people}
          onClose={() => setAsking(false)}
          onAsked={() => {
            setAsking(false);
            void refresh();
          }}
        />
      )}
    </section>
  );
}

function Line(props: {
  readonly line: EmergencyLine;
  readonly waiting: string | null;
  readonly onAct: (act: EmergencyAct) => void;
}) {
  const { line, waiting, onAct } = props;
  const isOpen = line.state === 'asked' || line.state === 'active';
  const denied = (permission: EmergencyLine['can']['agree']) => waiting ?? (permission.ok ? null : permission.reason);
  return (
    <tr>
      <td>
        <span className={line.state === 'active' ? 'warn medium' : 'medium'}>{line.person.name}</span>{' '}
        <span className="muted">
          {line.role}, {EMERGENCY_WORDS[line.role]}
        </span>
      </td>
      <td>
        {line.reason}
        <span className="role muted small">{stateWords(line)}</span>
      </td>
      <td>
        {line.state === 'asked' && (
          <Action small text="Agree" denied={denied(line.can.agree)} onClick={() => onAct(agreeingAct(line))} />
        )}{' '}
        {isOpen && (
          <Action
            small
            text={line.state === 'asked' ? 'Withdraw' : 'End now'}
            denied={denied(line.can.end)}
            onClick={() => onAct(endingAct(line))}
          />
        )}
      </td>
    </tr>
  );
}
