/**
 * Owns the contract half of checking a bundle: this content was submitted, approved under this policy by people who did
 * not write it, executed and then exported, with nothing left out in between.
 */
import { type EntryKind, WORKSPACE_DOCUMENT } from '../entry.ts';
import { contentHash, policyHash } from '../keyring.ts';
import { jsonPart, type PayloadOf, PayloadShapeError, parsePart0 } from '../payloads.ts';
import { BundleError } from './failure.ts';
import type { Bundle, BundleLeaf } from './format.ts';
import { leafHashHex, placeOf, requireNoGap } from './log.ts';

/** Field of a command that says something about a place and changes no term. */
const REMARK_FIELD = '$comment';

/** Kinds whose payload a bundle must carry; every other leaf is carried without. */
const KINDS_WITH_PAYLOAD: ReadonlySet<EntryKind> = new Set([
  'create',
  'import',
  'submit',
  'approve',
  'execute',
  'export',
  'key',
  'breakGlass',
]);

/** [GLASS-20] Whether a bundle of the version carries the payload of such a leaf: break-glass of the whole workspace, keys, and its own. */
export function isPayloadCarried(kind: EntryKind, doc: string, versionId: string): boolean {
  if (!KINDS_WITH_PAYLOAD.has(kind)) return false;
  if (kind === 'breakGlass') return doc === WORKSPACE_DOCUMENT;
  return kind === 'key' || doc === versionId;
}

/** Kinds whose payload has parts beside part 0; a bundle carries those parts as leaf hashes. */
const KINDS_WITH_PARTS: ReadonlySet<EntryKind> = new Set(['create', 'import', 'breakGlass', 'edit']);

/** What may follow the submission of an exported version, in its document. */
const AFTER_SUBMIT: ReadonlySet<EntryKind> = new Set([
  'approve',
  'execute',
  'export',
  'receipt',
  'amend',
  'renew',
  'terminate',
  'read',
  'erase',
]);

/** A lifecycle leaf with its payload read. */
export interface Step<Kind extends EntryKind> {
  readonly item: BundleLeaf;
  readonly payload: PayloadOf<Kind>;
}

/** The life of the exported version as the bundle proves it. */
export interface ProvenLife {
  /** Everyone who signed an edit or a choice, in order of first writing; approvers' remarks are none. */
  readonly writers: readonly string[];
  /** In whose names files were imported. */
  readonly importers: readonly string[];
  readonly create: Step<'create'>;
  readonly submit: Step<'submit'>;
  readonly approvals: readonly Step<'approve'>[];
  readonly execute: Step<'execute'>;
  readonly exports: readonly Step<'export'>[];
}

function stepsOf<Kind extends EntryKind>(bundle: Bundle, items: readonly BundleLeaf[], kind: Kind): Step<Kind>[] {
  return items
    .filter((item) => item.leaf.entry.kind === kind)
    .map((item) => {
      if (item.payload === null) {
        throw new BundleError('payload', placeOf(bundle, item), 'The payload of this leaf is not in the bundle.');
      }
      try {
        return { item, payload: parsePart0(kind, jsonPart(item.payload.part0)) };
      } catch (cause) {
        if (!(cause instanceof PayloadShapeError)) throw cause;
        throw new BundleError('payload', placeOf(bundle, item), `The payload cannot be read: ${cause.message}.`);
      }
    });
}

function only<Kind extends EntryKind>(steps: readonly Step<Kind>[], kind: Kind): Step<Kind> {
  const [step] = steps;
  if (step === undefined || steps.length > 1) {
    throw new BundleError(
      'lifecycle',
      'leaves',
      `The bundle holds ${steps.length} ${kind} leaves of this version instead of one.`,
    );
  }
  return step;
}

/** The bundle's stated hashes are those of its content and policy. */
export function requireHashes(bundle: Bundle): void {
  if (contentHash(bundle.content) !== bundle.contentHash) {
    throw new BundleError('content', 'content', 'The contract content is not the content that the hash names.');
  }
  if (policyHash(bundle.policy) !== bundle.policyHash) {
    throw new BundleError('policy', 'policy', 'The approval policy is not the policy that the hash names.');
  }
}

