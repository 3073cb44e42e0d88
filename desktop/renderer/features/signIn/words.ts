// The sentences of the sign-in page. Pure.
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
