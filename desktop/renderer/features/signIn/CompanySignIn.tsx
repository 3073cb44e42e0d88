// Signing in through the company's provider: leaves for the provider's page, and takes up what comes back. Owns the secret that
// binds both ends, so that a code caught on the way is worth nothing elsewhere.
import { useEffect, useState } from 'react';
import { useEngine, useQuery } from '../../app/engineContext.tsx';
import { go } from '../../app/routes.ts';
import { Action, ErrorNotice, errorWords } from '../../kit/index.ts';
import { companySecret } from './companySecret.ts';
import { SignInFrame } from './SignInFrame.tsx';
import { useSignIn } from './useSignIn.ts';
import { refusedWords } from './words.ts';

export function CompanySignIn(props: {
  readonly name: string;
  readonly primary: boolean;
  readonly onFailure: (text: string | null) => void;
}) {
  const { name, primary, onFailure } = props;
  const engine = useEngine();
  const signIn = useSignIn();
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    onFailure(null);
    try {
      const { companySignIn } = engine.host;
      const { secret, challenge } = await companySecret.make();
      const returnTo = await companySignIn.returnTo();
      const url = await engine.api.accounts.beginCompany({ challenge, returnTo });
      // In a browser this page is left here and `SignedInScreen` goes on; in the desktop app the code comes back.
      const code = await companySignIn.open(url);
      await signIn((api) => api.accounts.finishCompany({ code, secret }));
    } catch (error) {
      onFailure(errorWords(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="sign-in-form">
      <Action
        text={busy ? `Waiting for ${name}` : `Sign in with ${name}`}
        tone={primary ? 'primary' : 'outlined'}
        denied={busy ? 'The sign-in goes on in the browser.' : null}
        onClick={() => void begin()}
      />
    </div>
  );
}

/** Where the provider's answer arrives in a browser. */
export function SignedInScreen({ code }: { readonly code: string }) {
  const engine = useEngine();
  const workspace = useQuery('workspace', async () => ({ value: await engine.api.workspace(), at: null }));
  const signIn = useSignIn();
  const [failure, setFailure] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the code is used once, whatever renders again.
  useEffect(() => {
    const secret = companySecret.take();
    if (code === '' || secret === null) {
      setFailure(
        refusedWords(new URLSearchParams(window.location.hash.split('?')[1] ?? '').get('refused') ?? 'unknown'),
      );
      return;
    }
    signIn((api) => api.accounts.finishCompany({ code, secret })).catch((error: unknown) =>
      setFailure(errorWords(error)),
    );
  }, [code]);
  return (
    <SignInFrame name={workspace.data?.value.name ?? 'Countersign'}>
      {failure === null ? (
        <p className="muted" role="status">
          Signing in
        </p>
      ) : (
        <ErrorNotice actions={[{ text: 'Sign in again', onClick: () => go('/sign-in') }]}>{failure}</ErrorNotice>
      )}
    </SignInFrame>
  );
}
