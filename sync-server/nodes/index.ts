export * from './findLeader.ts';
export * from './node.ts';
