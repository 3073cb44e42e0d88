// The parts of the torture, one after the other. Owns their sizes and what is said of them in the end.
import { Random } from '../sim/random.ts';
import { flipBits, noFlips } from './bits.ts';
import { bundlesPart } from './bundles.ts';
import { makeDatabaseTemplate } from './databaseTemplate.ts';
import { breakDisk, noFaults } from './disk.ts';
import { diskFaults } from './diskFaults.ts';
import { floodPart } from './flood.ts';
import { makeSmallFolder } from './folder.ts';
import { killServers, noKills } from './kills.ts';
import type { Misfortune } from './misfortunes.ts';
import { troubleNodes } from './nodeFaults.ts';
import { NodeFigures } from './nodeFigures.ts';
import { type PartOutcome, withProgress } from './part.ts';
import { powerPart } from './powerLoss.ts';
import { localPart, skewPart, soakPart } from './simulatedParts.ts';
import { makeTemplate, type Template } from './template.ts';
import { noViews, tellLies } from './views.ts';
import { witnessesPart } from './witnesses.ts';

export const PARTS = [
  'kills',
  'disk',
  'bits',
  'views',
  'witnesses',
  'nodes',
  'flood',
  'bundles',
  'soak',
  'skew',
  'local',
  'power',
] as const;
export type Part = (typeof PARTS)[number];

export interface Sizes {
  readonly kills: number;
  readonly faults: number;
  readonly flips: number;
  readonly lies: number;
  /** Views split between three witnesses. */
  readonly splits: number;
  /** Of several nodes over one database. */
  readonly misfortunes: number;
  /** Honest edits while others flood. */
  readonly edits: number;
  /** Bundles of which bits are flipped: so many of each, or all. */
  readonly bundles: number;
  readonly bundleBits: number | null;
  /** Edits of each device in a month offline. */
  readonly offline: number;
  /** Power losses around a flush. */
  readonly losses: number;
  /** Schedules of mixed versions. */
  readonly mixed: number;
  /** Runs of each kind of local data that goes wrong. */
  readonly local: number;
  /** Which of them may happen. */
  readonly kinds: readonly Misfortune[];
  /** Whether a bit of every byte is flipped as well. */
  readonly every: boolean;
  readonly servers: number;
}

export const LONG = {
  kills: 1000,
  faults: 500,
  flips: 10_000,
  lies: 1000,
  splits: 1000,
  misfortunes: 200,
  edits: 3000,
  bundles: 100,
  offline: 10_000,
  mixed: 1000,
  local: 200,
  losses: 1000,
} as const;
export const CI = {
  kills: 12,
  faults: 5,
  flips: 150,
  lies: 100,
  splits: 20,
  misfortunes: 5,
  edits: 60,
  bundles: 2,
  offline: 0,
  mixed: 0,
  local: 0,
  losses: 0,
} as const;

export interface Outcome {
  /** The totals in one line. */
  readonly line: string;
  /** What was left out and why; figures that the line has no room for. */
  readonly notes: readonly string[];
  /** Everything that did not hold. Folders are kept then, for whoever looks into it. */
  readonly problems: readonly string[];
}

/** Runs the parts wanted. */
export async function torture(sizes: Sizes, parts: readonly Part[], seed: string): Promise<Outcome> {
  const started = performance.now();
  const template = await makeTemplate();
  const said: string[] = [];
  const notes: string[] = [];
  const problems: string[] = [];
  for (const part of parts) {
    const { line, note, found } = await RUNNERS[part](template, sizes, new Random(`${seed}/${part}`));
    said.push(line);
    notes.push(...note);
    if (found.length > 0)
      notes.push(`${part}: what was done is repeated by --only ${part} --seed ${seed} and the same sizes.`);
    problems.push(...found);
  }
  if (problems.length === 0) template.remove();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return { line: `torture: ${said.join('; ')}; ${problems.length} problems; ${seconds} s`, notes, problems };
}

