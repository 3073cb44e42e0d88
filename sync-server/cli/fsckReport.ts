// What `countersign fsck` answers. Owns the report's shape and its words on screen.
import type { FsckFinding, FsckReport } from '@countersign/shared/history';
import type { TableFinding } from './fsckTables.ts';

/** How many findings are printed; --json gives all. */
const SHOWN = 50;

/** What was found in a folder: in its log, and in the tables and files beside it. */
export interface FolderReport extends Omit<FsckReport, 'findings'> {
  readonly findings: readonly (FsckFinding | TableFinding)[];
}

const TABLES_SAY =
  'Users, devices, contracts, versions, epochs, answers, settings and keys were compared with what the log says of them.';
const CONTENT_SAYS =
  'Every version was made again: each change does what its signed commands say, and what was submitted is what the changes give.';

/** A report on the log with what the tables say otherwise. */
export function withTables(report: FsckReport, tables: readonly TableFinding[]): FolderReport {
  const findings = [...report.findings, ...tables];
  return { ...report, ok: findings.length === 0, findings, checked: [...report.checked, TABLES_SAY, CONTENT_SAYS] };
}

/** The report for a terminal. */
export function reportWords(report: FolderReport): string {
  const lines = report.checked.map((sentence) => `  read  ${sentence}`);
  for (const { code, index, text } of report.findings.slice(0, SHOWN)) {
    lines.push(`  FAIL  ${index === undefined ? 'log' : `entry ${index}`}: ${text} [${code}]`);
  }
  const hidden = report.findings.length - SHOWN;
  if (hidden > 0) lines.push(`  FAIL  and ${hidden} more; --json lists them all.`);
  lines.push(
    report.ok
      ? `Sound: ${report.entries} entries, root ${report.root}.`
      : `Damaged: ${report.findings.length} findings in ${report.entries} entries. Nothing was changed; restore the folder from a backup.`,
  );
  return `${lines.join('\n')}\n`;
}
