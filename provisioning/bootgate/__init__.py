"""The gate after each start: is this system fit, or does the box go back to the one before?"""
