/**
 * The page's one script, without dependencies: copy buttons, reading values off line charts, and turning and playing the
 * pictures of prototypes. The page is complete without it; it only adds.
 *
 * It is text, not a function, so that no bundler can change what ships; the page's content security policy names its hash
 * ({@link playerHash}), so no other script runs.
 */
export const playerScript = `'use strict';
(() => {
  const all = (root, selector) => Array.from(root.querySelectorAll(selector));
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const put = (element, attributes) => {
    for (const key in attributes) element.setAttribute(key, attributes[key]);
  };
  const drawn = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    put(element, attributes);
    return element;
  };

  for (const block of all(document, '[data-copy]')) {
    const button = make('button', { type: 'button', textContent: 'Copy' });
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(block.querySelector('code').textContent);
        button.textContent = 'Copied';
      } catch {
        button.textContent = 'Select and copy by hand';
      }
    });
    block.append(button);
  }

  let hint = 'Point at a chart, or focus it and use the arrow keys, to read its values.';
  for (const chart of all(document, 'figure[data-readout]')) {
    const head = all(chart, 'details.data thead th').map((cell) => cell.textContent.trim());
    const rows = all(chart, 'details.data tbody tr').map((row) =>
      all(row, 'th,td').map((cell) => cell.textContent.trim()));
    if (rows.length === 0) continue;
    const label = chart.getAttribute('data-readout');
    const output = make('p', { className: 'readout', textContent: hint });
    hint = '';
    output.setAttribute('aria-hidden', 'true');
    chart.querySelector('details.data').before(output);
    const drawings = all(chart, '.drawing');
    const cursors = drawings.map((drawing) => {
      const cursor = drawn('line', { class: 'cursor' });
      drawing.querySelector('svg').append(cursor);
      return cursor;
    });
    const places = drawings.map((drawing) => drawing.getAttribute('data-x').split(' ').map(Number));
    let current = -1;
    const show = (index) => {
      current = Math.max(0, Math.min(rows.length - 1, index));
      const row = rows[current];
      const text = label + ' ' + row[0] + ': ' + row.slice(1).map((cell, i) => head[i + 1] + ' ' + cell).join('; ');
      output.textContent = text;
      drawings.forEach((drawing, i) => {
        const [from, to, left, right, top, bottom] = places[i];
        const x = left + ((Number(row[0]) - from) / (to - from)) * (right - left);
        for (const [key, value] of [['x1', x], ['x2', x], ['y1', top], ['y2', bottom]]) cursors[i].setAttribute(key, value);
        drawing.setAttribute('aria-valuenow', row[0]);
        drawing.setAttribute('aria-valuetext', text);
      });
    };
    drawings.forEach((drawing, i) => {
      for (const [key, value] of [['tabindex', 0], ['role', 'slider'], ['aria-label', chart.querySelector('h3').textContent + ': values by ' + label.toLowerCase()],
        ['aria-valuemin', rows[0][0]], ['aria-valuemax', rows[rows.length - 1][0]], ['aria-valuenow', rows[rows.length - 1][0]]]) drawing.setAttribute(key, value);
      drawing.addEventListener('pointermove', (event) => {
        const [from, to, left, right] = places[i];
        const svg = drawing.querySelector('svg');
        const box = svg.getBoundingClientRect();
        const x = ((event.clientX - box.left) / box.width) * Number(svg.getAttribute('width'));
        const wanted = from + ((x - left) / (right - left)) * (to - from);
        let nearest = 0;
        rows.forEach((row, at) => {
          if (Math.abs(Number(row[0]) - wanted) < Math.abs(Number(rows[nearest][0]) - wanted)) nearest = at;
        });
        if (nearest !== current) show(nearest);
      });
      drawing.addEventListener('keydown', (event) => {
        const start = current < 0 ? rows.length : current;
        const to = { ArrowLeft: start - 1, ArrowDown: start - 1, ArrowRight: start + 1, ArrowUp: start + 1, PageDown: start - 10, PageUp: start + 10, Home: 0, End: rows.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        show(to);
      });
    });
  }

  const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const decode = (text) => {
    const points = [];
    for (let i = 0; i < text.length; i += 6) {
      if (text[i] === '.') points.push(null);
      else points.push([0, 2, 4].map((k) => ((DIGITS.indexOf(text[i + k]) * 64 + DIGITS.indexOf(text[i + k + 1])) / 4095) * 2 - 1));
    }
    return points;
  };

  for (const picture of all(document, '[data-picture]')) {
    const data = JSON.parse(picture.querySelector('script[type="application/json"]').textContent);
    const panels = all(picture, '[data-panel]').map((panel, i) => ({
      svg: panel.querySelector('svg'),
      points: all(panel, '[data-point]'),
      spokes: all(panel, '[data-spoke]'),
      leaders: all(panel, '[data-leader]'),
      labels: all(panel, '[data-label]'),
      pair: panel.querySelector('.pair'),
      text: panel.querySelector('.pair-text'),
      frames: data.tables[i].map((frame) => frame && { points: decode(frame[0]), pair: frame[1], angle: frame[2] }),
    }));
    const rim = data.radius * 1.07;
    // Names around the ball, as rimLabels in projection/rim-labels.ts does it.
    const rimLabels = (places) => {
      const there = places.filter(Boolean);
      const middle = [0, 1].map((k) => there.reduce((sum, place) => sum + place[k], 0) / Math.max(1, there.length));
      const labels = places.map(() => null);
      for (const side of [-1, 1]) {
        const wanted = [];
        places.forEach((place, i) => {
          if (!place || (place[0] < middle[0] ? -1 : 1) !== side) return;
          const [x, y] = [place[0] - middle[0], place[1] - middle[1]];
          wanted.push([i, (rim * y) / (Math.hypot(x, y) || 1)]);
        });
        wanted.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
        const groups = [];
        const centred = (members) => {
          const start = members.reduce((sum, member, k) => sum + member[1] - k * 15, 0) / members.length;
          return { members, start: Math.min(Math.max(-rim, rim - (members.length - 1) * 15), Math.max(-rim, start)) };
        };
        for (const member of wanted) {
          let group = centred([member]);
          while (groups.length && groups[groups.length - 1].start + groups[groups.length - 1].members.length * 15 > group.start + 1e-9) {
            group = centred([...groups.pop().members, ...group.members]);
          }
          groups.push(group);
        }
        for (const { members, start } of groups) {
          members.forEach(([i], k) => {
            const y = start + k * 15;
            labels[i] = [side * Math.sqrt(Math.max(0, rim * rim - y * y)), y, side];
          });
        }
      }
      return labels;
    };
    let round = data.rounds.length - 1;
    let turn = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    const apply = (point) => turn.map((row) => row[0] * point[0] + row[1] * point[1] + row[2] * point[2]);
    const rotate = (yaw, pitch) => {
      const [a, b, c, d] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
      const [x, y, z] = turn;
      const side = x.map((value, k) => a * value + b * z[k]);
      const deep = x.map((value, k) => -b * value + a * z[k]);
      turn = [side, y.map((value, k) => c * value + d * deep[k]), y.map((value, k) => -d * value + c * deep[k])];
    };
    const draw = () => {
      for (const panel of panels) {
        const frame = panel.frames[round];
        const turned = panel.points.map((_, i) => (frame && frame.points[i] ? apply(frame.points[i]) : null));
        const places = turned.map((point) => point && [point[0] * data.radius, -point[1] * data.radius]);
        const labels = rimLabels(places);
        panel.points.forEach((group, i) => {
          const place = places[i];
          const label = labels[i];
          for (const element of [group, panel.spokes[i], panel.leaders[i], panel.labels[i]]) {
            if (element) element.setAttribute('visibility', place ? 'visible' : 'hidden');
          }
          if (!place) return;
          const [x, y] = place.map((value) => value.toFixed(1));
          group.setAttribute('transform', 'translate(' + x + ',' + y + ')');
          group.querySelector('circle').setAttribute('r', (4.5 + 1.5 * turned[i][2]).toFixed(1));
          put(panel.spokes[i], { x2: x, y2: y });
          if (!panel.labels[i]) return;
          put(panel.leaders[i], { x1: x, y1: y, x2: label[0].toFixed(1), y2: label[1].toFixed(1) });
          put(panel.labels[i], { x: label[0].toFixed(1), y: label[1].toFixed(1), dx: 3 * label[2], 'text-anchor': label[2] < 0 ? 'end' : 'start' });
        });
        const ends = frame && frame.pair ? frame.pair.map((i) => places[i]) : [];
        const joined = ends.length === 2 && ends[0] && ends[1];
        panel.pair.setAttribute('visibility', joined ? 'visible' : 'hidden');
        if (joined) put(panel.pair, { x1: ends[0][0].toFixed(1), y1: ends[0][1].toFixed(1), x2: ends[1][0].toFixed(1), y2: ends[1][1].toFixed(1) });
        panel.text.textContent = !frame ? 'No table in this round.' : frame.pair
          ? 'Closest: ' + frame.pair.map((i) => data.names[i]).join(' and ') + ', ' + frame.angle + '° apart'
          : 'Fewer than two directions.';
      }
    };

    const controls = make('div', { className: 'controls' });
    const play = make('button', { type: 'button', textContent: 'Play' });
    const label = make('label', {});
    const slider = make('input', { type: 'range', min: 0, max: data.rounds.length - 1, step: 1, value: round });
    const output = make('output', {});
    const reset = make('button', { type: 'button', textContent: 'Reset view' });
    label.append('Round ', slider);
    const go = (to) => {
      round = to;
      slider.value = to;
      slider.setAttribute('aria-valuetext', 'Round ' + data.rounds[to]);
      output.textContent = data.rounds[to];
      draw();
    };
    let timer = 0;
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      play.textContent = 'Play';
    };
    play.addEventListener('click', () => {
      if (timer) return stop();
      play.textContent = 'Pause';
      go(round === data.rounds.length - 1 ? 0 : round);
      timer = setInterval(() => (round < data.rounds.length - 1 ? go(round + 1) : stop()), 350);
    });
    slider.addEventListener('input', () => {
      stop();
      go(Number(slider.value));
    });
    reset.addEventListener('click', () => {
      turn = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
      draw();
    });
    if (data.rounds.length > 1) controls.append(play, label, output);
    controls.append(reset, make('span', { className: 'hint', textContent: 'Drag a picture, or focus it and use the arrow keys, to turn it.' }));
    picture.prepend(controls);

    for (const { svg } of panels) {
      svg.setAttribute('tabindex', '0');
      let from = null;
      svg.addEventListener('pointerdown', (event) => {
        from = [event.clientX, event.clientY];
        svg.setPointerCapture(event.pointerId);
      });
      svg.addEventListener('pointermove', (event) => {
        if (!from) return;
        rotate((event.clientX - from[0]) / 120, -(event.clientY - from[1]) / 120);
        from = [event.clientX, event.clientY];
        draw();
      });
      for (const type of ['pointerup', 'pointercancel']) svg.addEventListener(type, () => (from = null));
      svg.addEventListener('keydown', (event) => {
        const by = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, 0.15], ArrowDown: [0, -0.15] }[event.key];
        if (!by) return;
        event.preventDefault();
        rotate(by[0], by[1]);
        draw();
      });
    }
    go(round);
  }
})();
`;

/** What the content security policy calls {@link playerScript}; a test compares the two. */
export const playerHash = 'sha256-0I5YTurwEHmQwEi4LmIHGp1dA+0+Vu5oFv1+SPEIxus=';
