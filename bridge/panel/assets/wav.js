// WAV of 16 bits from channels of numbers between -1 and 1.
const HEAD_BYTES = 44;

export function encodeWav(channels, sampleRateHz) {
  const length = channels[0].length;
  const dataBytes = 2 * channels.length * length;
  const view = new DataView(new ArrayBuffer(HEAD_BYTES + dataBytes));
  const text = (place, letters) => [...letters].forEach((letter, index) => view.setUint8(place + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, HEAD_BYTES - 8 + dataBytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, 2 * channels.length * sampleRateHz, true);
  view.setUint16(32, 2 * channels.length, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, dataBytes, true);
  let place = HEAD_BYTES;
  for (let index = 0; index < length; index += 1) {
    for (const channel of channels) {
      view.setInt16(place, Math.round(32767 * Math.max(-1, Math.min(1, channel[index]))), true);
      place += 2;
    }
  }
  return new Blob([view.buffer], { type: "audio/wav" });
}
