"""`python -m iamtui`."""

from iamtui.cli import main

if __name__ == "__main__":
    main()