const RUNNERS: Readonly<Record<Part, (template: Template, sizes: Sizes, random: Random) => Promise<PartOutcome>>> = {
  kills: async (template, { kills, servers }, random) => {
    const figures = noKills();
    const lanes = Array.from({ length: servers }, (_, i) =>
      killServers(template, `lane${i}`, random.fork(`lane ${i}`), kills, figures),
    );
    await withProgress(() => `${figures.kills} of ${kills} kills`, Promise.all(lanes));
    const { early, acknowledged, resent, consistent, lost, duplicated, unsound } = figures;
    return {
      line: `${figures.kills} kills, ${lost} lost, ${duplicated} duplicated, ${unsound} unsound`,
      note: [
        `kills: ${acknowledged} entries acknowledged, ${resent} sent again after a crash, ${early} kills while starting, ${consistent} checkpoints proved to extend the one before.`,
      ],
      found: figures.problems,
    };
  },
  disk: async (template, { faults: wanted }, random) => {
    const figures = noFaults();
    const { faults, leftOut } = diskFaults(template.folder('.'));
    const broken = async (): Promise<void> => {
      for (const [i, fault] of faults.entries()) {
        const rounds = Math.floor(wanted / faults.length) + (i < wanted % faults.length ? 1 : 0);
        await breakDisk(template, fault, random.fork(fault.name), rounds, figures);
        fault.remove();
      }
    };
    await withProgress(() => `${figures.faults} of ${wanted} disk faults`, broken());
    const { acknowledged, refused, killed, lost, unsound } = figures;
    return {
      line: `${figures.faults} disk faults, ${lost} lost, ${unsound} unsound`,
      note: [
        `disk: ${faults.map(({ name }) => name).join(', ')}: ${acknowledged} entries acknowledged, ${refused} refused, ${killed} servers killed while the disk did not work.`,
        ...leftOut.map((why) => `disk: left out ${why}`),
      ],
      found: figures.problems,
    };
  },
  bits: async (template, { flips, every }, random) => {
    const figures = noFlips();
    const folder = await makeSmallFolder(template, 'bits');
    await withProgress(() => `${figures.flips} bits flipped`, flipBits(folder, random, flips, every, figures));
    const places = [...figures.tables].map(([table, count]) => `${table} ${count}`).join(', ');
    return {
      line: `${figures.flips} bits flipped, ${figures.unnamed} not named`,
      note: [`bits: ${places}.`],
      found: figures.problems,
    };
  },
  views: async (_template, { lies }, random) => {
    const figures = noViews();
    await withProgress(() => `${figures.told} of ${lies} lies`, tellLies(random, lies, figures));
    const { told, undetected, honest, distrusted } = figures;
    return {
      line: `${told} dishonest histories, ${undetected} undetected`,
      note: [`views: ${honest} honest histories, ${distrusted} distrusted.`],
      found: figures.problems,
    };
  },
  witnesses: (template, { splits }, random) => witnessesPart(template.folder('witnesses'), splits, random),
  nodes: async (template, { misfortunes: wanted, kinds }, random) => {
    const figures = new NodeFigures();
    const database = await makeDatabaseTemplate(template.folder('.'));
    try {
      const work = troubleNodes({ template: database, cacheDir: template.cacheDir, kinds }, random, wanted, figures);
      await withProgress(() => `${figures.misfortunes} of ${wanted} misfortunes of nodes`, work);
    } finally {
      await database.remove();
    }
    return { line: figures.line, note: figures.notes, found: figures.problems };
  },
  bundles: (_template, { bundles, bundleBits, servers }, random) =>
    bundlesPart({ bundles, bits: bundleBits, processes: servers, second: 4 }, String(random.int(0, 1e9))),
  flood: (template, { edits }, random) => floodPart(template, edits, random),
  soak: (_template, { offline }, random) => soakPart(offline, random.int(1, 1e6)),
  local: (_template, { local, servers }, random) => localPart(local, servers, random.int(1, 1e6)),
  skew: (_template, { mixed, servers }, random) => skewPart(mixed, servers, random.int(1, 1e6)),
  power: (template, { losses }, random) => powerPart(template.folder('power'), losses, random),
};
