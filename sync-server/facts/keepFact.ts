/** What happens when a fact arrives whose key is known (DOMAIN, settled question 21). Owns the decision; must not store. */
import { type ActionFact, canonicalJson, type DeliveryFact } from '@countersign/shared/model';

export type Kept<T> =
  | { readonly kept: 'added' | 'replaced' | 'same'; readonly fact: T }
  | { readonly kept: 'refused'; readonly reason: string };

/** Line, source, metric, date and, where a report has several rows a day, its own key. */
export function keyOfDelivery(fact: DeliveryFact): string {
  return JSON.stringify([
    fact.lineId,
    fact.source ?? 'own',
    fact.metric ?? '',
    fact.localDate ?? fact.at ?? '',
    fact.key ?? '',
  ]);
}

/** A higher report version replaces; the same version with other content is refused; an older one changes nothing. */
export function keptDelivery(known: DeliveryFact, next: DeliveryFact): Kept<DeliveryFact> {
  const before = known.reportVersion ?? 0;
  const after = next.reportVersion ?? 0;
  if (after > before) return { kept: 'replaced', fact: next };
  if (after < before) return { kept: 'same', fact: known };
  if (canonicalJson({ ...known, recordedAt: undefined }) === canonicalJson({ ...next, recordedAt: undefined })) {
    return { kept: 'same', fact: known };
  }
  return {
    kept: 'refused',
    reason: `Line ${next.lineId} on ${next.localDate ?? next.at ?? ''} was imported before as ${known.quantity}. Raise the report version to replace it.`,
  };
}

/** An action known by its id may gain status events; its own fields never change. */
export function keptAction(known: ActionFact, next: ActionFact): Kept<ActionFact> {
  const bare = (fact: ActionFact): string => canonicalJson({ ...fact, statusEvents: undefined, recordedAt: undefined });
  if (bare(known) !== bare(next)) {
    return { kept: 'refused', reason: `Action ${next.id} was imported before with other content.` };
  }
  const events = new Map((known.statusEvents ?? []).map((event) => [canonicalJson(event), event]));
  const before = events.size;
  for (const event of next.statusEvents ?? []) events.set(canonicalJson(event), event);
  if (events.size === before) return { kept: 'same', fact: known };
  const statusEvents = [...events.values()].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return { kept: 'replaced', fact: { ...known, statusEvents } };
}
