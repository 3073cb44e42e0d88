// Changes one's own password. Owns the form; the other sign-ins of the person end with it.
import { Dialog, DialogBody, DialogFooter } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { Action, ErrorNotice, errorWords } from '../../kit/index.ts';

const FIELDS = [
  { name: 'current', label: 'Present password', complete: 'current-password' },
  { name: 'next', label: 'New password', complete: 'new-password' },
  { name: 'again', label: 'New password again', complete: 'new-password' },
] as const;
type Typed = Record<(typeof FIELDS)[number]['name'], string>;

export function ChangePasswordDialog({ onClose }: { readonly onClose: (done: boolean) => void }) {
  const engine = useEngine();
  const ids = useId();
  const [typed, setTyped] = useState<Typed>({ current: '', next: '', again: '' });
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const denied = busy
    ? 'The server has not answered yet.'
    : typed.current === ''
      ? 'The present password first.'
      : typed.next.length < 12
        ? 'A password has at least 12 characters.'
        : typed.next !== typed.again
          ? 'The two new passwords differ.'
          : null;
  const change = async () => {
    if (denied !== null) return;
    setBusy(true);
    setFailure(null);
    try {
      await engine.api.accounts.changePassword({ current: typed.current, next: typed.next });
      onClose(true);
    } catch (error) {
      setFailure(errorWords(error));
      setBusy(false);
    }
  };
  return (
    <Dialog isOpen title="Change your password" onClose={() => onClose(false)} transitionDuration={0}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        <DialogBody>
          {failure !== null && <ErrorNotice>{failure}</ErrorNotice>}
          <div className="dialog-fields">
            {FIELDS.map(({ name, label, complete }) => (
              <label key={name} htmlFor={`${ids}-${name}`}>
                <span className="caption">{label}</span>
                <input
                  id={`${ids}-${name}`}
                  className="bp6-input"
                  type="password"
                  autoComplete={complete}
                  maxLength={200}
                  value={typed[name]}
                  onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
                />
              </label>
            ))}
          </div>
          <p className="muted small">Your sign-ins on other computers end. This one goes on.</p>
        </DialogBody>
        <DialogFooter
          actions={
            <>
              <Action text="Cancel" onClick={() => onClose(false)} />
              <Action text="Change password" tone="primary" submit denied={denied} />
            </>
          }
        />
      </form>
    </Dialog>
  );
}
