/**
 * Currencies. Owns: the minor digits of ISO 4217 and the type Money.
 * Must not: convert; an exchange rate is a term of the contract (billing).
 */

import { decimalOf } from './decimal.ts';
import { DomainError, type Place } from './errors.ts';
import { type Fraction, scaledText } from './fraction.ts';
import { type RoundingMode, roundedText, roundToUnits } from './rounding.ts';

/** {amount: decimal text at the currency's minor digits, currency: ISO 4217 code}. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

const NO_DIGITS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const THREE_DIGITS = 'BHD IQD JOD KWD LYD OMR TND';
const FOUR_DIGITS = 'CLF UYW';
const TWO_DIGITS =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG';

const MINOR_DIGITS: ReadonlyMap<string, number> = new Map([
  ...NO_DIGITS.split(' ').map((code) => [code, 0] as const),
  ...TWO_DIGITS.split(' ').map((code) => [code, 2] as const),
  ...THREE_DIGITS.split(' ').map((code) => [code, 3] as const),
  ...FOUR_DIGITS.split(' ').map((code) => [code, 4] as const),
]);

/** Whether the code is a currency of ISO 4217 that this kernel knows. */
export function isCurrency(code: unknown): code is string {
  return typeof code === 'string' && MINOR_DIGITS.has(code);
}

/** Digits after the point in the smallest unit: USD 2, JPY 0, BHD 3. Refuses an unknown code. */
export function minorDigits(currency: string, place: Place = {}): number {
  const digits = MINOR_DIGITS.get(currency);
  if (digits !== undefined) return digits;
  throw new DomainError(
    'UNKNOWN_CURRENCY',
    `"${currency}" is not an ISO 4217 currency.`,
    'Use a three-letter code in capitals, for example USD.',
    place,
  );
}

/** Rounds once to the currency's minor units and writes all its decimals. */
export function toMoney(value: Fraction, currency: string, mode: RoundingMode = 'HALF_UP'): Money {
  return { amount: roundedText(value, minorDigits(currency), mode), currency };
}

/** Checks that a stated amount has no more decimals than its currency and gives it all its decimals. */
export function parseMoney(amount: string, currency: string, place: Place = {}): Money {
  const digits = minorDigits(currency, place);
  const value = decimalOf(amount);
  const units = roundToUnits(value, digits, 'DOWN');
  const text = scaledText(units, digits);
  if (units * value.d !== value.n * 10n ** BigInt(digits))
    throw new DomainError(
      'BEYOND_MINOR_UNIT',
      `${amount} ${currency} has more decimals than ${currency} has (${digits}).`,
      `Write at most ${digits} decimals.`,
      place,
    );
  return { amount: text, currency };
}
