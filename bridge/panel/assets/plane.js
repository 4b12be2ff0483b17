// A plane of points: where they are on the screen, which is near a place, which are inside a loop. Nothing is drawn here.

const CELLS = 64; // per side of the grid that finds points near a place
const LARGEST_ZOOM = 400;
const MARGIN = 0.04; // around the map, of each side

export class Plane {
  // x and y, both 0 to 1, are columns with a number per point.
  constructor(x, y) {
    this.x = Float32Array.from(x);
    this.y = Float32Array.from(y);
    this.zoom = 1;
    this.centre = [0.5, 0.5];
    this.cells = cellsOf(this.x, this.y);
  }

  get count() {
    return this.x.length;
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
  }

  // Pixels per width, and per height, of the whole map: it fills the screen, whatever its shape.
  get scales() {
    return [this.width, this.height].map((side) => side * (1 - 2 * MARGIN) * this.zoom);
  }

  left(x) {
    return this.width / 2 + (x - this.centre[0]) * this.scales[0];
  }

  top(y) {
    return this.height / 2 - (y - this.centre[1]) * this.scales[1]; // y grows upwards, as in the picture of the map
  }

  // Returns the place on the map that is at a place of the screen.
  placeAt(left, top) {
    const [across, up] = this.scales;
    return [this.centre[0] + (left - this.width / 2) / across, this.centre[1] - (top - this.height / 2) / up];
  }

  // Makes the map larger or smaller around a place of the screen, which stays where it is.
  zoomAt(factor, left = this.width / 2, top = this.height / 2) {
    const before = this.placeAt(left, top);
    this.zoom = Math.min(LARGEST_ZOOM, Math.max(1, this.zoom * factor));
    const after = this.placeAt(left, top);
    this.centre = this.centre.map((place, axis) => place + before[axis] - after[axis]);
    this.stay();
  }

  pan(byLeft, byTop) {
    const [across, up] = this.scales;
    this.centre = [this.centre[0] - byLeft / across, this.centre[1] + byTop / up];
    this.stay();
  }

  reset() {
    this.zoom = 1;
    this.centre = [0.5, 0.5];
  }

  stay() {
    this.centre = this.centre.map((place) => Math.min(1, Math.max(0, place)));
  }

  // Returns the nearest point to a place of the screen that is at most `reach` pixels away; -1 if there is none.
  nearest(left, top, reach) {
    const [x, y] = this.placeAt(left, top);
    const [reachAcross, reachUp] = this.scales.map((scale) => reach / scale);
    let [best, bestDistance] = [-1, reach * reach];
    for (let row = cellOf(y - reachUp); row <= cellOf(y + reachUp); row += 1) {
      for (let column = cellOf(x - reachAcross); column <= cellOf(x + reachAcross); column += 1) {
        for (const index of this.cells[row * CELLS + column]) {
          const distance = (this.left(this.x[index]) - left) ** 2 + (this.top(this.y[index]) - top) ** 2;
          if (distance <= bestDistance) [best, bestDistance] = [index, distance];
        }
      }
    }
    return best;
  }

  // Returns the points inside a loop of places of the screen, each [left, top].
  inside(loop) {
    const lefts = loop.map(([left]) => left);
    const tops = loop.map(([, top]) => top);
    const [first, last, upper, lower] = [Math.min(...lefts), Math.max(...lefts), Math.min(...tops), Math.max(...tops)];
    const found = [];
    for (let index = 0; index < this.count; index += 1) {
      const [left, top] = [this.left(this.x[index]), this.top(this.y[index])];
      if (left >= first && left <= last && top >= upper && top <= lower && isInside(left, top, loop)) found.push(index);
    }
    return found;
  }

  // Returns the points that can be seen.
  visible() {
    return this.inside([[0, 0], [this.width, 0], [this.width, this.height], [0, this.height]]);
  }
}

function cellsOf(x, y) {
  const cells = Array.from({ length: CELLS * CELLS }, () => []);
  for (let index = 0; index < x.length; index += 1) cells[cellOf(y[index]) * CELLS + cellOf(x[index])].push(index);
  return cells;
}

// Returns the column, or the row, of the grid that a place on the map is in.
function cellOf(place) {
  return Math.min(CELLS - 1, Math.max(0, Math.floor(place * CELLS)));
}

// A ray to the right crosses the loop an odd number of times from a place inside it.
function isInside(left, top, loop) {
  let isIn = false;
  for (let index = 0, before = loop.length - 1; index < loop.length; before = index, index += 1) {
    const [[aLeft, aTop], [bLeft, bTop]] = [loop[index], loop[before]];
    if (aTop > top !== bTop > top && left < ((bLeft - aLeft) * (top - aTop)) / (bTop - aTop) + aLeft) isIn = !isIn;
  }
  return isIn;
}
