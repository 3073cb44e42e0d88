// The frame of every page before somebody is signed in.
import type { ReactNode } from 'react';
import { Mark } from '../../kit/index.ts';
import '../../theme/workbook.css';
import './signIn.css';

/** The mark and the workspace's name over whatever is asked. */
export function SignInFrame({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <main className="sign-in" id="main">
      <div className="sign-in-head">
        <Mark />
        <h1>{name}</h1>
        <p className="muted">Contract terms and rate cards, signed and explained.</p>
      </div>
      {children}
    </main>
  );
}
