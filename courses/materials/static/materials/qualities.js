// The files that a film can be played from, the lightest first, and which of them suits a line.
//
// A quality is {name, label, url, height, bitRate}: `name` is what is remembered ("480p",
// "original"), `label` what a page says ("1080p"), `height` in pixels, `bitRate` in bits a
// second; 0 where it is not known.

export const AUTOMATIC = "auto";
const ORIGINAL = "original";

// Loading must be this much faster than playing, or every dip of the line stops the film.
const HEADROOM = 1.5;
// On a line that nobody knows: what most lines carry.
const COMMON_HEIGHT = 720;
const COMMON_BITS = 2_500_000;

/** The qualities that a <select> offers; an option without an address is none. */
export function readQualities(select) {
  return Array.from(select.options)
    .filter((option) => option.dataset.url)
    .map(({ value, dataset }) => ({
      name: value,
      label: dataset.label,
      url: dataset.url,
      height: Number(dataset.height),
      bitRate: Number(dataset.bitRate),
    }));
}

/** The best one that `bits` a second carry at this playing speed; null: the line is unknown. */
export function suitable(qualities, bits, speed) {
  const suits = (quality) =>
    bits === null
      ? isCommon(quality)
      : quality.bitRate > 0 && quality.bitRate * Math.max(speed, 1) * HEADROOM <= bits;
  return qualities.findLast(suits) ?? qualities[0];
}

function isCommon({ name, height, bitRate }) {
  if (bitRate > 0 && bitRate <= COMMON_BITS) return true;
  return name !== ORIGINAL && height <= COMMON_HEIGHT;
}

/** What comes nearest to a choice that was made for another film, without being heavier. */
export function nearest(qualities, name) {
  if (name === ORIGINAL) return qualities.at(-1);
  const lines = Number.parseInt(name, 10);
  const renditions = qualities.filter((quality) => quality.name !== ORIGINAL);
  return (
    renditions.findLast((quality) => Number.parseInt(quality.name, 10) <= lines) ?? qualities[0]
  );
}
