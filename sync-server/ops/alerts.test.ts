import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '..', '..', 'ops', 'prometheus');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const sections = read('alerts.yml')
  .split(/^ {6}- alert: /m)
  .slice(1);
const names = sections.map((section) => section.split('\n')[0] ?? '');
const firing = read('alerts.test.yml');
const quiet = read('quiet.test.yml');

describe('alerts', () => {
  it.each(sections.map((section, i) => [names[i], section] as const))(
    '[OPS-14] %s says what is the matter and what to do first',
    (_name, section) => {
      expect(section).toMatch(/^ {10}summary: .+\.$/m);
      expect(section).toMatch(/^ {10}action: .+\.$/m);
      expect(section).toMatch(/severity: (page|ticket)/);
    },
  );

  it.each(names)('[OPS-14] %s has a situation in which it fires, and an hour in which it does not', (name) => {
    expect(firing).toMatch(
      new RegExp(`alertname: ${name}\\n {8}eval_time: \\w+\\n {8}exp_alerts:\\n {10}- exp_labels:`),
    );
    expect(quiet).toMatch(new RegExp(`alertname: ${name}, eval_time: \\w+, exp_alerts: \\[\\]`));
  });

  it('[OPS-14] fire in those situations and not in that hour, where Prometheus is there to judge', () => {
    const asked = spawnSync('promtool', ['test', 'rules', 'alerts.test.yml', 'quiet.test.yml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    // A machine without Prometheus has nobody to ask; the texts above are held there.
    if (asked.error !== undefined) return expect(asked.error).toMatchObject({ code: 'ENOENT' });
    expect(`${asked.stdout}${asked.stderr}`).not.toContain('FAILED');
    expect(asked.status).toBe(0);
    expect(spawnSync('promtool', ['check', 'config', 'prometheus.yml'], { cwd: folder }).status).toBe(0);
  });

  it('[OPS-14] the scrape job is the one that the alerts ask for', () => {
    const [, job] = /job_name: (\w+)/.exec(read('prometheus.yml')) ?? [];
    expect(read('alerts.yml')).toContain(`up{job="${job}"} == 0`);
  });
});
