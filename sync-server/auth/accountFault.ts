// Refusals of account work, in words. Owns the class and the sentences that are said in more than one place.

export type AccountFaultCode = 'signIn' | 'throttled' | 'code' | 'password' | 'login' | 'setUp' | 'provider';

/** A sign-in or a change of an account was refused; the text says why and what to do. */
export class AccountFault extends Error {
  override readonly name = 'AccountFault';
  readonly code: AccountFaultCode;
  readonly action: string;
  /** Milliseconds until it is worth trying again; 0 when waiting does not help. */
  readonly waitMs: number;

  constructor(code: AccountFaultCode, text: string, action: string, waitMs = 0) {
    super(text);
    this.code = code;
    this.action = action;
    this.waitMs = waitMs;
  }
}

export function wrongCode(): AccountFault {
  return new AccountFault(
    'code',
    'This code is not known here, was used, or is too old.',
    'Check its letters, or ask for a new one.',
  );
}

export function wrongPassword(): AccountFault {
  return new AccountFault(
    'signIn',
    'The sign-in name and the password do not belong together.',
    'Check both. An admin can give you a new code to choose a password.',
  );
}

export function loginTaken(): AccountFault {
  return new AccountFault('login', 'Somebody else has this sign-in name.', 'Give another one.');
}
