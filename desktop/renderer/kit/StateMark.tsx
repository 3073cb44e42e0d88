// The mark of a version's state: shape and word together, never colour alone (LOOK.md). Must not decide what a state allows.
import type { VersionState } from '@countersign/shared/model';
import type { ReactNode } from 'react';

/** Stored states plus ACTIVE, which is derived from dates (DOMAIN §2). */
export type ShownState = VersionState | 'ACTIVE';

const WORDS: Readonly<Record<ShownState, string>> = {
  DRAFT: 'Draft',
  IN_REVIEW: 'In review',
  APPROVED: 'Approved',
  EXECUTED: 'Executed',
  ACTIVE: 'Active',
  SUPERSEDED: 'Superseded',
  EXPIRED: 'Expired',
  TERMINATED: 'Terminated',
  VOID: 'Void',
};

const COLOURS: Readonly<Record<ShownState, string>> = {
  DRAFT: 'var(--text-2)',
  IN_REVIEW: 'var(--warn-mark)',
  APPROVED: 'var(--good-mark)',
  EXECUTED: 'var(--good-mark)',
  ACTIVE: 'var(--good-mark)',
  SUPERSEDED: 'var(--text-off)',
  EXPIRED: 'var(--text-off)',
  TERMINATED: 'var(--bad-mark)',
  VOID: 'var(--text-off)',
};

/** The word for a state; a state of a newer server is shown as it came. */
export function stateWord(state: string): string {
  return Object.hasOwn(WORDS, state) ? WORDS[state as ShownState] : state;
}

function shape(state: ShownState, colour: string): ReactNode {
  const ring = (
    <circle
      cx="7"
      cy="7"
      r="5.5"
      fill="none"
      stroke={colour}
      strokeWidth="1.5"
      strokeDasharray={state === 'DRAFT' ? '2.2 1.9' : undefined}
    />
  );
  switch (state) {
    case 'DRAFT':
      return ring;
    case 'IN_REVIEW':
      return (
        <>
          {ring}
          <path d="M7 3.5a3.5 3.5 0 0 1 0 7z" fill={colour} />
        </>
      );
    case 'APPROVED':
      return (
        <>
          {ring}
          <path d="M4.6 7.2l1.7 1.7 3.2-3.5" fill="none" stroke={colour} strokeWidth="1.5" />
        </>
      );
    case 'EXECUTED':
      return (
        <>
          <circle cx="7" cy="7" r="6.2" fill={colour} />
          <path d="M4.3 7.2l1.9 1.9 3.5-3.8" fill="none" stroke="var(--surface)" strokeWidth="1.6" />
        </>
      );
    case 'ACTIVE':
      return (
        <>
          <circle cx="7" cy="7" r="6.2" fill={colour} />
          <circle cx="7" cy="7" r="2.2" fill="var(--surface)" />
        </>
      );
    default:
      return (
        <>
          {ring}
          <path d="M4.5 7h5" stroke={colour} strokeWidth="1.5" />
        </>
      );
  }
}

/** The glyph alone, where the word stands beside it already. */
export function StateGlyph({ state, size = 14 }: { readonly state: string; readonly size?: number }) {
  const known: ShownState = Object.hasOwn(WORDS, state) ? (state as ShownState) : 'VOID';
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" aria-hidden="true">
      {shape(known, COLOURS[known])}
    </svg>
  );
}

/** Glyph and word, for table cells. */
export function StateMark({ state }: { readonly state: string }) {
  return (
    <span className="state">
      <StateGlyph state={state} />
      {stateWord(state)}
    </span>
  );
}

/** Glyph and word in a round chip, for the top bar. */
export function StateChip({ state }: { readonly state: string }) {
  return (
    <span className="chip" data-testid="state-chip">
      <StateGlyph state={state} />
      {stateWord(state)}
    </span>
  );
}
