import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../sim/random.ts';
import { losePower, type PowerFigures } from './powerLoss.ts';

const nothing = (): PowerFigures => ({ losses: 0, copied: 0, lost: 0, torn: 0, problems: [] });
const folder = (): string => mkdtempSync(join(tmpdir(), 'countersign-power-'));

it('[STO-33] what was acknowledged is there after the power was lost at any flush, whichever sectors were written', {
  timeout: 120_000,
}, async () => {
  const figures = nothing();
  const place = folder();
  await losePower(join(place, 'live'), new Random('power'), 12, figures);
  rmSync(place, { recursive: true });
  expect(figures).toMatchObject({ losses: 12, lost: 0, torn: 0, problems: [] });
});

it('[STO-33] the model of the disk sees a flush that is left out', { timeout: 120_000 }, async () => {
  const figures = nothing();
  const place = folder();
  await losePower(join(place, 'live'), new Random('unflushed'), 100, figures, false);
  rmSync(place, { recursive: true });
  expect(figures.lost).toBeGreaterThan(0);
});
