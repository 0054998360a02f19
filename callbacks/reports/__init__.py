"""Reports: what pages show, as a file to hand on."""
