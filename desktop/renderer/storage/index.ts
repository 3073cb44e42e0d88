export * from './database.ts';
export * from './failure.ts';
export * from './profile.ts';
export * from './records.ts';
export * from './rescue.ts';
export * from './unsentWork.ts';
