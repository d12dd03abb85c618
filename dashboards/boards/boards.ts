import type { Thresholds } from '../thresholds.ts';
import { associations } from './associations.ts';
import type { Board } from './board.ts';
import { importing } from './importing.ts';
import { overview } from './overview.ts';
import { runtime } from './runtime.ts';
import { storing } from './storing.ts';
import { wall } from './wall.ts';

/** Every dashboard. */
export const boards = (thresholds: Thresholds): readonly Board[] => [
  overview(thresholds),
  associations(thresholds),
  storing(thresholds),
  importing(thresholds),
  runtime(thresholds),
  wall(thresholds),
];
