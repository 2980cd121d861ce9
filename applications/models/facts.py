"""Facts that the applicant and every party give of themselves (DOMAIN 1.5): columns of both, so that one rule reads them."""

from __future__ import annotations

from django.db import models

from applications.enums import Procurement, VatLiability


class PartyFacts(models.Model):
    """What an organisation says of itself in one application. Which of it must be there follows its role (applications.party_facts)."""

    workplace = models.CharField("arbetsställe", max_length=150, blank=True)
    cfar_number = models.CharField("CFAR-nummer", max_length=8, blank=True)
    vat = models.CharField("momsplikt i projektet", max_length=10, choices=VatLiability.choices, blank=True)
    procurement = models.CharField("upphandlingslag", max_length=10, choices=Procurement.choices, blank=True)
    web_address = models.CharField("webbadress", max_length=200, blank=True)
    signatory_name = models.CharField("firmatecknare", max_length=150, blank=True)
    signatory_email = models.EmailField("firmatecknarens e-post", blank=True)

    class Meta:
        abstract = True
