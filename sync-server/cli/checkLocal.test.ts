import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('[FSRC-11] a check that cannot be made fails and says what is missing', () => {
  const empty = mkdtempSync(join(tmpdir(), 'countersign-local-'));
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'checkLocal.ts'), empty], {
    encoding: 'utf8',
  });
  rmdirSync(empty);
  expect(status).toBe(1);
  expect(stderr).toContain('delivery_rows.csv.gz, delivery_daily_by_line.csv.gz, control_totals.json are missing');
  expect(stderr).toContain('Nothing was checked.');
});
