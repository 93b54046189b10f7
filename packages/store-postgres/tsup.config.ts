import { packageConfig } from '../../tools/build/tsup-package.ts';

export default packageConfig(import.meta.dirname);
