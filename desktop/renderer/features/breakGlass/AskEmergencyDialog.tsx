// Asks for a role in an emergency: for whom, which, how long, why. Owns the form; who may is the server's to say.
import { EMERGENCY_ROLES, type EmergencyRole, MOST_EMERGENCY_MINUTES } from '@countersign/shared/access';
import { LEAST_REASON } from '@countersign/shared/history';
import type { People } from '@countersign/shared/protocol/api';
import { useId, useState } from 'react';
import { useEngine, useSession } from '../../app/engineContext.tsx';
import { FormDialog, useSubmission } from '../../kit/index.ts';
import { askingAct } from '../../sync/emergencyActs.ts';
import { EMERGENCY_WORDS } from './emergencyWords.ts';

const TERMS = [15, 30, MOST_EMERGENCY_MINUTES] as const;

export interface AskEmergencyDialogProps {
  readonly people: People;
  readonly onClose: () => void;
  readonly onAsked: () => void;
}

export function AskEmergencyDialog({ people, onClose, onAsked }: AskEmergencyDialogProps) {
  const engine = useEngine();
  const session = useSession();
  const ids = { person: useId(), role: useId(), minutes: useId(), reason: useId() };
  const [userId, setUserId] = useState(session?.user.id ?? '');
  const [role, setRole] = useState<EmergencyRole>('approver');
  const [minutes, setMinutes] = useState<number>(TERMS[1]);
  const [reason, setReason] = useState('');
  const person = people.find((each) => each.userId === userId);
  const missing = reason.trim().length < LEAST_REASON ? 'Say why in a sentence first.' : null;
  const submission = useSubmission(missing, async () => {
    const name = person?.name ?? userId;
    await engine.actInEmergency(askingAct({ userId, name, role, minutes, reason: reason.trim() }));
    onAsked();
  });
  return (
    <FormDialog
      title="Ask for an emergency role"
      action="Ask"
      submission={submission}
      onClose={onClose}
      hint="Another person has to agree. Everybody sees it while it lasts, and it stays in the history."
    >
      <label htmlFor={ids.person}>
        <span className="caption">Person</span>
        <select
          id={ids.person}
          className="bp6-input"
          value={userId}
          onChange={(event) => setUserId(event.target.value)}
        >
          {people.map((each) => (
            <option key={each.userId} value={each.userId}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      <label htmlFor={ids.role}>
        <span className="caption">Role</span>
        <select
          id={ids.role}
          className="bp6-input"
          value={role}
          onChange={(event) => setRole(event.target.value as EmergencyRole)}
        >
          {EMERGENCY_ROLES.map((each) => (
            <option key={each} value={each}>
              {each}: {EMERGENCY_WORDS[each]}
            </option>
          ))}
        </select>
      </label>
      <label htmlFor={ids.minutes}>
        <span className="caption">For</span>
        <select
          id={ids.minutes}
          className="bp6-input"
          value={minutes}
          onChange={(event) => setMinutes(Number.parseInt(event.target.value, 10))}
        >
          {TERMS.map((each) => (
            <option key={each} value={each}>
              {each} minutes
            </option>
          ))}
        </select>
      </label>
      <label htmlFor={ids.reason}>
        <span className="caption">Reason</span>
        <textarea
          id={ids.reason}
          className="bp6-input reason-field"
          rows={3}
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
    </FormDialog>
  );
}
