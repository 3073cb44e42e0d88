/**
 * Canonical JSON (RFC 8785, JCS). Owns: the one byte form of a value that is hashed or signed.
 * Must not: accept what JSON cannot say; a lone surrogate, NaN or undefined is refused, never replaced.
 */
import { DomainError } from '@countersign/shared/money';

/** Canonical JSON text: keys sorted by UTF-16 code units, ECMAScript number form, no white space. */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

/** Keys and places from the root to the value being written: read only when something is refused. */
type Path = (string | number)[];

function refuse(what: string, path: Path): never {
  const at = path.reduce<string>((text, step) => text + (typeof step === 'number' ? `[${step}]` : `.${step}`), '$');
  throw new DomainError('NOT_CANONICAL', what, 'Give plain JSON values only.', { path: at });
}

function write(value: unknown, path: Path): string {
  switch (typeof value) {
    case 'string':
      return text(value, path);
    case 'number':
      if (!Number.isFinite(value)) return refuse('NaN and infinities have no JSON form.', path);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? list(value, path) : record(value, path);
    default:
      return refuse(`A value of type ${typeof value} has no JSON form.`, path);
  }
}

function text(value: string, path: Path): string {
  if (!value.isWellFormed()) refuse('The text holds a lone surrogate.', path);
  return JSON.stringify(value);
}

function list(value: readonly unknown[], path: Path): string {
  let out = '[';
  for (let i = 0; i < value.length; i += 1) {
    path.push(i);
    out += (i === 0 ? '' : ',') + write(value[i], path);
    path.pop();
  }
  return `${out}]`;
}

function record(value: object, path: Path): string {
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) refuse('Only plain objects have a JSON form.', path);
  let out = '{';
  let first = true;
  // Array.prototype.sort without a comparator orders by UTF-16 code units, which is what JCS asks for.
  for (const key of Object.keys(value).sort()) {
    const member: unknown = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    path.push(key);
    out += `${first ? '' : ','}${text(key, path)}:${write(member, path)}`;
    path.pop();
    first = false;
  }
  return `${out}}`;
}
