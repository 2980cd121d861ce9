"""Invented Swedish texts about strategic planning, in parts that ``grants.demo.content`` puts together.

{region} is the applicant, {lan} the county, {ort} and {ort2} two of its municipalities, {mal} an objective of its RUS.
Nothing here tells of a real project, person or decision.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """A kind of pilot project: what its applications say, and the strategic area that it mostly belongs to."""

    area: str
    ideas: tuple[str, ...]
    problem: str
    purpose: str
    goals: str
    activities: str
    results: str
    contribution: str
    done: str


MARK = Theme(
    "SO3",
    (
        "Mark och el för industrins omställning kring {ort}",
        "Industrimark med minsta avtryck i {ort}",
        "Tidig dialog om el och mark i {ort} med omnejd",
        "Ett gemensamt svar när företag frågar om mark i {lan}",
        "Jordbruksmark och etableringar i {lan}",
    ),
    "Företag som vill etablera sig i {lan} får i dag olika svar om mark, el och transporter beroende på vem de frågar. "
    "{ort} och {ort2} planerar var för sig, och nätägarens prognoser når kommunerna sent. Tre förfrågningar har de "
    "senaste två åren gått till andra länder för att ett samlat underlag saknades.",
    "Projektet ska ge {lan} ett gemensamt planeringsunderlag för mark, el och transporter, så att beslut om nya "
    "etableringar tas tidigt och hänger ihop med den regionala utvecklingsstrategin.",
    "Vid projektets slut finns ett underlag som minst åtta av tio kommuner använder i sin översiktsplanering. Tiden "
    "från "
    "förfrågan till samlat svar är högst sex veckor, mot femton i dag. Vi mäter med en enkät till kommunerna vid "
    "start och slut.",
    "Kartläggning av mark och elbehov till 2040. Fyra dialoger med kommuner, nätägare och länsstyrelse. En "
    "provomgång med två "
    "verkliga förfrågningar. En vägledning för hur underlaget hålls aktuellt.",
    "En digital karta med beskrivning, en vägledning för tidiga svar och en överenskommelse om vem som håller "
    "underlaget aktuellt. "
    "Regionen förvaltar underlaget efter projektet inom ordinarie budget.",
    "Underlaget gör att mark och el för nya företag planeras tillsammans, vilket svarar direkt mot {mal}.",
    "Kartläggningen av mark är klar för {ort} och {ort2}. Två dialoger har hållits med nätägaren och länsstyrelsen.",
)
BOSTAD = Theme(
    "SO1",
    (
        "Fler kommuner, en bostadsmarknad kring {ort}",
        "Småorternas roller i {lan}",
        "Bostäder och natur i samma avvägning i {ort}",
        "Plats för nyinflyttade i {ort}",
        "Strukturbild för {lan}",
    ),
    "Bostadsbyggandet i {lan} planeras inom varje kommuns gräns, trots att hushållen söker bostad i hela "
    "pendlingsområdet. "
    "I {ort} står lägenheter tomma medan {ort2} har fyra års kö. Det saknas en gemensam bild av vilka orter som ska "
    "växa.",
    "Syftet är att regionen och kommunerna ska planera bostäder som en marknad, med en gemensam bild av orternas "
    "roller.",
    "En strukturbild som kommunstyrelserna i minst sex kommuner har ställt sig bakom. Tre kommuner har ändrat sin "
    "bostadsförsörjningsplan efter den. Uppföljning sker genom granskning av kommunernas planer.",
    "Analys av flyttningar och pendling. Fem arbetsmöten med kommunernas planerare. Två dialoger med förtroendevalda. "
    "En strukturbild i karta och text som prövas i {ort}.",
    "En strukturbild med orternas roller, ett gemensamt statistikunderlag och ett arbetssätt för att uppdatera båda "
    "vart fjärde år.",
    "Bostäder planeras där människor kan nå arbete och service, och det bidrar till {mal}.",
    "Flyttanalysen är klar och har diskuterats med kommunernas planerare. Ett första utkast till strukturbild har "
    "prövats i {ort}.",
)
TRANSPORT = Theme(
    "SO4",
    (
        "Kollektivtrafik före bebyggelse i {ort}",
        "Cykelstråk över kommungränser mellan {ort} och {ort2}",
        "Godsstråk och energibehov genom {lan}",
        "Arbetsplatser nära spår i {ort}",
        "Gränspendling i planeringen, med {ort} som prov",
    ),
    "Trafiken planeras efter att bebyggelsen redan är bestämd. Mellan {ort} och {ort2} har arbetspendlingen ökat, men "
    "resorna med buss och tåg har stått stilla. Länsplanen, översiktsplanerna och trafikförsörjningsprogrammet "
    "bygger på olika prognoser.",
    "Projektet ska pröva ett arbetssätt där kollektivtrafik och bebyggelse planeras samtidigt och med samma underlag.",
    "Samma prognos används i länsplanen och i minst fem översiktsplaner. Två stråk har en gemensam handlingsplan. "
    "Vi följer upp genom intervjuer med planerare före och efter.",
    "Gemensam prognos för resor och gods. Stråkstudie {ort}–{ort2}. Tre dialoger med Trafikverket och kommunerna. "
    "Handlingsplan för två stråk med ansvar och kostnader.",
    "En stråkmetod som andra regioner kan använda, två handlingsplaner och en gemensam prognos.",
    "Stråken binder samman orter så att fler når arbete och utbildning utan bil, i linje med {mal}.",
    "Prognosen för stråket {ort}–{ort2} är klar. Trafikverket och kommunerna har deltagit i två dialoger om åtgärder.",
)
KOMPETENS = Theme(
    "SO2",
    (
        "Kompetens att planera i små kommuner i {lan}",
        "Kompetenskarta för samhällsplanerare i {lan}",
        "Inlandets lärcentrum som planeringsfråga i {ort}",
        "Gemensam planerarpool för {ort} och {ort2}",
        "Unga röster om framtiden i {lan}",
    ),
    "Hälften av kommunerna i {lan} har en enda planerare eller ingen alls. {ort} har sökt en planarkitekt i två år. "
    "När någon slutar försvinner kunskapen, och den regionala strategin får ingen plats i de kommunala planerna.",
    "Syftet är att kommunerna tillsammans ska ha den kompetens som krävs för att planera långsiktigt och i linje med "
    "RUS.",
    "Minst tjugo personer har gått en gemensam utbildning och fyra kommuner delar tjänster. Efter ett år svarar två "
    "av tre "
    "kommunchefer att tillgången på kompetens är bättre.",
    "Kartläggning av kompetens. Utbildning i sex delar tillsammans med ett lärosäte. Försök med delade tjänster i "
    "{ort} och {ort2}. "
    "Ett nätverk som träffas varje månad.",
    "En modell för delade tjänster med avtal och kostnader, ett utbildningspaket och ett nätverk som regionen driver "
    "vidare.",
    "Fler som kan planera ger bättre beslut i hela länet och bidrar till {mal}.",
    "Kartläggningen omfattar alla kommuner. Första utbildningsdelen har genomförts med deltagare från bland annat "
    "{ort} och {ort2}.",
)
LANDSBYGD = Theme(
    "SO1",
    (
        "Service i glesbygd som del av strategin i {lan}",
        "Ett gemensamt underlag för landsbygdens markanvändning kring {ort}",
        "Besöksmål och transporter i {ort}",
        "Livsmedel och logistik i regional planering i {lan}",
        "Energi och beredskap i {ort}",
    ),
    "Butiker, drivmedel och vård försvinner ort för ort i {lan}, utan att någon ser helheten. I {ort} är det nu fem "
    "mil till "
    "närmaste butik. Serviceplaner, översiktsplaner och den regionala strategin tas fram vid olika tider och av "
    "olika personer.",
    "Projektet ska göra tillgången till service till en planeringsfråga som regionen, kommunerna och länsstyrelsen "
    "äger tillsammans.",
    "En gemensam serviceplan för {ort} och {ort2}. Alla beslut om service i länet prövas mot samma karta. Vi mäter "
    "avståndet till "
    "tre slags service varje år.",
    "Servicekarta med tillgänglighet. Åtta byamöten. Arbetsgrupp med länsstyrelsen. Förslag till hur servicen skrivs "
    "in i översiktsplanerna.",
    "En servicekarta som uppdateras varje år, två serviceplaner och ett arbetssätt för byamöten som andra län kan ta "
    "över.",
    "Service som planeras gemensamt gör det möjligt att bo kvar, och det är kärnan i {mal}.",
    "Servicekartan är framtagen. Fem byamöten har hållits kring {ort}, med god uppslutning.",
)
UNDERLAG = Theme(
    "SO3",
    (
        "Från ord till rum i strategin för {lan}",
        "Kommunernas underlag i en gemensam atlas för {lan}",
        "Strategin i översiktsplanen, med {ort} och {ort2}",
        "En rumslig utvecklingsstrategi för {lan}",
        "Flerkärnig region, från bild till beslut i {lan}",
    ),
    "Den regionala utvecklingsstrategin säger vad {lan} vill, men inte var. När {ort} och {ort2} ser över sina "
    "översiktsplaner finns inget kartunderlag att utgå från. Statliga myndigheter får svara på samma frågor flera "
    "gånger.",
    "Syftet är att ge strategin en rumslig del som kommuner och myndigheter kan planera efter.",
    "En rumslig fördjupning av strategin som är förankrad i länets alla kommuner. Sju av tio pågående "
    "översiktsplaner hänvisar till den.",
    "Genomgång av kommunernas planer. Gemensam atlas över mark, trafik och natur. Sex verkstäder i länets delar. "
    "Remiss av ett första förslag.",
    "En rumslig fördjupning av strategin, en atlas med öppna data och en beskrivning av arbetssättet för andra "
    "regioner.",
    "När strategin får en karta blir det tydligt var {mal} ska ske.",
    "Genomgången av planerna är klar och atlasen har en första version. Tre verkstäder har hållits, bland annat i "
    "{ort}.",
)
THEMES = (MARK, BOSTAD, TRANSPORT, KOMPETENS, LANDSBYGD, UNDERLAG)

OWN_TITLES = {
    "01": ("Skärgårdens service i regionplanen", "Arbetsplatser nära spår"),
    "03": ("Bostäder och natur i samma avvägning",),
    "04": ("Småorternas roller", "Storregional tågplanering i Mälardalen"),
    "05": ("Flerkärnig region, från bild till beslut", "Godsstråk och energibehov"),
    "06": ("Kollektivtrafik före bebyggelse", "Kompetenskarta för samhällsplanerare"),
    "07": ("En rumslig utvecklingsstrategi för Kronoberg", "Besöksmål och transporter i Glasriket"),
    "08": ("Vatten och växande orter i östra Småland", "Strategin i översiktsplanen"),
    "09": ("Energi och beredskap på en ö",),
    "10": ("Kust, hamn och försvar i samma karta", "Fler kommuner, en bostadsmarknad"),
    "12": ("Regionplanen i kommunernas vardag", "Jordbruksmark och etableringar"),
    "13": ("Regional fysisk planering i Halland, steg två", "Cykelstråk över kommungränser"),
    "14": ("Planering för kemiklustrets omställning", "Kommunernas underlag i en gemensam atlas"),
    "17": ("Ord till rum i Värmlandsstrategin", "Gränspendling i planeringen"),
    "18": ("Strukturbild för Örebro län", "Livsmedel och logistik i regional planering"),
    "19": ("Kompetens att planera i små kommuner", "Industrimark med minsta avtryck"),
    "20": ("Mark för industrins omställning i Bergslagen", "Service i glesbygd som del av strategin"),
    "21": ("Hamnar och järnväg för grön industri", "Unga röster om länets framtid"),
    "22": ("Samverkan längs Ådalen", "Kvinnor och män i planeringens underlag"),
    "23": ("Fjällets markanvändning, ett gemensamt underlag", "Samiska perspektiv i strategisk planering"),
    "24": ("Tidig dialog om el och mark i Skellefteå med omnejd", "Inlandets lärcentrum som planeringsfråga"),
    "25": ("Samlad planering när Norrbotten växer", "Plats för nyinflyttade i malmfälten"),
}
"""Titles that belong to one county, used before the themes' own ideas."""
THEME_WORDS = (
    (MARK, ("mark", "Mark", "industri", "Hamnar", "Samlad", "kemi", "Kust", "Energi")),
    (BOSTAD, ("Bostäder", "bostad", "orternas", "orter", "nyinflyttade", "Strukturbild", "Flerkärnig")),
    (TRANSPORT, ("spår", "tåg", "Gods", "Kollektivtrafik", "Cykel", "pendling", "transporter", "logistik")),
    (KOMPETENS, ("ompetens", "lärcentrum", "Unga", "Kvinnor", "Samiska")),
    (LANDSBYGD, ("ervice", "Fjällets", "Ådalen")),
)

