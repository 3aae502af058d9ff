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
