/** Whether the browser gives a WebGL 2 context; three.js is not loaded in vain. */
export function webglHere(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}