LONG_TITLE = "{title}: gemensamt planeringsunderlag för {ort}, {ort2} och kommunerna runt omkring"

TARGET_GROUPS = (
    "Planerare och förtroendevalda i länets kommuner är den främsta målgruppen. De deltar i arbetsmöten under hela "
    "projektet. "
    "Länsstyrelsen och Trafikverket använder resultatet i sina egna beslut.",
    "Målgruppen är tjänstepersoner i regionen, kommunerna och länsstyrelsen som tar fram planer och program. "
    "Invånare i {ort} och {ort2} "
    "deltar i dialoger vid två tillfällen.",
    "Kommunchefer, planchefer och näringslivschefer är målgrupp. En referensgrupp med åtta av dem följer projektet "
    "från start.",
)
IMPLEMENTATIONS = (
    "Projektet genomförs i tre steg: gemensam nulägesbild, prov i {ort} och {ort2}, och spridning till övriga "
    "kommuner. Varje steg avslutas "
    "med ett beslut i styrgruppen om att gå vidare.",
    "Vi arbetar i verkstäder där kommuner och myndigheter möts kring samma karta. Mellan verkstäderna tar "
    "projektgruppen fram underlag. "
    "En följeforskare från ett lärosäte granskar arbetet två gånger.",
    "Arbetet utgår från en förändringsteori som parterna har tagit fram tillsammans. Metoden prövas först i liten "
    "skala, rättas och används "
    "därefter i hela länet.",
)
ORGANISATIONS = (
    "Regionen är projektägare och anställer projektledaren. Styrgruppen består av chefer från regionen, två kommuner "
    "och länsstyrelsen. "
    "Projektgruppen har sex personer på deltid.",
    "Regionala utvecklingsnämnden är uppdragsgivare. En projektledare och en planerare arbetar i projektet. "
    "Kommunerna bidrar med egen tid.",
    "Regionens avdelning för samhällsplanering leder projektet. Styrgruppen möts varje kvartal. Upphandlade "
    "konsulter står för kartor och analys.",
)
SPREADINGS = (
    "Resultaten presenteras på två nationella nätverksträffar och publiceras fritt på regionens webbplats, med "
    "mallar som går att ladda ned.",
    "Vi skriver en kort vägledning för andra regioner och erbjuder ett digitalt seminarium när arbetet är halvvägs "
    "och när det är klart.",
    "En lärandegrupp med tre andra regioner följer projektet. Data publiceras öppet så att andra kan använda dem.",
)
RISKS = (
    "Kommunerna kan få svårt att avsätta tid. Vi möter det med korta arbetsmöten och delad tjänst. Bristen på "
    "kartdata hanteras genom avtal tidigt.",
    "Den största risken är att resultatet inte används. Därför är kommunernas planchefer med i styrgruppen. "
    "Personalbyte möts med dubbel bemanning.",
    "Om upphandlingen drar ut på tiden börjar vi med det arbete som görs med egen personal. Olika politiska mål "
    "hanteras genom tidiga dialoger.",
)
CONDITIONS = (
    "Projektet ska bokföras åtskilt från annan verksamhet. Utbetalning görs i efterskott, efter ansökan, minst var "
    "sjätte månad. "
    "Slutrapporten ska ha kommit in senast projektets sista dag. Väsentliga ändringar ska godkännas innan de genomförs."
)
LEGAL_GROUNDS = (
    "5, 8 och 11 §§ förordningen (2003:596) om bidrag för projektverksamhet inom den regionala utvecklingspolitiken "
    "och utlysningens villkor."
)
SCORE_REASONS = (
    "Målen är svagt kopplade till aktiviteterna och går inte att följa upp.",
    "Kopplingen till strategin nämns men förklaras inte.",
    "Godtagbart: planen är rimlig men ansvaret mellan parterna är otydligt.",
    "Tydlig plan med rimliga kostnader och ansvar. Uppföljningen kan bli skarpare.",
    "Mycket väl beskrivet, med mätbara mål och parter som redan är överens.",
)
"""By number of points, one to five."""
GRANT_REASONS = (
    "Projektet svarar väl mot utlysningens syfte och mot {mal}. Genomförandet är trovärdigt och arbetssättet går att "
    "använda i fler län. "
    "Kostnaderna bedöms skäliga. Ansökan fick {score} av 100 poäng."
)
PARTLY_REASONS = (
    "Projektet svarar mot utlysningens syfte och mot {mal}. Kostnaderna för externa tjänster bedöms högre än vad "
    "projektet behöver, och stödet "
    "räknas därför på en lägre kostnad än den sökta. Ansökan fick {score} av 100 poäng."
)
REJECT_SCORE_REASONS = (
    "Ansökan fick {score} av 100 poäng. Utlysningen kräver minst {lowest} poäng. Målen är inte möjliga att följa upp "
    "i tillräcklig grad och det framgår "
    "inte hur resultatet ska användas efter projektet."
)
REJECT_BUDGET_REASONS = (
    "Ansökan uppfyller kraven och fick {score} av 100 poäng, men medlen i utlysningen räcker inte till alla. "
    "Ansökningar med högre poäng har gått före."
)
LATE_REASONS = "Ansökan kom in efter sista ansökningsdagen. Några skäl att ändå pröva den har inte kommit fram, och den avvisas därför."
WITHDRAWN_REASONS = "Sökanden har återtagit ansökan. Ärendet skrivs därför av."
WITHDRAW_REASON = "Vi har fått besked att projektet ryms inom vår egen budget och återtar därför ansökan."
QUESTION = (
    "Beskriv hur kostnaden för externa tjänster är beräknad, och vilken del av arbetet som görs av egen personal. "
    "Komplettera också med vem som ansvarar för underlaget när projektet är slut."
)
ANSWER = (
    "Kostnaden bygger på 620 timmar enligt regionens ramavtal för planering och kartor. Övrigt arbete görs av egen "
    "personal. "
    "Regionens avdelning för samhällsplanering ansvarar för underlaget efter projektet."
)
CONSEQUENCE = "Om ni inte svarar i tid prövar vi ansökan på de uppgifter som finns."
RESULTS_SO_FAR = (
    "Parterna har för första gången samma underlag. Två av kommunerna har redan använt det i sin planering. "
    "Deltagarna ger arbetssättet "
    "fyra av fem i betyg."
)
DEVIATIONS = (
    "Inga avvikelser från planen.",
    "En verkstad flyttades till nästa period på grund av sjukdom. Det påverkar inte slutdatum eller budget.",
    "Upphandlingen av kartstöd blev fyra veckor sen. Arbetet har tagits igen med egen personal.",
)

QUESTION_OF_LEAD = "Kostnaderna för personal är räknade på två halvtider. Stämmer det med verksamhetsplanen?"
ANSWER_OF_SIGNER = "Ja, det är så vi har beslutat. Skriv gärna ut det i motiveringen."
THEIR_CONTRIBUTION = "Den andra regionen prövar arbetssättet från {ort} i sitt eget län och redovisar vad det ger där."
MORE_SPATIAL = (
    "Strukturbilden får ett fördjupat kapitel om {ort} med omnejd, och målen i strategin visas på kartan så att kommunerna "
    "kan använda den i sin översiktsplanering."
)
