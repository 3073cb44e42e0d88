// The one error of settings. Owns its name.

/** A setting that cannot be used, with what to write instead. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
