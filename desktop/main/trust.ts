// Who may talk to the main process and where a window may go (SECURITY §4, items 11–17). Pure decisions; wiring is in index.ts.
import { APP_ORIGIN } from './appProtocol.ts';

/** A frame as Electron describes the sender of a message. */
export interface SenderFrame {
  readonly url: string;
  /** null for a top frame. */
  readonly parent: unknown;
}

/** True only for the top frame of our own page: exact origin, never a prefix or substring. */
export function isTrustedSender(frame: SenderFrame | null | undefined): boolean {
  return !!frame && frame.parent === null && isOwnPage(frame.url);
}

/** True for a page of the app itself. */
export function isOwnPage(url: string): boolean {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}` === APP_ORIGIN;
  } catch {
    return false;
  }
}

/** True for a link that may leave the app for the system browser: https, no credentials, default port. */
export function mayOpenOutside(url: string): boolean {
  try {
    const { protocol, username, password, port } = new URL(url);
    return protocol === 'https:' && username === '' && password === '' && port === '';
  } catch {
    return false;
  }
}

/** True for a provider's page: https without credentials; unlike other links on any port, because the workspace's server names it. */
export function maySignInAt(url: string): boolean {
  try {
    const { protocol, username, password } = new URL(url);
    return protocol === 'https:' && username === '' && password === '';
  } catch {
    return false;
  }
}

/** Permissions a page may have: writing text to the clipboard, nothing else. */
export const mayUse = (permission: string): boolean => permission === 'clipboard-sanitized-write';