/** Payloads are carried exactly where they are needed, so that a bundle has one form. */
export function requirePayloadPlaces(bundle: Bundle): void {
  const keyDocuments = new Set(
    bundle.leaves.filter((item) => item.leaf.entry.kind === 'key').map((item) => item.leaf.entry.doc),
  );
  for (const item of bundle.leaves) {
    const { kind, doc } = item.leaf.entry;
    // [HIST-56] Whether remarks are needed is judged with the version's life.
    const mayCarry = kind === 'edit' && doc === bundle.versionId;
    const needed = isPayloadCarried(kind, doc, bundle.versionId);
    if (needed !== (item.payload !== null) && !mayCarry) {
      const text = needed
        ? 'The payload of this leaf is missing.'
        : 'The bundle carries a payload that it has no use for.';
      throw new BundleError('payload', placeOf(bundle, item), text);
    }
    if (item.payload !== null && !KINDS_WITH_PARTS.has(kind) && item.payload.rest.length > 0) {
      throw new BundleError('payload', placeOf(bundle, item), 'The payload has parts that its kind has not.');
    }
    if (doc !== bundle.versionId && !keyDocuments.has(doc)) {
      const text = 'The leaf belongs to a document that this bundle is not about.';
      throw new BundleError('leaf', placeOf(bundle, item), text);
    }
  }
}

/** Reads the version's life and checks that it is whole, its order, and what each step binds. */
export function requireLife(bundle: Bundle): ProvenLife {
  const own = bundle.leaves.filter((item) => item.leaf.entry.doc === bundle.versionId);
  const create = only(stepsOf(bundle, own, 'create'), 'create');
  const submit = stepsOf(bundle, own, 'submit').at(-1);
  if (submit === undefined) throw new BundleError('lifecycle', 'leaves', 'The bundle holds no submission.');
  if (own[0] !== create.item) {
    throw new BundleError('lifecycle', 'leaves', 'The version does not begin with its creation.');
  }
  requireNoGap(bundle, own, '');
  const written = own.slice(0, own.indexOf(submit.item));
  const decided = own.slice(written.length + 1);
  for (const item of decided) {
    if (AFTER_SUBMIT.has(item.leaf.entry.kind)) continue;
    const text = `A leaf of kind ${item.leaf.entry.kind} follows the submission, so its approvals do not stand.`;
    throw new BundleError('lifecycle', placeOf(bundle, item), text);
  }
  const approvals = stepsOf(bundle, decided, 'approve');
  const execute = only(stepsOf(bundle, decided, 'execute'), 'execute');
  const exports = stepsOf(bundle, decided, 'export');
  if (approvals.length === 0) throw new BundleError('lifecycle', 'leaves', 'The bundle holds no approval.');
  const at = (step: { readonly item: BundleLeaf }): number => Number(step.item.index);
  if (approvals.some((step) => at(step) > at(execute)) || exports.some((step) => at(step) < at(execute))) {
    throw new BundleError('lifecycle', 'leaves', 'The version was not approved, executed and exported in this order.');
  }
  if (exports.length === 0 || own.at(-1) !== exports.at(-1)?.item) {
    throw new BundleError('lifecycle', 'leaves', 'The bundle does not end with the export that it is.');
  }
  const remarks = remarksIn(bundle, own, { submit, approvals });
  const writers = writersOf(written.filter((item) => !remarks.has(item)));
  const life = { writers, importers: importersOf(bundle, written), create, submit, approvals, execute, exports };
  requireBindings(bundle, life);
  return life;
}

/**
 * [HIST-56] Edits that hold remarks only, by somebody who approved and is no author. The bundle carries those, to show that no approver wrote,
 * and no other edit's payload.
 */
function remarksIn(
  bundle: Bundle,
  own: readonly BundleLeaf[],
  { submit, approvals }: Pick<ProvenLife, 'submit' | 'approvals'>,
): ReadonlySet<BundleLeaf> {
  const approvers = new Set(approvals.map(({ item }) => item.leaf.entry.user));
  const carried = own.filter((item) => item.leaf.entry.kind === 'edit' && item.payload !== null);
  for (const { item, payload } of stepsOf(bundle, carried, 'edit')) {
    const { user } = item.leaf.entry;
    if (holdsRemarksOnly(payload) && approvers.has(user) && !submit.payload.authors.includes(user)) continue;
    throw new BundleError('payload', placeOf(bundle, item), 'The bundle carries a payload that it has no use for.');
  }
  return new Set(carried);
}

