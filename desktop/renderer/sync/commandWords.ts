// What a person is asked before a lifecycle command is signed: the act, the version, what follows from it, the reason given, the content.
// Pure words; the host asks, `commands.ts` signs.
import { versionName } from '@countersign/shared/lifecycle';
import type { CommandKind, VersionDetail } from '@countersign/shared/protocol/api';
import type { CommandFields } from './engine.ts';

interface Words {
  /** Before the name of the document. */
  readonly verb: string;
  /** On the button, where it is not the verb. */
  readonly action?: string;
  /** What follows, in one sentence. */
  readonly follows: string;
}

const WORDS: Readonly<Record<CommandKind, Words>> = {
  submit: {
    verb: 'Submit',
    follows: 'Nobody edits it while it is in review. Whoever wrote in it does not approve it.',
  },
  requestChanges: {
    verb: 'Request changes to',
    action: 'Request changes',
    follows: 'It goes back to its editors as a draft, and approvals given so far are void.',
  },
  withdraw: { verb: 'Withdraw', follows: 'It becomes a draft again, and approvals given so far are void.' },
  reopen: { verb: 'Reopen', follows: 'It becomes a draft again, and its approvals are void.' },
  approve: { verb: 'Approve', follows: 'The approval holds for exactly this content.' },
  execute: { verb: 'Execute', follows: 'Its terms take effect, and it is changed by an amendment only.' },
  amend: { verb: 'Amend', follows: 'A draft opens with the same rows. This version stays in force meanwhile.' },
  terminate: { verb: 'Terminate', follows: 'The contract ends. This is not undone.' },
  export: { verb: 'Export', follows: 'Billing may fetch it from then on.' },
};

export interface Confirmation {
  readonly title: string;
  readonly lines: readonly string[];
  readonly action: string;
}

/** [UI-27] The question. Dates in it are ISO local dates. */
export function confirmation(
  { summary, contentHash }: Pick<VersionDetail, 'summary' | 'contentHash'>,
  kind: CommandKind,
  fields: CommandFields,
): Confirmation {
  const { verb, action = verb, follows } = WORDS[kind];
  const { number, title, effectiveFrom } = summary;
  const { reason } = fields;
  return {
    title: `${verb} ${number}, ${title}`,
    lines: [
      `${versionName(summary)}${effectiveFrom === null ? '' : `, from ${effectiveFrom}`}`,
      follows,
      ...(typeof reason === 'string' && reason !== '' ? [`Reason: ${reason}`] : []),
      `Content ${contentHash}`,
    ],
    action,
  };
}
