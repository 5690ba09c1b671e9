// Texts of the upload component; every one of them comes from elearning/parts/upload.html.

/** `text("Amount", {done, size})` fills the element's data-text-amount. */
export function wordsOf(element) {
  return (name, values = {}) => {
    const pattern = element.dataset[`text${name}`] ?? "";
    return pattern.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  };
}

/** A state's name as a text's: "signed-out" → "SignedOut". */
export function nameOf(state) {
  return state.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase());
}

export function bytes(count) {
  if (count >= 1024 ** 3) return `${(count / 1024 ** 3).toFixed(2)} GB`;
  if (count >= 1024 ** 2) return `${(count / 1024 ** 2).toFixed(1)} MB`;
  return `${Math.ceil(count / 1024)} KB`;
}
