"""`python -m turnwise` is `turnwise`."""

from turnwise.cli import main

if __name__ == "__main__":
    main(prog_name="turnwise")
