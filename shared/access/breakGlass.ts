// Break-glass: who holds which role in an emergency, folded from the log's `breakGlass` entries (docs/adr/0013). Owns the fold and the
// question "who held what at this entry"; pure, so that server, verifier, fsck and auditor answer alike. Must not know signatures.
import type { Role } from './roles.ts';

/** Roles that can be held in an emergency. */
export const EMERGENCY_ROLES = ['approver', 'exporter', 'admin'] as const;
export type EmergencyRole = (typeof EMERGENCY_ROLES)[number];

/** [GLASS-3] Longest term, in minutes of the log's time. */
export const MOST_EMERGENCY_MINUTES = 60;
/** [GLASS-4] A request that nobody agreed to lapses after so many minutes. */
export const REQUEST_MINUTES = 60;

/** Roles that may ask, and may gain. */
const ACTING: readonly Role[] = ['reviewer', 'editor', 'approver', 'exporter', 'admin'];
/** Roles that may agree. */
const AGREEING: readonly Role[] = EMERGENCY_ROLES;
/** Who signs the end of a term that ran out. */
const SERVER = 'u-server';
const MINUTE_MS = 60_000;

export type BreakGlassAct =
  | { readonly action: 'ask'; readonly userId: string; readonly role: EmergencyRole; readonly minutes: number }
  /** `asked`, `askedHash`: log index and hex leaf hash of the request. */
  | { readonly action: 'agree'; readonly asked: string; readonly askedHash: string }
  | { readonly action: 'end'; readonly asked: string };

/** One entry as the log has it. */
export interface BreakGlassEntry {
  readonly index: number;
  /** Hex leaf hash. */
  readonly leafHash: string;
  /** The time that the log gave it, ISO. A device's own clock counts for nothing. */
  readonly at: string;
  /** Who signed it. */
  readonly by: string;
  readonly act: BreakGlassAct;
}

/** Who did something, where in the log and when. */
export type Signed = Pick<BreakGlassEntry, 'index' | 'at' | 'by'>;

/** One request and what became of it. */
export interface Emergency {
  readonly asked: Signed & { readonly leafHash: string };
  readonly userId: string;
  readonly role: EmergencyRole;
  readonly minutes: number;
  readonly agreed: Signed | null;
  /** First instant at which the term is over, ISO; null while nobody agreed. */
  readonly until: string | null;
  readonly ended: Signed | null;
}

export type EmergencyState = 'asked' | 'lapsed' | 'withdrawn' | 'active' | 'ended';

/** The roles somebody holds in their own right. */
export type StandingRoles = (userId: string) => readonly string[];

/** An instant so many minutes later. */
const after = (at: string, minutes: number): string => new Date(Date.parse(at) + minutes * MINUTE_MS).toISOString();

/** Whether an instant is one that a clock can show: a leaf may say anything that looks like a time. */
function isInstant(at: string): boolean {
  const parsed = Date.parse(at);
  return !Number.isNaN(parsed) && new Date(parsed).toISOString() === at;
}

/** [GLASS-3] [GLASS-4] What a request is at an instant of the log. */
export function stateAt({ asked, agreed, until, ended }: Emergency, at: string): EmergencyState {
  if (agreed === null || until === null) {
    if (ended !== null) return 'withdrawn';
    return at < after(asked.at, REQUEST_MINUTES) ? 'asked' : 'lapsed';
  }
  return ended === null && at < until ? 'active' : 'ended';
}

/** Whether the role was held when the entry at `index` was recorded, at the time the log gave that entry. */
export function heldWhen({ agreed, until, ended }: Emergency, { index, at }: Pick<Signed, 'index' | 'at'>): boolean {
  if (agreed === null || until === null) return false;
  return agreed.index < index && at < until && (ended === null || index < ended.index);
}

/** Every request of a log and what became of it, taken entry by entry in log order. */
export class BreakGlassRecord {
  readonly #emergencies = new Map<string, Emergency>();
  #time = '';

