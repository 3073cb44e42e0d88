/**
 * Canonical JSON (RFC 8785, JCS). Owns: the one byte form of a value that is hashed or signed.
 * Must not: accept what JSON cannot say; a lone surrogate, NaN or undefined is refused, never replaced.
 */
import { DomainError } from '@countersign/shared/money';

/** Canonical JSON text: keys sorted by UTF-16 code units, ECMAScript number form, no white space. */
export function canonicalJson(value: unknown): string {
  return write(value, '$');
}

function refuse(what: string, path: string): never {
  throw new DomainError('NOT_CANONICAL', what, 'Give plain JSON values only.', { path });
}

function write(value: unknown, path: string): string {
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

function text(value: string, path: string): string {
  if (!value.isWellFormed()) refuse('The text holds a lone surrogate.', path);
  return JSON.stringify(value);
}

function list(value: readonly unknown[], path: string): string {
  let out = '[';
  for (let i = 0; i < value.length; i += 1) out += (i === 0 ? '' : ',') + write(value[i], `${path}[${i}]`);
  return `${out}]`;
}

function record(value: object, path: string): string {
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) refuse('Only plain objects have a JSON form.', path);
  let out = '{';
  let first = true;
  // Array.prototype.sort without a comparator orders by UTF-16 code units, which is what JCS asks for.
  for (const key of Object.keys(value).sort()) {
    const member: unknown = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    out += `${first ? '' : ','}${text(key, path)}:${write(member, `${path}.${key}`)}`;
    first = false;
  }
  return `${out}}`;
}
