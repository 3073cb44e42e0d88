/**
 * Owns whether people may have done what a stored log says they did: by the log's own `role` and `breakGlass` entries everybody held the role that
 * the step asks for at that place, and nobody decided on what they wrote. What needs the contract's content or a clock, such as how many approvals a
 * version needs, is not seen here.
 */
import { type AccessCommand, type Emergency, emergencyGrants, GRANTED_TO } from '../access/index.ts';
import { holdsRemarksOnly } from './bundle/lifecycle.ts';
import type { EntryKind } from './entry.ts';
import type { Leaf } from './leaf.ts';
import { type PayloadOf, parsePart0 } from './payloads.ts';

/** Who holds what where: the roles given so far, and terms of emergency roles that run. */
export interface Standing {
  roles(userId: string): ReadonlySet<string>;
  emergencies(place: { readonly index: number; readonly at: string }): readonly Emergency[];
}

/** What each kind asks for. `withdraw` is also how the log writes a reopening. */
const COMMANDS: Readonly<Partial<Record<EntryKind, readonly AccessCommand[]>>> = {
  edit: ['edit'],
  choose: ['edit'],
  import: ['import'],
  submit: ['submit'],
  requestChanges: ['requestChanges'],
  withdraw: ['withdraw', 'reopen'],
  approve: ['approve'],
  execute: ['execute'],
  amend: ['amend'],
  terminate: ['terminate'],
  export: ['export'],
};
const WORDS: Readonly<Partial<Record<EntryKind, string>>> = {
  edit: 'edits',
  choose: 'edits',
  import: 'imports',
  submit: 'submits',
  requestChanges: 'requests changes',
  withdraw: 'takes back',
  approve: 'approves',
  execute: 'executes',
  amend: 'amends',
  terminate: 'terminates',
  export: 'exports',
};

interface Submission {
  readonly index: number;
  readonly by: string;
  readonly contentHash: string;
}

/** One version as its entries tell it. */
interface Life {
  readonly writers: Set<string>;
  submission: Submission | null;
  readonly approvers: Set<string>;
  executed: boolean;
}

/** An entry whose payload is the one signed. */
interface Placed {
  readonly index: number;
  readonly leaf: Leaf;
  readonly part0: Uint8Array | undefined;
}

type Bound = PayloadOf<'execute'>;

export class DutyCheck {
  readonly #standing: Standing;
  readonly #lives = new Map<string, Life>();

  constructor(standing: Standing) {
    this.#standing = standing;
  }

  /** [HIST-57] Takes the next entry; gives what is wrong with it, in sentences. @param value part 0, read. */
  faults(placed: Placed, value: ReturnType<typeof parsePart0>): string[] {
    const { kind, user } = placed.leaf.entry;
    const commands = COMMANDS[kind];
    if (commands === undefined) return [];
    const isRemark = kind === 'edit' && 'updates' in value && holdsRemarksOnly(value);
    const who = kind === 'import' && 'by' in value && typeof value.by === 'string' ? value.by : user;
    const asked: readonly AccessCommand[] = isRemark ? ['comment'] : commands;
    const faults = asked.some((command) => this.#may(who, command, placed))
      ? []
      : [`${who} ${WORDS[kind] ?? kind}, and held no role at this place of the log that allows it.`];
    if (!isRemark) faults.push(...this.#step(placed, who));
    return faults;
  }

  #may(userId: string, command: AccessCommand, { index, leaf }: Placed): boolean {
    const held = this.#standing.roles(userId);
    if (GRANTED_TO[command].some((role) => held.has(role))) return true;
    return held.size > 0 && this.#termsOf(userId, index, leaf).some(({ role }) => emergencyGrants(role, command));
  }

  #termsOf(userId: string, index: number, leaf: Leaf): readonly Emergency[] {
    const terms = this.#standing.emergencies({ index, at: leaf.env.serverTime });
    return terms.filter((term) => term.userId === userId);
  }

  #step(placed: Placed, who: string): string[] {
    const { index, leaf, part0 } = placed;
    const { kind, doc } = leaf.entry;
    const life = this.#lifeOf(doc);
    switch (kind) {
      case 'edit':
      case 'choose':
      case 'import':
        life.writers.add(who);
        return life.submission === null && !life.executed ? [] : [`${who} changes a version that is not a draft.`];
      case 'submit': {
        const { authors, contentHash } = parsePart0(kind, part0);
        const unnamed = [...life.writers].filter((writer) => !authors.includes(writer));
        for (const author of authors) life.writers.add(author);
        life.submission = { index, by: who, contentHash };
        life.approvers.clear();
        return unnamed.map((writer) => `The submission does not name ${writer}, who wrote in the version.`);
      }
      case 'requestChanges':
      case 'withdraw':
        life.submission = null;
        life.approvers.clear();
        return life.executed ? ['The version was executed before, and cannot become a draft again.'] : [];
      case 'approve':
        return this.#approval(placed, life, parsePart0(kind, part0));
      case 'execute': {
        const faults = bindingFaults(life, parsePart0(kind, part0));
        if (life.approvers.size === 0) faults.push('Nobody approved what is executed.');
        life.executed = true;
        return faults;
      }
      case 'export': {
        const faults = life.executed ? bindingFaults(life, parsePart0(kind, part0)) : ['The version was not executed.'];
        if (life.approvers.size === 1 && life.approvers.has(who))
          faults.push(`${who} exports the version as its only approver.`);
        return faults;
      }
      default:
        return life.executed ? [] : ['The version was not executed.'];
    }
  }

  #approval({ index, leaf }: Placed, life: Life, approval: PayloadOf<'approve'>): string[] {
    const { user } = leaf.entry;
    const faults = bindingFaults(life, approval);
    const { submission } = life;
    if (submission !== null && approval.logIndex !== String(submission.index))
      faults.push(`The approval is for the submission at ${approval.logIndex}, and ${submission.index} stands.`);
    if (life.writers.has(user)) faults.push(`${user} approves a version that ${user} wrote in.`);
    if (submission?.by === user) faults.push(`${user} approves a version that ${user} submitted.`);
    if (life.approvers.has(user)) faults.push(`${user} approves the version twice.`);
    life.approvers.add(user);
    if (GRANTED_TO.approve.some((role) => this.#standing.roles(user).has(role))) return faults;
    const term = this.#termsOf(user, index, leaf).find(({ role }) => emergencyGrants(role, 'approve'));
    const by = term?.agreed?.by;
    if (by !== undefined && (life.writers.has(by) || submission?.by === by))
      faults.push(`${by} agreed to the emergency role that ${user} approves under, and has a part in the version.`);
    return faults;
  }

  #lifeOf(doc: string): Life {
    let life = this.#lives.get(doc);
    if (life === undefined) {
      life = { writers: new Set(), submission: null, approvers: new Set(), executed: false };
      this.#lives.set(doc, life);
    }
    return life;
  }
}

/** A step binds the content that was submitted last. */
function bindingFaults({ submission }: Life, { contentHash }: Bound): string[] {
  if (submission === null) return ['No submission stands that this could be about.'];
  return submission.contentHash === contentHash ? [] : ['The entry is about another content than was submitted.'];
}
