// The page works without this file. With it, the Escape key hides the page as the Hide button does.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.getElementById("hide")?.click();
  }
});
