"use strict";
// before anything is drawn, so that nothing flashes
(function () {
  const THEMES = ["system", "light", "dark"];
  let theme = "system";
  try {
    theme = localStorage.getItem("brainscore-theme") || "system";
  } catch (error) {
    theme = "system"; // a browser that stores nothing for files still shows them
  }

  function apply() {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    const button = document.getElementById("theme");
    if (button) button.textContent = "◐ " + theme;
    if (button) button.setAttribute("aria-label", "Theme: " + theme);
  }

  apply();
  document.addEventListener("DOMContentLoaded", function () {
    apply();
    document.getElementById("theme").addEventListener("click", function () {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      try {
        localStorage.setItem("brainscore-theme", theme);
      } catch (error) {
        // stays for this visit
      }
      apply();
    });
  });
})();
