// import 'ristretto/indirect': the same module, for programs that name it so.

export * from './index.mjs';
export { default } from './index.mjs';
