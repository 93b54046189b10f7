import type { Point3 } from '../measure/table-measure.ts';
import type { Rotation } from './rotation.ts';

/** What is to be seen: unit vectors that are turned already, x to the right, y up, z toward the reader. */
export interface SphereScene {
  readonly points: readonly Point3[];
  /** Number of the colour of each point. */
  readonly tones: readonly number[];
  /** Positions of the two that are joined; null for none. */
  readonly closest: readonly [number, number] | null;
  /** Of the net of the sphere. */
  readonly rotation: Rotation;
  /** Radius of the sphere as a share of half of the picture's side. */
  readonly radius: number;
}

/** A way to draw the sphere. */
export interface SphereView {
  readonly element: Element;
  draw(scene: SphereScene): void;
  /** Colours of the page, or its size, have changed. */
  refresh(): void;
  dispose(): void;
}
