/** Pictures of the avatar that leave this page say what they show. */

/** Draw a picture as large as it fits, and the label in its corner, as the stage has it. */
export function drawLabelled(
  context: CanvasRenderingContext2D,
  picture: HTMLVideoElement | HTMLCanvasElement,
  label: string,
): void {
  const { width, height } = context.canvas;
  const [ownWidth, ownHeight] = sizeOf(picture);
  const scale = Math.min(width / ownWidth, height / ownHeight);
  context.fillStyle = "#16262a";
  context.fillRect(0, 0, width, height);
  if (ownWidth > 0) {
    const [w, h] = [ownWidth * scale, ownHeight * scale];
    context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
  }
  drawLabel(context, label);
}

export function sizeOf(picture: HTMLVideoElement | HTMLCanvasElement): [number, number] {
  return picture instanceof HTMLVideoElement
    ? [picture.videoWidth, picture.videoHeight]
    : [picture.width, picture.height];
}

function drawLabel(context: CanvasRenderingContext2D, label: string): void {
  const unit = context.canvas.width / 320;
  context.font = `500 ${11 * unit}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.fillStyle = "rgb(10 18 20 / 66%)";
  context.beginPath();
  context.roundRect(10 * unit, 10 * unit, context.measureText(label).width + 18 * unit, 22 * unit, 11 * unit);
  context.fill();
  context.fillStyle = "#fff";
  context.fillText(label, 19 * unit, 21.5 * unit);
}
