// Does what the people screen offers, and keeps what has to be shown or asked meanwhile. Owns the requests of that screen.
import type { IssuedCode } from '@countersign/shared/protocol/api';
import { useState } from 'react';
import { answersOf, useEngine } from '../../app/engineContext.tsx';
import { go } from '../../app/routes.ts';
import { errorWords, instantText } from '../../kit/index.ts';
import type { Question } from './AskDialog.tsx';
import type { DeviceRow, PersonRow } from './deviceRows.ts';
import type { OnceDialogProps } from './OnceDialog.tsx';
import type { PersonAct, Viewer } from './personActs.ts';

export type PeopleDialog =
  | { readonly kind: 'add' | 'password' | 'token' }
  | { readonly kind: 'once'; readonly once: Omit<OnceDialogProps, 'onClose'> }
  | { readonly kind: 'ask'; readonly question: Question };

export interface PeopleActs {
  readonly dialog: PeopleDialog | null;
  readonly failure: string | null;
  open(dialog: PeopleDialog | null): void;
  act(person: PersonRow, act: PersonAct): void;
  revokeDevice(person: PersonRow, device: DeviceRow): void;
  showCode(code: IssuedCode, name: string): void;
  /** Runs a request, shows why it was refused, and asks for the lists anew. */
  run(work: () => Promise<void>): void;
}

export function usePeopleActs(viewer: Viewer): PeopleActs {
  const engine = useEngine();
  const { accounts } = engine.api;
  const [dialog, setDialog] = useState<PeopleDialog | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  const refresh = () => answersOf(engine).refresh((key) => key === 'people' || key === 'service-tokens');
  const run = (work: () => Promise<void>): void => {
    setFailure(null);
    work()
      .catch((error: unknown) => setFailure(errorWords(error)))
      .then(refresh)
      .catch((error: unknown) => setFailure(errorWords(error)));
  };
  const ask = (question: Question) => setDialog({ kind: 'ask', question });

  const showCode = ({ code, expiresAt }: IssuedCode, name: string): void => {
    const link = `${engine.host.serverUrl}/#/join?code=${code}`;
    const once = {
      title: `${name} can choose a password now`,
      text: `Give ${name} this link, or the code, in a way that only ${name} reads.`,
      secrets: [
        { name: 'Link', value: link },
        { name: 'Code', value: code },
      ],
      until: instantText(expiresAt),
    };
    setDialog({ kind: 'once', once });
  };

  const resetPassword = ({ userId, name, account }: PersonRow): void => {
    const reset = async () => showCode(await accounts.reset(userId), name);
    if (account?.hasPassword !== true) run(reset);
    else
      ask({
        title: `Reset the password of ${name}`,
        text: `The password and every sign-in of ${name} end now. You get a code to give to ${name}. What ${name} has not sent yet stays on their computer.`,
        action: 'Reset password',
        onYes: () => run(reset),
      });
  };

  const endSessions = ({ userId }: PersonRow): void =>
    run(async () => {
      await accounts.endSessions(userId);
      if (userId === viewer.userId) go('/sign-in');
    });

  const remove = ({ userId, name }: PersonRow): void =>
    ask({
      title: `Remove ${name}`,
      text: `${name} loses every role, device, password and sign-in. The name stays with what ${name} signed.`,
      action: 'Remove',
      onYes: () => run(() => accounts.remove(userId)),
    });

  const act = (person: PersonRow, wanted: PersonAct): void => {
    if (wanted.kind === 'role') {
      const { role, action } = wanted;
      run(async () => {
        await accounts.changeRole(person.userId, { role, action });
      });
    } else if (wanted.kind === 'password') setDialog({ kind: 'password' });
    else if (wanted.kind === 'code') resetPassword(person);
    else if (wanted.kind === 'endSessions') endSessions(person);
    else remove(person);
  };

  const revokeDevice = (person: PersonRow, device: DeviceRow): void =>
    ask({
      title: `Revoke ${device.name} of ${person.name}`,
      text: 'What this device signs from now on is refused, and its sign-in ends. A revoked key does not come back: the person enrols another.',
      action: 'Revoke',
      onYes: () => run(() => accounts.revokeDevice(device.deviceId)),
    });

  return { dialog, failure, open: setDialog, act, revokeDevice, showCode, run };
}
