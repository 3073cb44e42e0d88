// The sentences of the sign-in page. Pure.
import type { CodeMeans } from '@countersign/shared/protocol/api';
import { countOf } from '../../kit/index.ts';

/** "Your session ended. Your 3 changes are kept on this computer. Sign in to send them." */
export function endedWords(reason: string, waiting: number): string {
  // The engine's sentence goes on with what was kept; here that is said with its count.
  const said = reason.trim().split(/[.;]/)[0] ?? '';
  const lead = said === '' || /session/i.test(said) ? 'Your session ended.' : `${said}.`;
  if (waiting === 0) return `${lead} Nothing of yours waits on this computer. Sign in to go on.`;
  const kept = waiting === 1 ? 'Your 1 change is kept' : `Your ${countOf(waiting, 'change')} are kept`;
  return `${lead} ${kept} on this computer. Sign in to send ${waiting === 1 ? 'it' : 'them'}.`;
}

/** "editor, exporter". */
export function roleWords(roles: readonly string[]): string {
  return roles.join(', ');
}

/** What the page of a one-use code says. */
export function codeWords({ purpose, name, login }: CodeMeans): {
  readonly title: string;
  readonly text: string;
  readonly action: string;
} {
  if (purpose === 'setUp') {
    return {
      title: 'Set up this workspace',
      text: 'You become its first admin. Admins add people and look after keys; they edit no contract.',
      action: 'Become admin',
    };
  }
  if (purpose === 'join') {
    return { title: `Welcome, ${name}`, text: `You sign in as ${login}. Choose a password.`, action: 'Join' };
  }
  return {
    title: `Choose another password, ${name}`,
    text: `You sign in as ${login}. Every earlier sign-in has ended.`,
    action: 'Choose and sign in',
  };
}

/** Why the provider's answer did not lead to a session. */
export function refusedWords(code: string): string {
  switch (code) {
    case 'denied':
      return 'The company’s sign-in was cancelled or refused there. Nothing was changed here.';
    case 'expired':
      return 'This sign-in was begun too long ago, or was used already. Begin again.';
    case 'provider':
      return 'The company’s sign-in answered in a way that could not be checked, so nobody was signed in. Ask an admin.';
    default:
      return 'This sign-in was not begun in this window. Begin it here.';
  }
}
