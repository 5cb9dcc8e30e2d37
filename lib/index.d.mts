// What `import ... from 'ristretto'` sees: every member by name, and an object with the same members as default.

export * from './index.js';

type Members = Omit<typeof import('./index.js'), 'default'>;
declare const ristretto: Members;
export default ristretto;
