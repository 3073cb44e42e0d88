// What an entry of the log did, as a sentence without its subject. Owns the words of every kind; must not look anything up but names.
import { decodePayload, type PayloadOf, parsePart0 } from '@countersign/shared/history';
import type { Command } from '@countersign/shared/protocol';
import type { ReadableChange } from '@countersign/shared/protocol/api';
import type { People } from '../auth/index.ts';
import type { LogRow } from '../storage/index.ts';
import { manyChanges, oneChange } from './changeWords.ts';

/** What an `audit` entry about the access report is about. */
export const ACCESS_REPORT = 'access report';

/** What a service token may do, in words. */
const scopeWords = (scope: string): string => (scope === 'exports:read' ? 'read exports' : scope);

const VERBS: Readonly<Record<string, string>> = {
  submit: 'submitted it for approval',
  requestChanges: 'asked for changes',
  withdraw: 'returned it to draft',
  approve: 'approved it',
  execute: 'executed it',
  amend: 'opened an amendment',
  terminate: 'terminated it',
  export: 'exported it',
  receipt: 'received a receipt for an export',
  fold: 'stored its cells anew with its rows; no value changed',
  schema: 'brought documents to a new schema',
  erase: 'erased a payload',
  restore: 'restored the log from a backup',
  logKey: 'changed the key of the log',
};

/** What was read of an entry already. */
export interface EntryRead {
  readonly commands: readonly Command[];
  /** The first of them, readable; none of what is no version. */
  readonly changes: readonly ReadableChange[];
  /** What a `read` entry is about, by the names that people know. */
  readonly subject: string;
}

/** What an entry did, to follow the name of whoever did it. */
export function entryWords(row: LogRow, { commands, changes, subject }: EntryRead, people: People): string {
  if (row.kind === 'edit' || row.kind === 'choose') {
    const [first] = changes;
    if (first === undefined) return 'changed nothing';
    const verb = row.kind === 'choose' ? 'chose' : 'wrote';
    return commands.length === 1 ? oneChange(first, verb) : manyChanges(commands, first);
  }
  if (row.payload === null) return `made an entry whose content was erased (${VERBS[row.kind] ?? row.kind})`;
  const [part0] = decodePayload(row.payload);
  switch (row.kind) {
    case 'create': {
      const { title } = parsePart0('create', part0);
      return `created ${title}`;
    }
    case 'import': {
      const { fileName, rows } = parsePart0('import', part0);
      return `imported ${fileName}, ${rows} ${rows === 1 ? 'row' : 'rows'}`;
    }
    case 'key': {
      const { action, userId, deviceId } = parsePart0('key', part0);
      const whose = deviceWords(deviceId, userId, people);
      return action === 'enrol' ? `enrolled ${whose}` : `revoked ${whose}`;
    }
    case 'role': {
      const { action, userId, role } = parsePart0('role', part0);
      if (subject !== '') return action === 'grant' ? `let ${subject} ${scopeWords(role)}` : `revoked ${subject}`;
      const who = people.nameOf(userId);
      return action === 'grant' ? `made ${who} ${role}` : `took the role of ${role} from ${who}`;
    }
    case 'read': {
      const { action, count: times } = parsePart0('read', part0);
      return readWords(action, subject, times);
    }
    case 'park': {
      const { deviceId, versionId } = parsePart0('park', part0);
      const whose = deviceWords(deviceId, people.device(deviceId)?.userId ?? '', people);
      return versionId === undefined
        ? `froze ${whose}: it had signed two different entries with one number`
        : `kept, apart, what came after the key was revoked from ${whose}`;
    }
    case 'breakGlass':
      return emergencyWords(parsePart0('breakGlass', part0), people);
    case 'facts': {
      const { fileName, stream, rows, rejected } = parsePart0('facts', part0);
      return `brought in ${fileName}, ${rows} ${stream === 'delivery' ? 'delivery rows' : stream}, ${rejected} refused`;
    }
    default:
      return VERBS[row.kind] ?? row.kind;
  }
}

function deviceWords(deviceId: string, userId: string, people: People): string {
  const named = people.device(deviceId)?.name ?? '';
  return `${named === '' ? 'a device' : `the device “${named}”`} of ${people.nameOf(userId)}, ${deviceId}`;
}

/** [GLASS-15] What somebody did about a role held in an emergency, naming whom it is about. */
function emergencyWords(act: PayloadOf<'breakGlass'>, people: People): string {
  const asked = act.action === 'ask' ? act : people.emergencyAt(act.asked);
  if (asked === null) return `acted on a request for an emergency role that is not in the log (${act.action})`;
  const who = people.nameOf(asked.userId);
  const term = `${asked.minutes} ${asked.minutes === 1 ? 'minute' : 'minutes'}`;
  if (act.action === 'ask') return `asked that ${who} be ${asked.role} in an emergency for ${term}`;
  if (act.action === 'agree') return `agreed that ${who} is ${asked.role} in an emergency for ${term}`;
  return `ended the emergency role of ${asked.role} that ${who} held or was to hold`;
}

/** What was read, or tried in vain, and how often. */
function readWords(action: string, subject: string, count: number): string {
  const times = count === 1 ? 'once' : `${count} times`;
  switch (action) {
    case 'copy':
      return `copied ${count} rows of ${subject}`;
    case 'print':
      return `printed ${count} rows of ${subject}`;
    case 'export':
      return `saved ${count} rows of ${subject} to a file`;
    case 'audit':
      if (subject === ACCESS_REPORT) return `saved the access report, ${count} people and tokens`;
      return `exported ${count} entries of the history, ${subject}`;
    case 'open':
      return count === 1 ? `opened ${subject}` : `opened ${count} versions: ${subject}`;
    case 'newCode':
      return `asked for a code with which ${subject} chooses a new password`;
    case 'failedSignIn':
      return `failed to sign in ${times}`;
    case 'failedAccess':
      return `was refused ${times} what the role does not allow`;
    default:
      return `read ${subject} ${times} (${action})`;
  }
}
