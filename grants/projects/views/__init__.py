"""The pages of stage 4, for the owner's people and for the authority."""
