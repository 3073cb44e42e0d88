// The server's own log. Owns the line format and what of an error may be told; must not be given tokens, cell values or payload bytes.
import { hostname } from 'node:os';
import type { LogLevel } from '../config/index.ts';
import { describeError } from './describeError.ts';
import { traceIds } from './tracing.ts';

const RANK: Record<LogLevel, number> = { silent: 0, error: 1, warn: 2, info: 3, debug: 4 };
/** Numbers that pino gives its levels, so that every tool that reads pino reads this log. */
const PINO_LEVEL: Record<LogLevel, number> = { silent: 100, error: 50, warn: 40, info: 30, debug: 20 };

export type LogFields = Readonly<Record<string, string | number | boolean>>;

export interface Log {
  error(text: string, error: unknown, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  debug(text: string, fields?: LogFields): void;
}

/** What somebody sent cannot end a line, begin another one or speak to the terminal. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** [OPS-11] A log that writes one line an event: JSON as pino writes it, or words for a person at a terminal. */
export function createLog(level: LogLevel, json: boolean, write: (line: string) => void): Log {
  const base = { pid: process.pid, hostname: hostname() };
  const put = (at: LogLevel, msg: string, fields: LogFields, error?: unknown): void => {
    if (RANK[at] > RANK[level]) return;
    const err = error === undefined ? {} : { err: describeError(error) };
    if (json) {
      write(
        `${JSON.stringify({ level: PINO_LEVEL[at], time: Date.now(), ...base, ...traceIds(), ...fields, ...err, msg })}\n`,
      );
      return;
    }
    const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${value}`);
    const reason = err.err === undefined ? '' : ` reason=${err.err.message}`;
    write(`${oneLine(`${new Date().toISOString()} ${at.padEnd(5)} ${msg}${rest.join('')}${reason}`)}\n`);
    if (RANK[level] >= RANK.debug && err.err !== undefined) write(`${err.err.stack}\n`);
  };
  return {
    error: (text, error, fields = {}) => put('error', text, fields, error),
    warn: (text, fields = {}) => put('warn', text, fields),
    info: (text, fields = {}) => put('info', text, fields),
    debug: (text, fields = {}) => put('debug', text, fields),
  };
}
