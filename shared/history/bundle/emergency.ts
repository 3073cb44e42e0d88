/**
 * Owns what a bundle proves of roles that were held in an emergency (docs/adr/0013): which of the version's steps were taken under one, and
 * that no emergency approver was chosen by somebody who wrote.
 */
import { type Emergency, type EmergencyRole, heldWhen } from '../../access/index.ts';
import { breakGlassEntry, emergenciesOf } from '../breakGlass.ts';
import { jsonPart, PayloadShapeError, parsePart0 } from '../payloads.ts';
import { BundleError } from './failure.ts';
import type { Bundle, BundleLeaf } from './format.ts';
import type { ProvenLife } from './lifecycle.ts';
import { leafHashHex, placeOf } from './log.ts';

/** A step of the version that was taken under a role held in an emergency. */
export interface EmergencyStep {
  readonly step: 'approve' | 'execute' | 'export';
  /** Log index of the step. */
  readonly index: string;
  readonly userId: string;
  readonly role: EmergencyRole;
  readonly askedBy: string;
  readonly agreedBy: string;
  /** Time of the log, ISO: when the term began, and when it was over at the latest. */
  readonly from: string;
  readonly until: string;
  /** Log index of the request, whose reason the workspace keeps. */
  readonly asked: string;
}

/** Role that each step needs. */
const ROLE_OF = { approve: 'approver', execute: 'approver', export: 'exporter' } as const;

/** [GLASS-20] Steps under break-glass; refuses an approval by somebody whom an author or the submitter agreed to. @throws BundleError */
export function requireEmergencies(bundle: Bundle, life: ProvenLife): readonly EmergencyStep[] {
  const emergencies = emergenciesIn(bundle);
  const steps = [
    ...life.approvals.map(({ item }) => stepOf('approve', item, emergencies)),
    stepOf('execute', life.execute.item, emergencies),
    ...life.exports.map(({ item }) => stepOf('export', item, emergencies)),
  ].filter((step) => step !== null);
  const involved = new Set([...life.submit.payload.authors, ...life.writers, life.submit.item.leaf.entry.user]);
  for (const { item } of life.approvals) {
    const index = String(item.index);
    const step = steps.find((each) => each.index === index);
    if (step === undefined || !involved.has(step.agreedBy)) continue;
    const text = `${step.userId} approved in an emergency that ${step.agreedBy} agreed to, who wrote in or submitted the version.`;
    throw new BundleError('duties', placeOf(bundle, item), text);
  }
  return steps;
}

/** The steps as sentences for the report. */
export function emergencySentences(steps: readonly EmergencyStep[]): string[] {
  const did = { approve: 'approved', execute: 'executed', export: 'exported' } as const;
  return steps.map(
    ({ step, userId, role, index, askedBy, agreedBy, from, until, asked }) =>
      `In an emergency: ${userId} ${did[step]} (entry ${index}) as ${role} for the time from ${from} to ${until} at most; ${askedBy} asked (entry ${asked}) and ${agreedBy} agreed.`,
  );
}

function emergenciesIn(bundle: Bundle): readonly Emergency[] {
  const found = bundle.leaves.filter(({ leaf, payload }) => leaf.entry.kind === 'breakGlass' && payload !== null);
  return emergenciesOf(
    found.map((item) => {
      try {
        return breakGlassEntry(item.leaf, parsePart0('breakGlass', jsonPart(item.payload?.part0)), leafHashHex(item));
      } catch (cause) {
        if (!(cause instanceof PayloadShapeError)) throw cause;
        throw new BundleError('payload', placeOf(bundle, item), `The payload cannot be read: ${cause.message}.`);
      }
    }),
  );
}

function stepOf(
  step: EmergencyStep['step'],
  { leaf, index }: BundleLeaf,
  emergencies: readonly Emergency[],
): EmergencyStep | null {
  const { user } = leaf.entry;
  const place = { index: Number(index), at: leaf.env.serverTime };
  const held = emergencies.find((each) => each.userId === user && each.role === ROLE_OF[step] && heldWhen(each, place));
  if (held === undefined || held.agreed === null || held.until === null) return null;
  const { role, asked, agreed, until } = held;
  return {
    step,
    index,
    userId: user,
    role,
    askedBy: asked.by,
    agreedBy: agreed.by,
    from: agreed.at,
    until,
    asked: String(asked.index),
  };
}
