"""Documents on paper: letters and forms, made by typst from templates that a school can replace."""
