import { seriesKey } from '../chart/marker.ts';
import { seriesLook } from '../chart/palette.ts';
import { tableLabel, type UsableTables } from '../geometry/usable-tables.ts';
import { html, jsonForScript, type Html } from '../html/html.ts';
import { decimal, integer, list, percent, plural, shorten } from '../format/format.ts';
import { encodeFrame } from '../projection/frame-code.ts';
import { rimLabels } from '../projection/rim-labels.ts';
import { prototypeFrames, type Frame, type PrototypeFrames } from '../projection/prototype-frames.ts';
import { className } from './report-names.ts';
import type { ShownInput } from './shown-run.ts';
import { emptyState, type Section } from './section.ts';

/** Of the unit ball in the drawing. */
const RADIUS = 140;
const HALF_WIDTH = 212;
const HALF_HEIGHT = 162;
/** With more classes only the tooltips say names. */
const MOST_LABELS = 24;

/** The prototypes as points, before and after alignment, in every round. */
export function pictureSection(input: ShownInput, tables: readonly UsableTables[]): Section {
  const pictures = input.runs.flatMap((_, index) => {
    const frames = prototypeFrames(tables[index]);
    return frames === undefined ? [] : [picture(input, { index, frames, usable: tables[index] })];
  });
  return {
    id: 'pictures',
    title: 'Prototype pictures',
    body:
      pictures.length === 0
        ? emptyState('No run has prototypes to draw.')
        : html`<p>
              Directions of the class prototypes as points of the unit ball. The two axes of the picture are
              those in which classes differ most (principal components of all rounds and tables of a run, each
              table centred on its own mean); the third, toward you, is the direction that all have in common.
              Lines from the middle are the prototypes, the dark line joins the closest two.
            </p>
            ${pictures}`,
  };
}

function picture(
  input: ShownInput,
  at: { readonly index: number; readonly frames: PrototypeFrames; readonly usable: UsableTables },
): Html {
  const { index, frames, usable } = at;
  const run = input.runs[index];
  const names = frames.classes.map((label) => className(input, label));
  const shown = percent(frames.share, 0);
  const data = {
    radius: RADIUS,
    names,
    rounds: frames.rounds,
    tables: frames.tables.map((table) => table.frames.map(encode)),
  };
  return html`<div class="picture" id="picture-${index}" style="--tone:${seriesLook(run.look).colour}">
    <h3>${seriesKey(run.look)} ${run.label}</h3>
    <p class="note">
      ${integer(frames.dim)} dimensions; the two axes hold ${shown} of the spread between classes. Drawn:
      round
      ${frames.rounds.at(-1)}${
        frames.rounds.length < run.prototypes.length &&
        ` (${plural(frames.rounds.length, 'round')} of ${run.prototypes.length} can be chosen)`
      }.
    </p>
    <div data-picture>
      <div class="panels">
        ${frames.tables.map((table, t) =>
          panel(table.frames.at(-1) ?? null, {
            id: `picture-${index}-${t}`,
            title: tableLabel(table.name, usable),
            run: run.label,
            names,
          }),
        )}
      </div>
      <script type="application/json">
        ${jsonForScript(data)}
      </script>
    </div>
  </div>`;
}

function encode(frame: Frame | null): readonly unknown[] | null {
  if (frame === null) return null;
  const { points, closest } = frame;
  return [encodeFrame(points), closest?.pair ?? null, closest && decimal(degrees(closest.angleRad), 1)];
}

function panel(
  frame: Frame | null,
  text: {
    readonly id: string;
    readonly title: string;
    readonly run: string;
    readonly names: readonly string[];
  },
): Html {
  const { id, title, run, names } = text;
  const points = names.map((_, i) => frame?.points[i] ?? null);
  const places = points.map((point) =>
    point === null ? null : ([point[0] * RADIUS, -point[1] * RADIUS] as const),
  );
  const ends = frame?.closest?.pair.map((i) => places[i]) ?? [];
  const sentence =
    frame === null
      ? 'No table in this round.'
      : frame.closest === null
        ? 'Fewer than two directions.'
        : `Closest: ${list(frame.closest.pair.map((i) => names[i]))}, ${decimal(degrees(frame.closest.angleRad), 1)}° apart`;
  return html`<div class="panel" data-panel>
    <h4>${title}</h4>
    <svg
      viewBox="${-HALF_WIDTH} ${-HALF_HEIGHT} ${2 * HALF_WIDTH} ${2 * HALF_HEIGHT}"
      width="${2 * HALF_WIDTH}"
      height="${2 * HALF_HEIGHT}"
      role="img"
      aria-label="${run}: ${title}"
      aria-describedby="${id}-desc"
    >
      <desc id="${id}-desc">
        ${plural(places.filter(Boolean).length, 'prototype')} as points in the unit circle. ${sentence}.
      </desc>
      <circle class="ball" r="${RADIUS}" />
      <path class="axis" d="M${-RADIUS} 0H${RADIUS}M0 ${-RADIUS}V${RADIUS}" />
      ${names.length <= MOST_LABELS && labels(names, places)}
      ${places.map((place) => html`<line class="spoke" data-spoke x2="${pixel(place?.[0])}" y2="${pixel(place?.[1])}" ${hidden(place === null)} /> `)}
      <line
        class="pair"
        x1="${pixel(ends[0]?.[0])}"
        y1="${pixel(ends[0]?.[1])}"
        x2="${pixel(ends[1]?.[0])}"
        y2="${pixel(ends[1]?.[1])}"
        ${hidden(ends.length !== 2)}
      />
      ${places.map((place, i) => html`<g data-point transform="translate(${pixel(place?.[0])},${pixel(place?.[1])})" ${hidden(place === null)}><title>${names[i]}</title><circle class="dot" r="${(4.5 + 1.5 * (points[i]?.[2] ?? 0)).toFixed(1)}" /></g> `)}
    </svg>
    <p class="pair-text">${sentence}</p>
  </div>`;
}

/** Names around the ball, joined to their points. */
function labels(names: readonly string[], places: readonly (readonly [number, number] | null)[]): Html {
  const rim = rimLabels(places, RADIUS);
  return html`${rim.map((label, i) => html`<line class="leader" data-leader x1="${pixel(places[i]?.[0])}" y1="${pixel(places[i]?.[1])}" x2="${pixel(label?.x)}" y2="${pixel(label?.y)}" ${hidden(label === null)} /> `)}
  ${rim.map((label, i) => html`<text data-label x="${pixel(label?.x)}" y="${pixel(label?.y)}" dx="${label?.anchor === 'end' ? -3 : 3}" text-anchor="${label?.anchor ?? 'start'}" ${hidden(label === null)}>${shorten(names[i], 9)}</text> `)}`;
}

function hidden(isHidden: boolean): Html | null {
  return isHidden ? html` visibility="hidden"` : null;
}

function pixel(value: number | null | undefined): string {
  return (value ?? 0).toFixed(1);
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
