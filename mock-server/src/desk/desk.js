// The main button counts what is to be returned. Without this file it says the same without the number.
addEventListener("change", (event) => {
  const form = event.target.closest("form[data-count]");
  if (form) count(form);
});

function count(form) {
  const chosen = form.querySelectorAll("input[type=radio][value=return]:checked").length;
  const button = form.querySelector("[data-counted]");
  if (!button) return;
  const words = chosen ? button.dataset.counted.replace("{n}", chosen) : button.dataset.none;
  // A press begins before the field that is left says that it changed: Safari loses it where the words are put anew.
  if (button.textContent !== words) button.textContent = words;
  button.setAttribute("aria-disabled", String(!chosen));
}

document.querySelectorAll("form[data-count]").forEach(count);

// What was typed into one form and not sent is not lost by another one, or by a link: the browser asks first.
let sent = null;
addEventListener("submit", (event) => { sent = event.target; });
addEventListener("beforeunload", (event) => {
  if ([...document.forms].some((form) => form !== sent && isTyped(form))) event.preventDefault();
});

// What came along with a request that did not send it stands as if it had always been there.
const unsent = document.querySelector("[data-unsent]")?.dataset.unsent;

function cameAlong(form) {
  if (!unsent) return false;
  const ways = [form, ...form.elements];
  return ways.some((it) => (it.getAttribute("formaction") ?? it.getAttribute("action") ?? "").endsWith(`/${unsent}`));
}

// What was done, or refused, is said once: a page that is loaded again, or gone back to, does nothing and sends nothing. What was
// typed is kept in the tab, but for what has no form any more: that stands on this page alone, which stays as it came.
if (!unsent || [...document.forms].some(cameAlong)) {
  const page = new URL(document.querySelector("[data-path]")?.dataset.path ?? location.href, location);
  page.searchParams.delete("done");
  page.hash = location.hash;
  if (page.href !== location.href) history.replaceState(null, "", page);
}

function isTyped(form) {
  return cameAlong(form) || [...form.elements].some(isTypedField);
}

function isTypedField(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) {
    const before = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(before, 0);
  }
  return "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
}
