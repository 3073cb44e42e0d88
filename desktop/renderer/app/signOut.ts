// Signing out, also at the company's provider when the session came from there. Owns where the browser goes then.
import type { AppEngine } from './appEngine.ts';

/** Ends the session here; a provider's own session is ended on its page. Work that was not sent stays on this computer. */
export async function signOut(engine: Pick<AppEngine, 'host' | 'signOut'>): Promise<void> {
  const goTo = await engine.signOut();
  if (goTo === null) return;
  if (engine.host.platform === 'browser') window.location.assign(goTo);
  else await engine.host.openExternal(goTo);
}
