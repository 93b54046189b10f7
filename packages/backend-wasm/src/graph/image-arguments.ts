import type { View } from './view.ts';

/** Address and pitches of an image, as kernels take them. */
export function image(view: View): [address: number, image: number, row: number, pixel: number] {
  return [view.address, view.image, view.row, view.pixel];
}

/** Height, width and channels of an image, as kernels take them. */
export function size(view: View): [height: number, width: number, channels: number] {
  return [view.height, view.width, view.channels];
}
