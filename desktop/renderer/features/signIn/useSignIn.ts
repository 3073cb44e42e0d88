// Signs in by any way, and leaves the places that are only for signing in.
import type { SignedIn } from '@countersign/shared/protocol/api';
import type { Api } from '../../api/index.ts';
import { useEngine, useSession } from '../../app/engineContext.tsx';
import { go } from '../../app/routes.ts';

const SIGN_IN_PLACES = ['#/sign-in', '#/set-up', '#/join', '#/signed-in'];

/** How to sign in; a refusal is the caller's to show. */
export function useSignIn(): (ask: (api: Api) => Promise<SignedIn>) => Promise<void> {
  const engine = useEngine();
  const session = useSession();
  return async (ask) => {
    if (session !== null) await engine.signOut();
    await engine.signInWith(ask);
    if (SIGN_IN_PLACES.some((place) => window.location.hash.startsWith(place))) go('/');
  };
}
