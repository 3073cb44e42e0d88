// Requests about roles held in an emergency, typed and checked. Owns their paths; what is signed is the engine's.
import { actDoneSchema, type EmergencyLines, emergenciesSchema } from '@countersign/shared/protocol/api';
import type { Http } from './http.ts';

export interface EmergencyApi {
  /** Requests and terms of the last 30 days, newest first. */
  list(): Promise<EmergencyLines>;
  /** Posts a signed act; `body` is the exact JSON text, repeated unchanged on a retry. */
  act(path: string, body: string): Promise<void>;
}

export function emergencyApi(http: Http): EmergencyApi {
  return {
    list: () => http.json('GET', '/break-glass', emergenciesSchema),
    act: async (path, body) => {
      await http.json('POST', path, actDoneSchema, { text: body });
    },
  };
}
