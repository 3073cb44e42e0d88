// Requests about people, accounts and tokens, typed and checked. Owns paths and shapes of these; keeps nothing.
import {
  type AddPerson,
  type BeginCompany,
  begunCompanySchema,
  type ChangePassword,
  type ChangeRole,
  type CodeMeans,
  codeMeansSchema,
  type FinishCompany,
  type IssuedCode,
  issuedCodeSchema,
  type MadeServiceToken,
  type MakeServiceToken,
  madeServiceTokenSchema,
  type ServiceToken,
  type SignedIn,
  type SignIn,
  serviceTokenSchema,
  signedInSchema,
  type UseCode,
  type User,
  userSchema,
} from '@countersign/shared/protocol/api';
import { z } from 'zod';
import type { Http } from './http.ts';

/** Signing in and out, and what admins do about people. Each may throw ApiError, Offline, SessionEnded or UnexpectedAnswer. */
export interface AccountsApi {
  signIn(how: SignIn): Promise<SignedIn>;
  /** Address to open in the browser. */
  beginCompany(begin: BeginCompany): Promise<string>;
  finishCompany(finish: FinishCompany): Promise<SignedIn>;
  lookAtCode(code: string): Promise<CodeMeans>;
  spendCode(use: UseCode): Promise<SignedIn>;
  changePassword(change: ChangePassword): Promise<void>;
  add(person: AddPerson): Promise<IssuedCode>;
  /** Takes password and sessions; answers a code to choose another password with. */
  reset(userId: string): Promise<IssuedCode>;
  remove(userId: string): Promise<void>;
  endSessions(userId: string): Promise<void>;
  changeRole(userId: string, change: ChangeRole): Promise<User>;
  revokeDevice(deviceId: string): Promise<void>;
  serviceTokens(): Promise<ServiceToken[]>;
  makeServiceToken(token: MakeServiceToken): Promise<MadeServiceToken>;
  revokeServiceToken(tokenId: string): Promise<void>;
}

const part = encodeURIComponent;

/** Builds these requests over one connection. */
export function accountsApi(http: Http): AccountsApi {
  const person = (userId: string) => `/people/${part(userId)}`;
  return {
    signIn: (how) => http.json('POST', '/session', signedInSchema, { json: how }),
    beginCompany: async (begin) =>
      (await http.json('POST', '/session/company', begunCompanySchema, { json: begin })).url,
    finishCompany: (finish) => http.json('POST', '/session/company/finish', signedInSchema, { json: finish }),
    lookAtCode: (code) => http.json('POST', '/session/code/look', codeMeansSchema, { json: { code } }),
    spendCode: (use) => http.json('POST', '/session/code', signedInSchema, { json: use }),
    changePassword: (change) => http.nothing('POST', '/session/password', { json: change }),
    add: (added) => http.json('POST', '/people', issuedCodeSchema, { json: added }),
    reset: (userId) => http.json('POST', `${person(userId)}/code`, issuedCodeSchema),
    remove: (userId) => http.nothing('DELETE', person(userId)),
    endSessions: (userId) => http.nothing('DELETE', `${person(userId)}/sessions`),
    changeRole: (userId, change) => http.json('POST', `${person(userId)}/roles`, userSchema, { json: change }),
    revokeDevice: (deviceId) => http.nothing('DELETE', `/devices/${part(deviceId)}`),
    serviceTokens: () => http.json('GET', '/service-tokens', z.array(serviceTokenSchema)),
    makeServiceToken: (token) => http.json('POST', '/service-tokens', madeServiceTokenSchema, { json: token }),
    revokeServiceToken: (tokenId) => http.nothing('DELETE', `/service-tokens/${part(tokenId)}`),
  };
}
