// How often somebody may try to sign in. Owns the three counts and the refusal; what is tried is the accounts'.
import { AccountFault } from './accountFault.ts';
import { callerAddress } from './callerAddress.ts';
import { Throttle } from './throttle.ts';

const MINUTE_MS = 60_000;
/** [AUTH-12] Guessing one account from one address, one account from anywhere, and any account from one address. */
const SIGN_IN_THROTTLES = {
  accountAndAddress: { free: 5, firstMs: 1000, mostMs: 15 * MINUTE_MS, forgetMs: 60 * MINUTE_MS },
  account: { free: 50, firstMs: 1000, mostMs: 5 * MINUTE_MS, forgetMs: 60 * MINUTE_MS },
  address: { free: 30, firstMs: 1000, mostMs: 15 * MINUTE_MS, forgetMs: 15 * MINUTE_MS, forgiveMs: MINUTE_MS / 2 },
} as const;

/** What one attempt is counted under; `login` is absent for a code, which names nobody. */
export interface AttemptedAs {
  readonly address: string;
  readonly login?: string;
}

export class SignInThrottle {
  readonly #pair = new Throttle(SIGN_IN_THROTTLES.accountAndAddress);
  readonly #account = new Throttle(SIGN_IN_THROTTLES.account);
  readonly #address = new Throttle(SIGN_IN_THROTTLES.address);

  /** [AUTH-12] Counts the attempt under every key, or refuses it while one of them has to wait. @throws AccountFault */
  attempt(as: AttemptedAs, now: number): void {
    const keys = this.#keys(as);
    const waitMs = Math.max(...keys.map(([throttle, key]) => throttle.wait(key, now)));
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      throw new AccountFault(
        'throttled',
        'Too many attempts to sign in.',
        seconds < 90 ? `Try again in ${seconds} s.` : `Try again in ${Math.ceil(seconds / 60)} minutes.`,
        waitMs,
      );
    }
    for (const [throttle, key] of keys) throttle.attempt(key, now);
  }

  /** The attempt was a good one: the account starts anew; the address gets it back, and keeps what was tried at other accounts. */
  succeeded(as: AttemptedAs): void {
    for (const [throttle, key] of this.#keys(as)) throttle.succeeded(key);
  }

  #keys({ address: given, login }: AttemptedAs): readonly (readonly [Throttle, string])[] {
    const address = callerAddress(given);
    if (login === undefined) return [[this.#address, address]];
    return [
      [this.#pair, `${address}\n${login}`],
      [this.#account, login],
      [this.#address, address],
    ];
  }
}
