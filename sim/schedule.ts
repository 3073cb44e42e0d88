// One schedule: a seeded row of things that happen to a workspace, then rest, then the checks. Owns its course and its end.
import './platform.ts';
import { decideInOrder, moveLateEdits } from './actions.ts';
import { check } from './checks.ts';
import { NOTHING, type Outcome } from './outcome.ts';
import { NeverEnds, Patience } from './patience.ts';
import { Promises } from './promises.ts';
import { Random } from './random.ts';
import { Backup, planDisaster } from './restore.ts';
import { SIZE, type SizeName, sizeOf } from './size.ts';
import { SETTLE_TURNS, step, weather } from './steps.ts';
import { turns } from './turns.ts';
import { World } from './world.ts';

/** Schedules that end with a round of decisions. */
const ROUNDS = 0.25;

/**
 * Runs one schedule. Never throws: what goes wrong is a problem of the outcome, and that it does not end is as well.
 * @param size of another size than its seed would have.
 */
export async function runSchedule(seed: number, size?: SizeName): Promise<Outcome> {
  const run = new Run(seed, size ?? sizeOf(new Random(`seed ${seed}`)));
  const broken = (error: unknown): Outcome => ({
    seed,
    problems: [`the schedule ${error instanceof NeverEnds ? error.message : `broke: ${stackOf(error)}`}`],
    figures: NOTHING,
    isStuck: error instanceof NeverEnds,
  });
  const patience = new Patience();
  let outcome = await patience.during(run.live(patience), () => run.doing).catch(broken);
  await new Patience()
    .during(run.remove(), () => 'its removal')
    .catch((error: unknown) => {
      outcome = broken(error);
    });
  return outcome;
}

const stackOf = (error: unknown): string => (error instanceof Error && error.stack) || String(error);

/** A schedule while it runs. */
class Run {
  /** What happens just now. */
  doing = 'the beginning';
  readonly #seed: number;
  readonly #size: SizeName;
  readonly #promises = new Promises();
  #world: World | null = null;
  #backup: Backup | null = null;
  #isRemoved = false;

  constructor(seed: number, size: SizeName) {
    this.#seed = seed;
    this.#size = size;
  }

  async live(patience: Patience): Promise<Outcome> {
    const seed = this.#seed;
    const promises = this.#promises;
    const world = await World.create(seed, this.#size);
    this.#world = world;
    const steps = world.random.int(...SIZE[this.#size].steps);
    for (const { network } of world.computers) network.onServerSent = (bytes) => promises.hear(bytes);
    const weights = weather(world.random.fork('weather'));
    const disaster = planDisaster(world, steps);
    for (let i = 0; i < steps; i += 1) {
      const say = (what: string): void => this.#at(`step ${i} of ${steps} (${what})`);
      if (i === disaster?.backup) {
        say('backup');
        this.#backup = await patience.withFiles(() => Backup.make(world));
      }
      if (i === disaster?.loss) {
        say('restore');
        await patience.withFiles(async () => this.#backup?.restore(world, promises));
      }
      await step(world, weights, say);
      await turns(world.random.pick([0, 1, 3, SETTLE_TURNS]) ?? 0);
    }
    await this.#rest(world);
    this.#at('the checks');
    const { problems, figures } = await check(world, promises);
    return { seed, problems: [...problems, ...promises.unhandled()], figures: { ...figures, steps } };
  }

  /** Everything is mended; in some schedules people then decide. */
  async #rest(world: World): Promise<void> {
    this.#at('healing');
    await world.heal();
    if (world.random.chance(ROUNDS)) {
      this.#at('the round of decisions');
      await decideInOrder(world);
      await world.heal();
      if (moveLateEdits(world)) await world.heal();
    }
    await world.lookAgain();
  }

  /** @throws NeverEnds when nobody waits for it any more. */
  #at(what: string): void {
    if (this.#isRemoved) throw new NeverEnds('was left where it is');
    this.doing = what;
  }

  async remove(): Promise<void> {
    this.#isRemoved = true;
    this.#promises.stop();
    this.#backup?.remove();
    await this.#world?.remove();
  }
}