  /** Oldest first. */
  all(): readonly Emergency[] {
    return [...this.#emergencies.values()];
  }

  /** The request that stands at an index of the log. */
  at(asked: string): Emergency | undefined {
    return this.#emergencies.get(asked);
  }

  /**
   * Why an entry would count for nothing, in words; null when it stands. @param standing roles held in one's own right then; null where they
   * are not known, as in a bundle: everything else is judged all the same.
   */
  fault(entry: BreakGlassEntry, standing: StandingRoles | null): string | null {
    if (!isInstant(entry.at)) return 'The log gave this entry a time that no clock shows.';
    const at = this.#notBefore(entry.at);
    switch (entry.act.action) {
      case 'ask':
        return this.#askFault(entry.by, entry.act, at, standing);
      case 'agree':
        return this.#agreeFault(entry.by, entry.act, at, standing);
      case 'end':
        return this.#endFault(entry.by, entry.act, at, standing);
    }
  }

  /** Takes the next entry; one that counts for nothing changes nothing. Answers as `fault`. */
  apply(entry: BreakGlassEntry, standing: StandingRoles | null): string | null {
    const fault = this.fault(entry, standing);
    const at = this.#notBefore(entry.at);
    if (isInstant(entry.at)) this.#time = at;
    if (fault !== null) return fault;
    const { index, by, act, leafHash } = entry;
    const signed: Signed = { index, at, by };
    if (act.action === 'ask') {
      const { userId, role, minutes } = act;
      const asked = { ...signed, leafHash };
      this.#emergencies.set(String(index), { asked, userId, role, minutes, agreed: null, until: null, ended: null });
      return null;
    }
    const known = this.#emergencies.get(act.asked);
    if (known === undefined) return null;
    const next = act.action === 'agree' ? { agreed: signed, until: after(at, known.minutes) } : { ended: signed };
    this.#emergencies.set(act.asked, { ...known, ...next });
    return null;
  }

  /** Terms that ran when an entry was recorded: its index and the time that the log gave it. */
  heldAt(place: Pick<Signed, 'index' | 'at'>): readonly Emergency[] {
    return this.all().filter((emergency) => heldWhen(emergency, place));
  }

  /** The log's time never runs backwards, and neither does this. */
  #notBefore(at: string): string {
    return at > this.#time ? at : this.#time;
  }

  /** [GLASS-2] */
  #askFault(
    by: string,
    { userId, role, minutes }: Extract<BreakGlassAct, { action: 'ask' }>,
    at: string,
    standing: StandingRoles | null,
  ): string | null {
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > MOST_EMERGENCY_MINUTES)
      return `An emergency role is held for 1 to ${MOST_EMERGENCY_MINUTES} minutes.`;
    const open = this.all().some((other) => {
      const state = stateAt(other, at);
      return other.userId === userId && other.role === role && (state === 'asked' || state === 'active');
    });
    if (open) return `This person’s role of ${role} is asked for or held already. End that first.`;
    if (by === SERVER) return 'People ask for emergency roles, the server does not.';
    if (standing === null) return null;
    if (!holdsOne(standing(by), ACTING))
      return 'Auditors, viewers and people without a role do not ask for emergency roles. Ask an editor to.';
    if (!holdsOne(standing(userId), ACTING))
      return 'Auditors, viewers and people without a role do not gain an emergency role. Name somebody else.';
    if (standing(userId).includes(role)) return `This person is ${role} already. Nothing is needed.`;
    return null;
  }

  /** [GLASS-2] Two people beside each other, each in their own right. */
  #agreeFault(
    by: string,
    { asked, askedHash }: Extract<BreakGlassAct, { action: 'agree' }>,
    at: string,
    standing: StandingRoles | null,
  ): string | null {
    const emergency = this.#emergencies.get(asked);
    if (emergency === undefined || emergency.asked.leafHash !== askedHash)
      return 'There is no such request in the log. Look at the list again.';
    const state = stateAt(emergency, at);
    if (state === 'lapsed') return 'The request lapsed: nobody agreed within an hour. Ask again.';
    if (state !== 'asked') return 'Somebody agreed to this request, or ended it, before.';
    if (by === emergency.userId) return 'Whoever gains the role does not agree to it. Another person has to.';
    if (by === emergency.asked.by) return 'Whoever asked does not agree as well. Another person has to.';
    if (by === SERVER) return 'People agree to emergency roles, the server does not.';
    if (standing === null) return null;
    if (!holdsOne(standing(by), AGREEING))
      return 'Only approvers, exporters and admins agree to an emergency role, each in their own right.';
    if (!holdsOne(standing(emergency.userId), ACTING))
      return 'The person who would gain the role has no role any more.';
    return null;
  }

  /** [GLASS-5] */
  #endFault(
    by: string,
    { asked }: Extract<BreakGlassAct, { action: 'end' }>,
    at: string,
    standing: StandingRoles | null,
  ): string | null {
    const emergency = this.#emergencies.get(asked);
    if (emergency === undefined) return 'There is no such request in the log. Look at the list again.';
    const isServer = by === SERVER;
    const isOver = isServer ? emergency.ended !== null : !['asked', 'active'].includes(stateAt(emergency, at));
    if (isOver) return 'It is over already.';
    // Ending only takes power away, so without knowing roles anybody's word counts.
    if (standing === null || isServer) return null;
    const { userId, agreed } = emergency;
    if ([userId, emergency.asked.by, agreed?.by].includes(by) || standing(by).includes('admin')) return null;
    return 'Only an admin, and those who asked, agreed or hold the role, end it. Ask one of them.';
  }
}

/** [GLASS-2] Whether somebody with these roles of their own may ask for, and hold, a role in an emergency. */
export const mayHoldEmergency = (standing: readonly string[]): boolean => holdsOne(standing, ACTING);

const holdsOne = (held: readonly string[], wanted: readonly Role[]): boolean =>
  wanted.some((role) => held.includes(role));
