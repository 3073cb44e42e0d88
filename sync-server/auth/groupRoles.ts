// Which groups of the company's provider have which roles. Owns the file's form and the mapping; must not change anybody's roles.
import { readFileSync } from 'node:fs';
import { ROLES, type Role } from '@countersign/shared/access';
import { z } from 'zod';
import { ConfigError } from '../config/index.ts';

const fileSchema = z.strictObject({
  /** Claim that lists the person's groups. */
  claim: z.string().min(1).default('groups'),
  roles: z.record(z.string().min(1), z.array(z.enum(ROLES))),
});

export class GroupRoles {
  readonly #claim: string;
  readonly #roles: ReadonlyMap<string, readonly Role[]>;

  constructor(file: z.infer<typeof fileSchema>) {
    this.#claim = file.claim;
    this.#roles = new Map(Object.entries(file.roles));
  }

  /** @throws ConfigError when the file cannot be read or has another form. */
  static read(path: string): GroupRoles {
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(path, 'utf8'));
    } catch (error) {
      throw new ConfigError(`--oidc-roles ${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
    const checked = fileSchema.safeParse(value);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      throw new ConfigError(
        `--oidc-roles ${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'does not fit'}. Give {"claim": "groups", "roles": {"GROUP": ["editor"]}}.`,
      );
    }
    return new GroupRoles(checked.data);
  }

  /** Whether claims say anything of groups. */
  isTold(claims: Readonly<Record<string, unknown>>): boolean {
    return Object.hasOwn(claims, this.#claim);
  }

  /** The roles of somebody with these claims; unknown groups grant nothing. */
  rolesOf(claims: Readonly<Record<string, unknown>>): Role[] {
    const groups = claims[this.#claim];
    const named = typeof groups === 'string' ? [groups] : Array.isArray(groups) ? groups : [];
    const roles = new Set(named.flatMap((group) => (typeof group === 'string' ? (this.#roles.get(group) ?? []) : [])));
    return ROLES.filter((role) => roles.has(role));
  }
}
