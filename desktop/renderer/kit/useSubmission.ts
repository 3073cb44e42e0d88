// Sending a form once. Owns being busy and why it was refused; what is missing and what is sent are the form's.
import { type FormEvent, useState } from 'react';
import { errorWords } from './ErrorNotice.tsx';

export interface Submission {
  /** Why it cannot be sent now, for the button to say; null when it can. */
  readonly denied: string | null;
  readonly busy: boolean;
  /** Why the last sending failed, in words. */
  readonly failure: string | null;
  readonly onSubmit: (event: FormEvent) => void;
}

/** A form that is sent by `send`, unless `missing` says what has to be filled in first. */
export function useSubmission(missing: string | null, send: () => Promise<void>): Submission {
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const denied = busy ? 'The server has not answered yet.' : missing;
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (denied !== null) return;
    setBusy(true);
    setFailure(null);
    send()
      .catch((error: unknown) => setFailure(errorWords(error)))
      .finally(() => setBusy(false));
  };
  return { denied, busy, failure, onSubmit };
}
