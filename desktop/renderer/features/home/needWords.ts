// What a need says beside its name. Pure words.
import type { Need } from '@countersign/shared/protocol/api';
import { withDates } from '../../kit/dates.ts';

/** The sentence without the number that stands before it, `2659161 · Amendment 2`, and with dates as people here write them. */
export function needWords({ text }: Pick<Need, 'text'>, name: string): string {
  const number = `${name.split(' · ')[0]}, `;
  return withDates(text.startsWith(number) ? text.slice(number.length) : text);
}
