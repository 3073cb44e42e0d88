/**
 * Owns the witness policy, a C2SP tlog-policy file: which logs and witnesses are known, and which of the witnesses together
 * make a checkpoint good enough to act on. Reading a policy trusts nobody: it comes from who relies on it.
 */
import { toHex } from '../bytes.ts';
import { KeyFormatError, parseVkey, SIGNATURE_TYPE, type Vkey } from '../vkey.ts';

/** A witness as a policy names it; `url` is where it takes checkpoints, for who asks it. */
export interface PolicyWitness {
  readonly name: string;
  readonly vkey: Vkey;
  readonly url: string | undefined;
}

/** A group has witnessed what at least `threshold` of its members, witnesses or groups, have. */
export interface PolicyGroup {
  readonly name: string;
  readonly threshold: number;
  readonly members: readonly string[];
}

/** A policy. `quorum` is the name of a witness or group, or null where no cosignature is asked for. */
export interface WitnessPolicy {
  readonly logs: readonly Vkey[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  readonly quorum: string | null;
}

/** A text that is not a policy; `line` counts from 1. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly line: number;
  constructor(line: number, text: string) {
    super(`line ${line}: ${text}`);
    this.line = line;
  }
}

/** More lines of one kind than this are no policy of people. */
const MOST_OF_A_KIND = 64;
const FORBIDDEN = /[^\t\n\x20-\x7e\u0080-\u{10ffff}]/u;
const THRESHOLD = /^[1-9][0-9]{0,3}$/;

class PolicyReader {
  readonly logs: Vkey[] = [];
  readonly witnesses: PolicyWitness[] = [];
  readonly groups: PolicyGroup[] = [];
  quorum: string | null | undefined;
  readonly #names = new Set<string>();
  readonly #members = new Set<string>();

  read(line: number, [keyword, ...items]: readonly string[]): void {
    const fail = (text: string): PolicyError => new PolicyError(line, text);
    switch (keyword) {
      case 'log':
        this.#log(items, fail);
        break;
      case 'witness':
        this.#witness(items, fail);
        break;
      case 'group':
        this.#group(items, fail);
        break;
      case 'quorum':
        this.#quorum(items, fail);
        break;
      default:
        throw fail(`“${keyword}” is not one of log, witness, group and quorum`);
    }
    if (Math.max(this.logs.length, this.witnesses.length, this.groups.length) > MOST_OF_A_KIND)
      throw fail(`more than ${MOST_OF_A_KIND} lines of one kind`);
  }

  #log([text, , ...more]: readonly string[], fail: (text: string) => PolicyError): void {
    if (text === undefined || more.length > 0) throw fail('a log line reads: log KEY [URL]');
    const vkey = keyOf(text, SIGNATURE_TYPE.ed25519, fail);
    if (this.logs.some((other) => isSameKey(other, vkey))) throw fail('the same log key twice');
    this.logs.push(vkey);
  }

  #witness([name, text, url, ...more]: readonly string[], fail: (text: string) => PolicyError): void {
    if (name === undefined || text === undefined || more.length > 0)
      throw fail('a witness line reads: witness NAME KEY [URL]');
    this.#define(name, fail);
    const vkey = keyOf(text, SIGNATURE_TYPE.cosignature, fail);
    if (this.witnesses.some((other) => isSameKey(other.vkey, vkey))) throw fail('the same witness key twice');
    this.witnesses.push({ name, vkey, url });
  }

  #group([name, how, ...members]: readonly string[], fail: (text: string) => PolicyError): void {
    if (name === undefined || how === undefined || members.length === 0)
      throw fail('a group line reads: group NAME all|any|NUMBER MEMBER…');
    for (const member of members) {
      if (!this.#names.has(member)) throw fail(`${member} is not defined above`);
      if (this.#members.has(member)) throw fail(`${member} is a member of a group already`);
      this.#members.add(member);
    }
    const threshold = how === 'all' ? members.length : how === 'any' ? 1 : THRESHOLD.test(how) ? Number(how) : 0;
    if (threshold < 1 || threshold > members.length)
      throw fail(`“${how}” is not all, any, or a number from 1 to ${members.length}`);
    this.#define(name, fail);
    this.groups.push({ name, threshold, members });
  }

  #quorum([name, ...more]: readonly string[], fail: (text: string) => PolicyError): void {
    if (name === undefined || more.length > 0) throw fail('a quorum line reads: quorum NAME, or quorum none');
    if (this.quorum !== undefined) throw fail('a second quorum line');
    if (name !== 'none' && !this.#names.has(name)) throw fail(`${name} is not defined above`);
    this.quorum = name === 'none' ? null : name;
  }

  #define(name: string, fail: (text: string) => PolicyError): void {
    if (name === 'none') throw fail('the name “none” means no quorum');
    if (this.#names.has(name)) throw fail(`the name ${name} is used twice`);
    this.#names.add(name);
  }
}

function keyOf(text: string, type: number, fail: (text: string) => PolicyError): Vkey {
  try {
    const vkey = parseVkey(text);
    if (vkey.type === type) return vkey;
  } catch (cause) {
    if (!(cause instanceof KeyFormatError)) throw cause;
    throw fail(cause.message);
  }
  throw fail(
    type === SIGNATURE_TYPE.cosignature ? 'not an Ed25519 cosignature key (type 4)' : 'not an Ed25519 log key',
  );
}

const isSameKey = (a: Vkey, b: Vkey): boolean => toHex(a.key) === toHex(b.key);

/** [HIST-90] Reads a policy; throws `PolicyError` with the line at fault. */
export function parseWitnessPolicy(text: string): WitnessPolicy {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new PolicyError(lines.length + 1, 'the last line does not end with a newline');
  const reader = new PolicyReader();
  lines.forEach((line, i) => {
    if (FORBIDDEN.test(line)) throw new PolicyError(i + 1, 'a control character');
    const items = line.split(/[ \t]+/).filter((item) => item !== '');
    if (items.length > 0 && items[0]?.startsWith('#') !== true) reader.read(i + 1, items);
  });
  const { logs, witnesses, groups, quorum } = reader;
  if (quorum === undefined) throw new PolicyError(Math.max(lines.length, 1), 'no quorum line');
  return { logs, witnesses, groups, quorum };
}

/** [HIST-91] Whether the named witnesses make the quorum. */
export function isQuorum(policy: WitnessPolicy, witnessed: ReadonlySet<string>): boolean {
  if (policy.quorum === null) return true;
  const has = new Set(witnessed);
  // Groups name only what stands above them, so one pass in order settles every one.
  for (const { name, threshold, members } of policy.groups) {
    if (members.filter((member) => has.has(member)).length >= threshold) has.add(name);
  }
  return has.has(policy.quorum);
}
