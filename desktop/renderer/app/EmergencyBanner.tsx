// Says on every screen who holds a role in an emergency and who asks for one, while it lasts. Owns the strip; the acts are on People and keys.
import type { EmergencyLine } from '@countersign/shared/protocol/api';
import { useEffect, useState } from 'react';
import { ErrorNotice, timeText } from '../kit/index.ts';
import { useSession } from './engineContext.tsx';
import { go } from './routes.ts';
import { timeLeft } from './timeLeft.ts';
import { useEmergencies } from './useEmergencies.ts';

/** How often the time that is left is counted anew. */
const COUNT_MS = 5_000;

export function EmergencyBanner() {
  const { lines, reload } = useEmergencies();
  const userId = useSession()?.user.id ?? '';
  const now = useNow(lines.some(({ state }) => state === 'active'));
  const over = lines.some(({ state, until }) => state === 'active' && until !== null && Date.parse(until) <= now);
  // The strip goes when the server says that the term has ended, and it is asked as soon as that may be.
  useEffect(() => {
    if (over && now > 0) void reload();
  }, [over, now, reload]);
  const shown = lines.filter(({ state, can }) => state === 'active' || (state === 'asked' && can.agree.ok));
  return shown.map((line) => (
    <ErrorNotice
      key={line.asked}
      tone="warn"
      actions={[{ text: line.state === 'active' ? 'Show' : 'Look at it', onClick: () => go('/people') }]}
    >
      <span data-testid="emergency-banner">
        <strong>{headline(line, userId, now)}</strong> {said(line)}
      </span>
    </ErrorNotice>
  ));
}

/** This computer's time, counted on while `counts`. */
function useNow(counts: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!counts) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), COUNT_MS);
    return () => clearInterval(timer);
  }, [counts]);
  return now;
}

function headline({ state, person, role, until, minutes }: EmergencyLine, userId: string, now: number): string {
  const who = person.userId === userId ? 'You are' : `${person.name} is`;
  if (state === 'active') {
    const left = timeLeft(until ?? '', minutes, now);
    return `Break-glass: ${who} ${role} until ${timeText(until ?? '')}${left === '' ? '' : `, ${left}`}.`;
  }
  return `Break-glass: ${person.userId === userId ? 'you' : person.name} to be ${role}.`;
}

function said({ state, request, agreement, reason, minutes }: EmergencyLine): string {
  if (state === 'active') return `${request.by.name} asked, ${agreement?.by.name ?? ''} agreed: ${reason}`;
  return `${request.by.name} asks for ${minutes} minutes and needs another person’s agreement: ${reason}`;
}