/** [HIST-56] Whether an edit says something and writes nothing. */
export function holdsRemarksOnly({ commands }: Pick<PayloadOf<'edit'>, 'commands'>): boolean {
  return commands.length > 0 && commands.every(({ field }) => field === REMARK_FIELD);
}

/** In whose names files were imported, in order. */
function importersOf(bundle: Bundle, written: readonly BundleLeaf[]): string[] {
  return stepsOf(bundle, written, 'import').map(({ payload }) => payload.by);
}

/** Who signed edits and choices, in order of first writing. */
function writersOf(written: readonly BundleLeaf[]): string[] {
  const signed = written.filter(({ leaf }) => leaf.entry.kind === 'edit' || leaf.entry.kind === 'choose');
  return [...new Set(signed.map(({ leaf }) => leaf.entry.user))];
}

/** The contract that a workbook content says it is of; content of another shape names none. */
function namedContract(content: unknown): unknown {
  return typeof content === 'object' && content !== null && Object.hasOwn(content, 'contractId')
    ? (content as { readonly contractId: unknown }).contractId
    : undefined;
}

function requireBindings(bundle: Bundle, life: ProvenLife): void {
  for (const step of [life.create, life.submit, ...life.approvals, life.execute, ...life.exports]) {
    if (step.payload.versionId !== bundle.versionId) {
      throw new BundleError(
        'lifecycle',
        placeOf(bundle, step.item),
        `The leaf is about version ${step.payload.versionId}.`,
      );
    }
  }
  for (const step of [life.submit, ...life.approvals, life.execute, ...life.exports]) {
    if (step.payload.contentHash !== bundle.contentHash) {
      throw new BundleError('content', placeOf(bundle, step.item), 'The leaf was signed for another content.');
    }
  }
  const named = namedContract(bundle.content);
  if (named !== undefined && named !== life.create.payload.contractId) {
    throw new BundleError('content', 'content.contractId', 'The content names another contract than its creation.');
  }
  for (const step of life.approvals) {
    const where = placeOf(bundle, step.item);
    if (step.payload.policyHash !== bundle.policyHash || step.item.leaf.env.policyHash !== bundle.policyHash) {
      throw new BundleError('policy', where, 'The approval was given under another policy.');
    }
    if (step.payload.logIndex !== life.submit.item.index) {
      throw new BundleError('lifecycle', where, 'The approval is for another submission of this version.');
    }
  }
}

/**
 * Segregation of duties over what was signed: the submission names every importer, nobody who wrote, named or not, and no submitter approves, nobody
 * counts twice, the sole approver does not export.
 */
export function requireDuties(bundle: Bundle, life: ProvenLife): void {
  const unnamed = life.importers.find((user) => !life.submit.payload.authors.includes(user));
  if (unnamed !== undefined) {
    const text = `${unnamed} wrote in the version, and the submission does not name ${unnamed} as an author.`;
    throw new BundleError('duties', placeOf(bundle, life.submit.item), text);
  }
  // Who signed entries and is not named may have made remarks only; they are barred like those who are named.
  const authors = new Set([...life.submit.payload.authors, ...life.writers]);
  const submitter = life.submit.item.leaf.entry.user;
  const approvers = new Set<string>();
  for (const { item } of life.approvals) {
    const { user } = item.leaf.entry;
    const where = placeOf(bundle, item);
    if (authors.has(user)) throw new BundleError('duties', where, `${user} approved a version that ${user} wrote in.`);
    if (user === submitter)
      throw new BundleError('duties', where, `${user} approved a version that ${user} submitted.`);
    if (approvers.has(user)) throw new BundleError('duties', where, `${user} approved the version twice.`);
    approvers.add(user);
  }
  for (const { item } of life.exports) {
    const { user } = item.leaf.entry;
    if (approvers.size === 1 && approvers.has(user)) {
      throw new BundleError('duties', placeOf(bundle, item), `${user} exported the version as its only approver.`);
    }
  }
}

/** Leaf hash of the final export, for the report. */
export const finalLeafHash = (life: ProvenLife): string => {
  const last = life.exports.at(-1);
  return last === undefined ? '' : leafHashHex(last.item);
};
