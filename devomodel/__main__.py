"""`python -m devomodel`, the same as the command `devomodel`."""

from devomodel.cli import main

if __name__ == "__main__":
    main()
