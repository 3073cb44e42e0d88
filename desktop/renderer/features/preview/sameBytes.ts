// Whether this computer and the server came to the same statement, byte for byte (DOMAIN invariant 10). Pure.

export type ServerCheck =
  | { readonly is: 'asking' }
  | { readonly is: 'same' }
  /** The server could not be reached; the statement stands on facts kept here. */
  | { readonly is: 'offline' }
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'different'; readonly at: string; readonly here: string; readonly server: string };

const CONTEXT = 40;

/** Where two texts part, with some characters around, so that a report can name it. */
function firstDifference(here: string, server: string): { at: number; here: string; server: string } | null {
  if (here === server) return null;
  let at = 0;
  while (at < here.length && at < server.length && here[at] === server[at]) at += 1;
  const from = Math.max(0, at - CONTEXT);
  return { at, here: here.slice(from, at + CONTEXT), server: server.slice(from, at + CONTEXT) };
}

/** The check of two statements. */
export function compareStatements(here: string, server: string): ServerCheck {
  const difference = firstDifference(here, server);
  return difference === null
    ? { is: 'same' }
    : { is: 'different', at: String(difference.at), here: difference.here, server: difference.server };
}
