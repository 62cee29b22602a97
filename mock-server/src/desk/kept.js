// What somebody typed into a form of an application and has not sent stays in this tab, also when the page is opened anew, when
// a sign-in in front of the desk has ended, or when what was sent got no answer. It is kept for the tab's session alone, goes
// once the office has taken it, and can be thrown away. Without this file a page that is opened anew is as the office has it.
const now = document.querySelector(".hc-desk-now[data-since]");

const keyOf = (form) => `hc-desk ${new URL(form.getAttribute("action"), location).pathname}`;
const fieldsOf = (form) => [...form.elements].filter((it) => it.name && !/^(hidden|submit|button)$/.test(it.type));
const typedForms = () => [...now.querySelectorAll('form[method="post"]')].filter((form) => fieldsOf(form).length);
const isChoice = (field) => /^(checkbox|radio)$/.test(field.type);

const wasOf = (form, name) => form.elements[`was:${name}`];

// What somebody changed: where the form says what stood there, what differs from it, and from what, so that what others entered
// since stays theirs, or is told beside it when it is sent.
function pairsOf(form) {
  const isOwn = (field) => {
    const was = wasOf(form, field.name);
    return was ? field.value !== was.value : cameAlong(form) || isTypedField(field);
  };
  const pair = (field) => [field.name, field.value, isChoice(field) ? field.checked : wasOf(form, field.name)?.value];
  return fieldsOf(form).filter(isOwn).map(pair);
}

const fieldOf = (form, [name, value]) => fieldsOf(form).find((field) => field.name === name && (!isChoice(field) || field.value === value));

// A browser that keeps nothing says so by throwing: then it is as without this file.
function kept(key) {
  try {
    const entry = JSON.parse(sessionStorage.getItem(key));
    return Array.isArray(entry?.pairs) ? entry : null;
  } catch {
    return null;
  }
}

function keep(key, entry) {
  try {
    if (entry) sessionStorage.setItem(key, JSON.stringify(entry));
    else sessionStorage.removeItem(key);
  } catch {}
}

function typed(event) {
  const form = event.target.form;
  if (!form || !now.contains(form) || form.method !== "post") return;
  keep(keyOf(form), isTyped(form) ? { since: now.dataset.since, pairs: pairsOf(form) } : null);
}

// As a result is written again by the office: 65 is 65.0, 65,5 is 65.5, and what is full-width is not.
function same(one, other) {
  const plain = (text) => {
    const tidy = text.normalize("NFKC").trim();
    const number = tidy.replace(/[,。]/, ".");
    return number && Number.isFinite(Number(number)) ? String(Number(number)) : tidy;
  };
  return plain(one) === plain(other);
}

function stands(form, pairs) {
  return pairs.every((pair) => {
    const field = fieldOf(form, pair);
    return field && (isChoice(field) ? field.checked === pair[2] : same(field.value, pair[1]));
  });
}

// Who marked something for return, sent it, and finds the application where it has been since has sent it in vain, as has whoever
// is told so. One that has moved on, or a form that is not there any more, has taken it; and so has a page that shows the same.
function settle(key, entry, form) {
  if (form && cameAlong(form)) {
    keep(key, { ...entry, since: now.dataset.since, sent: false });
    return false;
  }
  if (!entry.sent) return false;
  const taken = !form || entry.since !== now.dataset.since || stands(form, entry.pairs);
  if (taken) keep(key, null);
  return taken;
}

function fillIn(form, pairs) {
  for (const pair of pairs) {
    const field = fieldOf(form, pair);
    if (field && isChoice(field)) field.checked = pair[2];
    else if (field) field.value = pair[1];
    const was = field && !isChoice(field) && pair[2] != null && wasOf(form, field.name);
    if (!was) continue;
    // A hidden field has no other value to be reset to.
    was.dataset.drawn ??= was.value;
    was.value = pair[2];
  }
  if (form.matches("[data-count]")) count(form);
}

// Said where it stands, with the way to be rid of it.
function say(form, key) {
  const note = document.createElement("div");
  note.className = "hc-note hc-warn";
  note.setAttribute("role", "status");
  const inside = note.appendChild(document.createElement("div"));
  inside.appendChild(document.createElement("p")).textContent = now.dataset.kept;
  const button = inside.appendChild(document.createElement("button"));
  button.type = "button";
  button.className = "hc-tap";
  button.textContent = now.dataset.discard;
  button.addEventListener("click", () => {
    keep(key, null);
    form.reset();
    for (const was of form.querySelectorAll("[data-drawn]")) was.value = was.dataset.drawn;
    if (form.matches("[data-count]")) count(form);
    note.remove();
    form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
  form.prepend(note);
  for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

if (now) {
  const forms = new Map(typedForms().map((form) => [keyOf(form), form]));
  let keys = [];
  try {
    keys = Object.keys(sessionStorage).filter((key) => key.startsWith(`hc-desk ${now.dataset.path}/`));
  } catch {}
  for (const key of keys) {
    const [entry, form] = [kept(key), forms.get(key)];
    if (!entry || settle(key, entry, form) || !form || stands(form, entry.pairs)) continue;
    fillIn(form, entry.pairs);
    say(form, key);
  }
  addEventListener("input", typed);
  addEventListener("change", typed);
  addEventListener("submit", ({ target, submitter }) => {
    // The button that shows a number sends nothing of what is typed.
    if (submitter?.formAction.includes("/id-number")) return;
    const [key, entry] = [keyOf(target), kept(keyOf(target))];
    if (entry) keep(key, { ...entry, sent: true });
  });
}
