import { itConforms } from './linear-algebra-conformance.test-support.ts';
import { plainLinearAlgebra } from './workspace.ts';

// Against itself: of what the suite asks, only the laws are news here. The products have their own loops in products.test.ts.
itConforms(async () => plainLinearAlgebra, { bitwise: true });
