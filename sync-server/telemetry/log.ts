// The server's own log. Owns the line format; must not be given tokens, cell values or payload bytes.
import type { LogLevel } from '../config/index.ts';

const RANK: Record<LogLevel, number> = { silent: 0, error: 1, warn: 2, info: 3, debug: 4 };

export type LogFields = Readonly<Record<string, string | number | boolean>>;

export interface Log {
  error(text: string, error: unknown, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  debug(text: string, fields?: LogFields): void;
}

/** A log that writes one line an event. */
export function createLog(level: LogLevel, json: boolean, write: (line: string) => void): Log {
  const put = (at: LogLevel, text: string, fields: LogFields): void => {
    if (RANK[at] > RANK[level]) return;
    const time = new Date().toISOString();
    if (json) {
      write(`${JSON.stringify({ time, level: at, text, ...fields })}\n`);
      return;
    }
    const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${value}`);
    write(`${time} ${at.padEnd(5)} ${text}${rest.join('')}\n`);
  };
  return {
    error: (text, error, fields = {}) => {
      const reason = error instanceof Error ? error.message : String(error);
      put('error', text, { ...fields, reason });
      if (RANK[level] >= RANK.debug && error instanceof Error && error.stack !== undefined) write(`${error.stack}\n`);
    },
    warn: (text, fields = {}) => put('warn', text, fields),
    info: (text, fields = {}) => put('info', text, fields),
    debug: (text, fields = {}) => put('debug', text, fields),
  };
}
