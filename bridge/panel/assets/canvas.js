// What every canvas of the panel needs: sharp pixels, the theme's colours, and to be drawn again when either changes.

// Returns a context on which one unit is one CSS pixel, and the size in them; null while the canvas is not shown.
export function fitted(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width || !height) return null;
  const scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

// Returns colours of the theme by the names of their variables: `colours(canvas, "line", "text")`.
export function colours(element, ...names) {
  const style = getComputedStyle(element);
  return names.map((name) => style.getPropertyValue(`--${name}`).trim());
}

// Calls `draw` when the canvas has another size or the page another theme; returns what ends that.
export function redrawn(canvas, draw) {
  const resizer = new ResizeObserver(draw);
  resizer.observe(canvas);
  window.addEventListener("auxsend-theme", draw);
  return () => {
    resizer.disconnect();
    window.removeEventListener("auxsend-theme", draw);
  };
}
