// Gauges that are read when somebody asks: log, checkpoint, queue, disk, process. Owns their names; must not change what it looks at.

import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';
import { openFiles, openFilesLimit } from './openFiles.ts';

/** Where the figures come from. */
export interface StateProbe {
  readonly dataDir: string;
  /** Entries on disk. */
  logSize(): number;
  /** Entries that have a place and are not on disk yet. */
  appending(): number;
  /** Entries that the newest checkpoint does not cover. */
  unsigned(): number;
  /** Seconds for which checkpoints have been without the cosignatures that the workspace asks for. */
  unwitnessed(): number;
  /** Whether the storage takes writes; asks it again after a write that failed. */
  writable(): Promise<boolean>;
  /** Devices that are frozen and not revoked. */
  frozenDevices(): number;
  /** Server time of the newest entry; '' before the first. */
  lastTime(): string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that only grow, whatever is done to the clock. */
  steady(): number;
}

const DATABASE_FILES = ['countersign.db', 'countersign.db-wal', 'facts.db', 'facts.db-wal'] as const;
const NANOSECONDS = 1e9;
let loopDelay: ReturnType<typeof monitorEventLoopDelay> | null = null;

export function observeState(registry: Registry, probe: StateProbe): void {
  const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
    new Gauge({
      name: `countersign_${name}`,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  };
  gauge('append_queue_entries', 'Entries waiting for the disk', () => probe.appending());
  gauge('checkpoint_unsigned_entries', 'Entries that no signed checkpoint covers yet', () => probe.unsigned());
  gauge(
    'checkpoint_age_seconds',
    'How long entries have been waiting for a signed checkpoint; 0 when none does',
    ageOf(probe),
  );
  gauge(
    'unwitnessed_seconds',
    'How long checkpoints have been without a quorum of witnesses; 0 when none is asked for',
    () => probe.unwitnessed(),
  );
  gauge('log_ahead_seconds', 'How far the newest entry is ahead of the clock; 0 unless the clock was set back', () => {
    const last = probe.lastTime();
    return last === '' ? 0 : Math.max(0, (Date.parse(last) - probe.now()) / 1000);
  });
  gauge('storage_writable', '1 while the disk takes what is written, 0 after it refused', async () =>
    (await probe.writable()) ? 1 : 0,
  );
  gauge('frozen_devices', 'Devices that signed two histories and were not revoked yet', () => probe.frozenDevices());
  const startedAt = probe.now() / 1000;
  gauge('start_time_seconds', 'When this server was started, in seconds since 1970', () => startedAt);
  gauge('disk_free_bytes', 'Free space where the data folder is', async () => {
    const { bavail, bsize } = await statfs(probe.dataDir);
    return bavail * bsize;
  });
  gauge('database_bytes', 'Size of the databases in the data folder', () =>
    DATABASE_FILES.reduce(
      (sum, name) => sum + (statSync(join(probe.dataDir, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    ),
  );
  gauge('open_files', 'Files and sockets that the process has open; 0 where the system does not say', openFiles);
  gauge('open_files_limit', 'How many may be open; 0 where the system does not say', openFilesLimit);
  gauge('resident_memory_bytes', 'Memory of the server process', () => process.memoryUsage.rss());
  gauge('event_loop_delay_seconds', 'p99 of the delay of the event loop since it was last read', readLoopDelay);
}

/** Watches from its first reading on; a second server in the process shares it. */
function readLoopDelay(): number {
  if (loopDelay === null) {
    loopDelay = monitorEventLoopDelay({ resolution: 20 });
    loopDelay.enable();
    return 0;
  }
  const seconds = loopDelay.count === 0 ? 0 : loopDelay.percentile(99) / NANOSECONDS;
  loopDelay.reset();
  return seconds;
}

/** [OPS-30] The oldest moment at which unsigned entries were seen; a scrape sees it at the latest one interval after it began. */
function ageOf(probe: StateProbe): () => number {
  let since: number | null = null;
  let covered = -1;
  return () => {
    const unsigned = probe.unsigned();
    const signed = probe.logSize() - unsigned;
    if (unsigned === 0) since = null;
    else if (since === null || signed !== covered) since = probe.steady();
    covered = signed;
    return since === null ? 0 : (probe.steady() - since) / 1000;
  };
}
