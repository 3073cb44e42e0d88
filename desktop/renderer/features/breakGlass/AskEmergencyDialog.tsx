// Asks for a role in an emergency: for whom, which, how long, why. Owns the form; who may is the server's to say.
import { EMERGENCY_ROLES, type EmergencyRole, MOST_EMERGENCY_MINUTES } from '@countersign/shared/access';
import { LEAST_REASON } from '@countersign/shared/history';
import type { People } from '@countersign/shared/protocol/api';
import { useId, useState } from 'react';
import { useEngine, useSession } from '../../app/engineContext.tsx';
import { FormDialog, SelectField, useSubmission } from '../../kit/index.ts';
import { askingAct } from '../../sync/emergencyActs.ts';
import { EMERGENCY_WORDS } from './emergencyWords.ts';

const TERMS = [15, 30, MOST_EMERGENCY_MINUTES].map((each) => ({ value: String(each), text: `${each} minutes` }));

export interface AskEmergencyDialogProps {
  readonly people: People;
  readonly onClose: () => void;
  readonly onAsked: () => void;
}

export function AskEmergencyDialog({ people, onClose, onAsked }: AskEmergencyDialogProps) {
  const engine = useEngine();
  const session = useSession();
  const reasonId = useId();
  const [userId, setUserId] = useState(session?.user.id ?? '');
  const [role, setRole] = useState<EmergencyRole>('approver');
  const [minutes, setMinutes] = useState('30');
  const [reason, setReason] = useState('');
  const person = people.find((each) => each.userId === userId);
  const missing = reason.trim().length < LEAST_REASON ? 'Say why in a sentence first.' : null;
  const submission = useSubmission(missing, async () => {
    const name = person?.name ?? userId;
    await engine.actInEmergency(askingAct({ userId, name, role, minutes: Number(minutes), reason: reason.trim() }));
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
      <SelectField
        label="Person"
        value={userId}
        choices={people.map((each) => ({ value: each.userId, text: each.name }))}
        onChange={setUserId}
      />
      <SelectField
        label="Role"
        value={role}
        choices={EMERGENCY_ROLES.map((each) => ({ value: each, text: `${each}: ${EMERGENCY_WORDS[each]}` }))}
        onChange={setRole}
      />
      <SelectField label="For" value={minutes} choices={TERMS} onChange={setMinutes} />
      <label htmlFor={reasonId}>
        <span className="caption">Reason</span>
        <textarea
          id={reasonId}
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
