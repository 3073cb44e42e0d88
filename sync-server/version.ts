// Versions the server tells its clients. Owns nothing but the two names.
export { KERNEL_VERSION } from '@countersign/shared/billing';

export const SERVER_VERSION = '0.1.0';
