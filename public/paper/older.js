// What pdf.js takes for granted and browsers of our oldest kind lack. Run before anything of pdf.js.
Promise.withResolvers ||= function () {
  let resolve, reject;
  const promise = new this((done, failed) => { resolve = done; reject = failed; });
  return { promise, resolve, reject };
};
URL.parse ||= function (url, base) {
  try { return new URL(url, base); } catch { return null; }
};
