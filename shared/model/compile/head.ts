// What the Terms sheet says of a version as a whole. Owns which term is which member; must not read other sheets.
import type { DocumentKind } from '../sheets/sheets.ts';
import type { VersionMeta } from './meta.ts';
import { endAfter } from './rowDates.ts';
import { rulesOfTerms, type StatedTerms } from './termRules.ts';

type Json = Record<string, unknown>;

/** Known terms that are members of the version by their own name (`kind` is its contractKind). */
export const HEAD_TERMS = [
  'number',
  'title',
  'kind',
  'direction',
  'currency',
  'timeZone',
  'billingCalendar',
  'broadcastDayStart',
  'billingCycle',
  'billingAnchor',
  'roundingMode',
  'effectiveFrom',
  'reason',
  'tierCounters',
] as const;
export const PARTY_TERMS = ['advertiser', 'agency', 'publisher', 'partner', 'platform'] as const;

/** Members of the version that are no rows of other sheets, as the terms and its place among versions say them. */
export function headOf(terms: StatedTerms, meta: VersionMeta, kind: DocumentKind): Json {
  const { value } = terms;
  const stated = HEAD_TERMS.map((key) => [key === 'kind' ? 'contractKind' : key, value(key)] as const);
  const to = value('effectiveTo');
  const retroactive = value('retroactive');
  return {
    id: meta.versionId,
    contractId: meta.contractId,
    number: value('number') ?? meta.number ?? meta.contractId,
    ...(meta.title === undefined ? {} : { title: meta.title }),
    kind: meta.kind,
    sequence: meta.sequence,
    ...(meta.status === undefined ? {} : { status: meta.status }),
    ...(meta.recordedAt === undefined ? {} : { recordedAt: meta.recordedAt }),
    ...(meta.contentHash === undefined ? {} : { contentHash: meta.contentHash }),
    ...(kind === 'RATE_CARD' ? { contractKind: 'RATE_AGREEMENT', timeZone: 'UTC' } : {}),
    ...Object.fromEntries(stated.filter(([, text]) => text !== undefined)),
    ...(to === undefined ? {} : { effectiveTo: endAfter(to) }),
    ...(retroactive === undefined ? {} : { retroactive: retroactive === 'true' }),
    ...partiesOf(terms),
    ...locksOf(terms),
    ...rulesOfTerms(terms),
  };
}

function partiesOf({ value }: StatedTerms): Json {
  const parties = PARTY_TERMS.flatMap((role) => {
    const legalName = value(role);
    return legalName === undefined ? [] : [{ id: role, kind: role.toUpperCase(), legalName }];
  });
  return parties.length === 0 ? {} : { parties };
}

function locksOf({ value }: StatedTerms): Json {
  const count = (key: string): number | undefined => {
    const text = value(key);
    return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : undefined;
  };
  const lock = { months: count('lock.months'), days: count('lock.days'), dayOfMonth: count('lock.dayOfMonth') };
  const given = Object.fromEntries(Object.entries(lock).filter(([, days]) => days !== undefined));
  return Object.keys(given).length === 0 ? {} : { locks: [given] };
}
