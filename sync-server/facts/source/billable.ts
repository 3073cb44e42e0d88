/**
 * A fact file for a bill: the whole file or nothing, because a bill on half a file would look like a bill on all of it. Owns the
 * refusal that names the first row which does not fit; how files are read is readDelivery.ts's and readEvents.ts's.
 */
import type { ActionFact, TouchFact } from '@countersign/shared/model';
import { DomainError } from '@countersign/shared/money';
import type { DeliveryMapping, DeliveryRead, RejectedRows } from './factSource.ts';
import { readDelivery } from './readDelivery.ts';
import { readActions, readTouches } from './readEvents.ts';

/**
 * Rows that contradict each other are handed over: the kernel keeps one and says so.
 * @throws DomainError with file, row and column of the first row that does not fit
 */
export async function billableDelivery(path: string, mapping?: DeliveryMapping): Promise<DeliveryRead> {
  const read = await readDelivery(path, mapping);
  refuseHalf(
    read.rejected.filter(({ code }) => code !== 'CONFLICT'),
    path,
  );
  return read;
}

/** @throws DomainError as {@link billableDelivery} */
export async function billableTouches(path: string): Promise<readonly TouchFact[]> {
  const { facts, rejected } = await readTouches(path);
  refuseHalf(rejected, path);
  return facts;
}

/** @throws DomainError as {@link billableDelivery} */
export async function billableActions(path: string): Promise<readonly ActionFact[]> {
  const { facts, rejected } = await readActions(path);
  refuseHalf(rejected, path);
  return facts;
}

function refuseHalf(rejected: readonly RejectedRows[], path: string): void {
  const first = rejected.toSorted((a, b) => (a.samples[0]?.row ?? 0) - (b.samples[0]?.row ?? 0))[0];
  if (first === undefined) return;
  const rows = rejected.reduce((sum, { count }) => sum + count, 0);
  const more = rows === 1 ? '' : ` ${rows.toLocaleString('en-US')} rows of the file do not fit.`;
  throw new DomainError(first.code, first.what, `${first.cure}${more}`, {
    file: path,
    row: first.samples[0]?.row ?? 1,
    column: first.column,
  });
}
