"""The screens' shared part: what a reader chose, what is remembered, and how a result is shown."""
