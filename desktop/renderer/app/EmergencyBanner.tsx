// Says on every screen who holds a role in an emergency and who asks for one, while it lasts. Owns the strip; the acts are on People and keys.
import type { EmergencyLine } from '@countersign/shared/protocol/api';
import { ErrorNotice, timeText } from '../kit/index.ts';
import { useSession } from './engineContext.tsx';
import { go } from './routes.ts';
import { useEmergencies } from './useEmergencies.ts';

export function EmergencyBanner() {
  const { lines } = useEmergencies();
  const userId = useSession()?.user.id ?? '';
  const shown = lines.filter(({ state, can }) => state === 'active' || (state === 'asked' && can.agree.ok));
  return shown.map((line) => (
    <ErrorNotice
      key={line.asked}
      tone="warn"
      actions={[{ text: line.state === 'active' ? 'Show' : 'Look at it', onClick: () => go('/people') }]}
    >
      <span data-testid="emergency-banner">
        <strong>{headline(line, userId)}</strong> {said(line)}
      </span>
    </ErrorNotice>
  ));
}

function headline({ state, person, role, until }: EmergencyLine, userId: string): string {
  const who = person.userId === userId ? 'You are' : `${person.name} is`;
  if (state === 'active') return `Break-glass: ${who} ${role} until ${timeText(until ?? '')}.`;
  return `Break-glass: ${person.userId === userId ? 'you' : person.name} to be ${role}.`;
}

function said({ state, request, agreement, reason, minutes }: EmergencyLine): string {
  if (state === 'active') return `${request.by.name} asked, ${agreement?.by.name ?? ''} agreed: ${reason}`;
  return `${request.by.name} asks for ${minutes} minutes and needs another person’s agreement: ${reason}`;
}
