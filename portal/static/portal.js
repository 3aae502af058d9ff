// What the page does beyond links and forms. Everything works without it.
"use strict";

document.documentElement.classList.add("with-js");

// On a narrow screen the filters begin closed, below the search box.
const filters = document.getElementById("filters");
if (filters && window.matchMedia("(max-width: 60rem)").matches) {
  filters.open = false;
}
