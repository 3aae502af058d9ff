// What the page does beyond links and forms. Everything works without it.
"use strict";

document.documentElement.classList.add("with-js");

// On a narrow screen the filters begin closed, below the search box.
const filters = document.getElementById("filters");
if (filters && window.matchMedia("(max-width: 60rem)").matches) {
  filters.open = false;
}

// Buttons that copy what stands in a field. Without HTTPS browsers know the old way only.
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select();
    document.execCommand("copy");
  }
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await copied(document.getElementById(button.dataset.copy));
    document.getElementById("copied").textContent = button.dataset.done;
  });
}

// Single keys, where nothing is being typed and nobody has switched them off.
const isOn = document.documentElement.dataset.keys !== "off";
const shortcuts = document.getElementById("shortcuts");

function toSearch() {
  const box = document.querySelector("[role=search] input[type=search]");
  if (box) {
    box.focus();
    box.select();
  } else {
    window.location.href = `${document.querySelector(".brand").href}#q`;
  }
}

function toResult(step) {
  const links = [...document.querySelectorAll(".hits > .hit :is(h2, h3) a")];
  const here = links.findIndex((link) => link.closest(".hit").contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  if (links[next]) {
    links[next].focus();
  }
}

const keys = {
  "/": toSearch,
  j: () => toResult(1),
  k: () => toResult(-1),
  "?": () => shortcuts.showModal(),
};
if (isOn && shortcuts) {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]");
    const act = keys[event.key];
    if (act && !isTyping && !event.isComposing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      act();
    }
  });
}
if (window.location.hash === "#q") {
  toSearch();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Two to four clusters are compared: with fewer or more ticked the page says so, and one does not leave it.
const comparing = document.getElementById("comparing");
function whyNotCompared() {
  const ticked = document.querySelectorAll("input[form=comparing]:checked").length;
  const hint = comparing.querySelector("[role=alert]");
  return ticked < 2 ? hint.dataset.few : ticked > 4 ? hint.dataset.many : "";
}
if (comparing) {
  const hint = comparing.querySelector("[role=alert]");
  comparing.addEventListener("submit", (event) => {
    hint.textContent = whyNotCompared();
    if (hint.textContent) {
      event.preventDefault();
    }
  });
  document.addEventListener("change", (event) => {
    if (hint.textContent && event.target.matches("input[form=comparing]")) {
      hint.textContent = whyNotCompared();
    }
  });
}

// Where a table is wider than its place, a line above it says that it goes on sideways.
function showWhatIsWide() {
  for (const place of document.querySelectorAll(".scroll")) {
    const before = place.previousElementSibling;
    const hint = before && before.classList.contains("sideways") ? before : null;
    const isWide = place.scrollWidth > place.clientWidth + 1;
    if (isWide && !hint) {
      const said = document.createElement("p");
      said.className = "help sideways screen";
      said.textContent = document.body.dataset.sideways;
      place.before(said);
    } else if (!isWide && hint) {
      hint.remove();
    }
  }
}
showWhatIsWide();
window.addEventListener("resize", showWhatIsWide);
document.addEventListener("toggle", showWhatIsWide, true);
document.addEventListener("htmx:afterSettle", showWhatIsWide);

// What a button adds is said beside it, whatever came of it; the page around it stays as it is.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.isError && event.detail.requestConfig.elt.matches(".add")) {
    event.detail.shouldSwap = true;
  }
});
document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.requestConfig.elt.matches(".add")) {
    event.detail.target.textContent = document.getElementById("adding").dataset.unsent;
  }
});

// Onto another list everything may be added.
document.addEventListener("change", (event) => {
  if (event.target.id === "onto") {
    for (const word of document.querySelectorAll("[id^=add-word-]")) {
      word.textContent = document.getElementById("adding").dataset.add;
    }
  }
});

// Whoever presses Enter while the page waits for the end of a word, or for its answer, is answered once, not twice.
let asked = "";
let waiting = 0;
document.addEventListener("htmx:confirm", (event) => {
  const form = event.detail.elt;
  if (form.id === "find") {
    const now = new URLSearchParams(new FormData(form)).toString();
    if (now === asked && (waiting || event.detail.triggeringEvent.type !== "submit")) {
      event.preventDefault();
    }
    asked = now;
  }
});
for (const [name, step] of [["htmx:beforeRequest", 1], ["htmx:afterRequest", -1]]) {
  document.addEventListener(name, (event) => {
    waiting += event.detail.elt.id === "find" ? step : 0;
  });
}

// Results that are the same as those before stay, and with them what is being pressed or ticked in them.
let before = "";
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "results" && !event.detail.isError) {
    event.detail.shouldSwap = event.detail.serverResponse !== before;
    before = event.detail.serverResponse;
  }
});

// What is entered on a page of many forms, and not yet sent, stands there again when another of them was sent or the page is come
// back to: in this tab, and only where what it would replace has not changed meanwhile.
const keeping = document.querySelector("[data-kept-as]");

function asServed(field) {
  return field.options ? [...field.options].find((one) => one.defaultSelected)?.value ?? field.options[0].value : field.defaultValue;
}

function keepUnsent(sent) {
  const fields = [...keeping.querySelectorAll("select[id], textarea[id]")];
  const unsent = fields.filter((field) => field.form !== sent && field.value !== asServed(field));
  if (unsent.length) {
    const kept = unsent.map((field) => [field.id, asServed(field), field.value]);
    window.sessionStorage.setItem(keeping.dataset.keptAs, JSON.stringify(kept));
  }
}

function giveBackUnsent() {
  const kept = JSON.parse(window.sessionStorage.getItem(keeping.dataset.keptAs) ?? "[]");
  window.sessionStorage.removeItem(keeping.dataset.keptAs);
  const open = kept.map(([id, before, value]) => [document.getElementById(id), before, value]);
  const same = open.filter(([field, before]) => field && asServed(field) === before);
  for (const [field, , value] of same) {
    field.value = value;
    field.classList.add("unsaved");
    field.closest("details")?.setAttribute("open", "");
  }
  if (same.length) {
    const said = document.createElement("p");
    said.className = "unsaved";
    said.setAttribute("role", "status");
    keeping.prepend(said);
    said.textContent = keeping.dataset.unsaved;
  }
}

if (keeping) {
  let sent = null;
  document.addEventListener("submit", (event) => {
    sent = event.target;
  });
  window.addEventListener("pagehide", () => keepUnsent(sent));
  window.addEventListener("pageshow", (event) => {
    sent = null;
    if (event.persisted) {
      window.sessionStorage.removeItem(keeping.dataset.keptAs); // the browser brought the page back as it was left
    } else {
      giveBackUnsent();
    }
  });
}
