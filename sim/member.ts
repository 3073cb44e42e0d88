// One process of a team: runs the schedules it is given, one after the other, and tells each outcome. Owns nothing else.
import './platform.ts';
import { plant } from './mutants/index.ts';
import { runSchedule } from './schedule.ts';
import type { Task, Told } from './team.ts';

let planted: { readonly name: string; readonly takeOut: () => void } | null = null;

/** Plants the task's bug, if it is not planted yet, and takes another one out. */
function prepare(name: string | undefined): void {
  if (planted?.name === name) return;
  planted?.takeOut();
  planted = name === undefined ? null : { name, takeOut: plant(name) };
}

let turn = Promise.resolve();
process.on('message', (task: Task) => {
  turn = turn.then(async () => {
    prepare(task.mutant);
    const before = process.cpuUsage();
    const outcome = await runSchedule(task.seed, task.size);
    if (!process.connected) return;
    const { user, system } = process.cpuUsage(before);
    const told: Told = { ...outcome, cpuMs: (user + system) / 1000 };
    // What did not end may go on in the next schedule: another process runs that.
    process.send?.(told, undefined, undefined, () => outcome.isStuck && process.exit());
  });
});
