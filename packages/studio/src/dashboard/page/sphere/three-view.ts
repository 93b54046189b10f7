import {
  AmbientLight,
  BufferAttribute,
  BufferGeometry,
  Color,
  DirectionalLight,
  Fog,
  InstancedMesh,
  Line,
  LineBasicMaterial,
  LineSegments,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  OrthographicCamera,
  Scene,
  SphereGeometry,
  WebGLRenderer,
} from 'three';
import { seriesColours } from '../../../chart/palette.ts';
import type { Point3 } from '../measure/table-measure.ts';
import { arc, EDGE, NET } from './great-circle.ts';
import type { SphereScene, SphereView } from './sphere-view.ts';

const POINT = 0.042;
/** The camera looks along -z from here; only depth and fog depend on it. */
const DISTANCE = 4;

/**
 * The sphere by WebGL; drawn when something changes, not otherwise.
 *
 * @param onLost - the browser took the context away: draw otherwise
 * @throws `Error` where there is no WebGL
 */
export function createThreeView(onLost: () => void): SphereView {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  const renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
  canvas.addEventListener('webglcontextlost', (event) => {
    event.preventDefault();
    onLost();
  });
  const scene = new Scene();
  const camera = new OrthographicCamera(-1, 1, 1, -1, 0.1, 2 * DISTANCE);
  camera.position.z = DISTANCE;
  const fog = new Fog(0xffffff, DISTANCE - 0.3, DISTANCE + 1.7);
  scene.fog = fog;
  const light = new DirectionalLight(0xffffff, 1.6);
  light.position.set(-1, 2, 3);
  scene.add(new AmbientLight(0xffffff, 1.9), light);

  const ball = new Mesh(
    new SphereGeometry(0.995, 48, 32),
    new MeshBasicMaterial({ transparent: true, opacity: 0.35, depthWrite: false, fog: false }),
  );
  const net = new LineSegments(
    new BufferGeometry().setAttribute('position', new BufferAttribute(segments(NET), 3)),
    new LineBasicMaterial({ transparent: true, opacity: 0.8 }),
  );
  net.matrixAutoUpdate = false;
  const edge = new LineSegments(
    new BufferGeometry().setAttribute('position', new BufferAttribute(segments([EDGE]), 3)),
    new LineBasicMaterial({ fog: false }),
  );
  const pair = new Line(new BufferGeometry(), new LineBasicMaterial());
  scene.add(ball, net, edge, pair);
  const marker = new SphereGeometry(POINT, 20, 14);
  let points = new InstancedMesh(marker, new MeshLambertMaterial(), 0);
  let spokes = new LineSegments(new BufferGeometry(), new LineBasicMaterial());
  let last: SphereScene | undefined;
  let colours = pageColours();

  /** Meshes have a fixed number of instances. */
  const makeRoom = (count: number): void => {
    if (points.count === count) return;
    scene.remove(points, spokes);
    points.dispose();
    spokes.geometry.dispose();
    points = new InstancedMesh(marker, points.material, count);
    points.frustumCulled = false;
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(6 * count), 3));
    geometry.setAttribute('color', new BufferAttribute(new Float32Array(6 * count), 3));
    spokes = new LineSegments(
      geometry,
      new LineBasicMaterial({ vertexColors: true, transparent: true, opacity: 0.6 }),
    );
    spokes.frustumCulled = false;
    scene.add(points, spokes);
  };

  const draw = (next: SphereScene): void => {
    last = next;
    const { rotation, radius, closest } = next;
    makeRoom(next.points.length);
    const matrix = new Matrix4();
    const position = spokes.geometry.getAttribute('position');
    const tint = spokes.geometry.getAttribute('color');
    next.points.forEach(([x, y, z], i) => {
      const colour = colours.series[next.tones[i]];
      points.setMatrixAt(i, matrix.makeTranslation(x, y, z));
      points.setColorAt(i, colour);
      position.setXYZ(2 * i + 1, x, y, z);
      for (const end of [2 * i, 2 * i + 1]) tint.setXYZ(end, colour.r, colour.g, colour.b);
    });
    points.instanceMatrix.needsUpdate = true;
    if (points.instanceColor !== null) points.instanceColor.needsUpdate = true;
    position.needsUpdate = tint.needsUpdate = true;
    pair.visible = closest !== null;
    if (closest !== null) {
      const line = arc(next.points[closest[0]], next.points[closest[1]]).flat();
      pair.geometry.setAttribute('position', new BufferAttribute(Float32Array.from(line), 3));
      pair.geometry.computeBoundingSphere();
    }
    const [x, y, z] = rotation;
    net.matrix.set(x[0], x[1], x[2], 0, y[0], y[1], y[2], 0, z[0], z[1], z[2], 0, 0, 0, 0, 1);
    net.matrixWorldNeedsUpdate = true;
    camera.zoom = radius;
    camera.updateProjectionMatrix();
    renderer.render(scene, camera);
  };

  const refresh = (): void => {
    const side = Math.max(1, canvas.clientWidth);
    renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    renderer.setSize(side, side, false);
    colours = pageColours();
    fog.color = colours.paper;
    ball.material.color = colours.panel;
    net.material.color = edge.material.color = colours.line;
    pair.material.color = colours.ink;
    if (last !== undefined) draw(last);
  };

  return {
    element: canvas,
    draw,
    refresh,
    dispose: () => {
      renderer.dispose();
      renderer.forceContextLoss();
      canvas.remove();
    },
  };
}

function segments(lines: readonly (readonly Point3[])[]): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    lines.flatMap((line) => line.slice(1).flatMap((point, i) => [...line[i], ...point])),
  );
}

function pageColours() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): Color => new Color(style.getPropertyValue(name).trim());
  return {
    paper: colour('--paper'),
    panel: colour('--panel'),
    line: colour('--line'),
    ink: colour('--ink'),
    series: seriesColours.map((_, i) => colour(`--series-${i}`)),
  };
}
