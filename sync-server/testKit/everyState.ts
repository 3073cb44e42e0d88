// One version in every state that a version can have. Owns how each is reached: by commands of people where there are such, else as it is stored.
import type { VersionState } from '@countersign/shared/model';
import type { CommandKind } from '@countersign/shared/protocol/api';
import { TestPerson } from './testPerson.ts';
import { createSample, type TestServer } from './testServer.ts';

type Step = readonly [userId: string, kind: CommandKind];

const SUBMIT: Step = ['u-ops', 'submit'];
const APPROVE: Step = ['u-controller', 'approve'];
const EXECUTE: Step = ['u-ops', 'execute'];
const EXECUTED: readonly Step[] = [SUBMIT, APPROVE, EXECUTE];

/** How a version comes into each state. A state without a line here does not compile. */
const WAYS: Readonly<Record<VersionState, readonly Step[] | 'stored'>> = {
  DRAFT: [],
  IN_REVIEW: [SUBMIT],
  APPROVED: [SUBMIT, APPROVE],
  EXECUTED,
  TERMINATED: [...EXECUTED, ['u-ops', 'terminate']],
  // No command of a person leads there: by another version, by time, or not at all yet.
  SUPERSEDED: 'stored',
  EXPIRED: 'stored',
  VOID: 'stored',
};

export const EVERY_STATE = Object.keys(WAYS) as readonly VersionState[];

/** Makes a contract for each state. @returns the versions' ids by state. @throws Error when a step was refused. */
export async function makeEveryState(server: TestServer): Promise<ReadonlyMap<VersionState, string>> {
  const people = new Map<string, TestPerson>();
  const person = async (userId: string): Promise<TestPerson> => {
    const signedIn = people.get(userId) ?? (await TestPerson.signIn(server.url, userId));
    people.set(userId, signedIn);
    return signedIn;
  };
  const made = new Map<VersionState, string>();
  for (const state of EVERY_STATE) {
    const id = await createSample(server);
    const way = WAYS[state];
    for (const [userId, kind] of way === 'stored' ? [] : way) {
      const { status } = await (await person(userId)).command(id, kind);
      if (status !== 200) throw new Error(`${state} was not reached: ${kind} of ${userId} is ${status}`);
    }
    if (way === 'stored') await store(server, id, state);
    made.set(state, id);
  }
  return made;
}

async function store({ services: { storage } }: TestServer, id: string, state: VersionState): Promise<void> {
  const row = await storage.version(id);
  if (row === null) throw new Error(`there is no version ${id}`);
  await storage.transaction((store) => store.putVersion({ ...row, state }));
}
