"""The portal's pages: public ones, and those of people who work at the authority."""
