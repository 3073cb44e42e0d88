// What the change in net consists of: gross and every adjustment of both sides, summed over the periods the impact names.
// Pure; the statements are the kernel's. Must not be shown where its sums are not the server's to the cent.
import type { PreviewResult } from '@countersign/shared/billing';
import { sameValue } from '@countersign/shared/model/cell';
import type { Impact } from '@countersign/shared/protocol/api';
import { billedText } from '../preview/statementWords.ts';
import { sumAmounts } from './reviewGroups.ts';

export interface ImpactPart {
  readonly key: string;
  readonly label: string;
  /** Quiet words beside the label: "85 spots, now 93". */
  readonly note: string | null;
  readonly before: string;
  readonly after: string;
  readonly delta: string;
}

/** Statements of one side, one for each period that has one. */
export type SideOfImpact = readonly PreviewResult[];

const total = (amounts: readonly string[]): string => sumAmounts(['0.00', ...amounts]) ?? '0.00';
const minus = (amount: string): string => (amount.startsWith('-') ? amount.slice(1) : `-${amount}`);

function measured(side: SideOfImpact): string | null {
  return billedText(side.flatMap((result) => result.lines));
}

function quantityNote(before: SideOfImpact, after: SideOfImpact): string | null {
  const [was, now] = [measured(before), measured(after)];
  if (was === null || now === null || was === now) return now;
  const [figure = now, ...unit] = now.split(' ');
  return was.endsWith(unit.join(' ')) ? `${was}, now ${figure}` : `${was}, now ${now}`;
}

/** Gross, then each adjustment by its label; null where nothing but gross moves, or where the server's sums are others. */
export function impactParts(before: SideOfImpact, after: SideOfImpact, impact: Impact): readonly ImpactPart[] | null {
  const part = (key: string, label: string, note: string | null, amounts: (result: PreviewResult) => string[]) => {
    const [was, now] = [total(before.flatMap(amounts)), total(after.flatMap(amounts))];
    return { key, label, note, before: was, after: now, delta: total([now, minus(was)]) };
  };
  const labels = [
    ...new Set([...before, ...after].flatMap(({ adjustments }) => adjustments.map(({ label }) => label))),
  ];
  const parts = [
    part('gross', 'Gross', quantityNote(before, after), (result) => [result.totals.gross]),
    ...labels.map((label) =>
      part(label, label, null, ({ adjustments }) =>
        adjustments.filter((each) => each.label === label).map(({ amount }) => amount),
      ),
    ),
  ];
  const agrees = (mine: readonly string[], theirs: readonly string[]): boolean =>
    sameValue({ type: 'money' }, total(mine), total(theirs));
  const { periods } = impact;
  return agrees(
    parts.map((each) => each.before),
    periods.map((each) => each.before),
  ) &&
    agrees(
      parts.map((each) => each.after),
      periods.map((each) => each.after),
    )
    ? parts
    : null;
}
