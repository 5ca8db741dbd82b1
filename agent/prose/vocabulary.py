"""Words that tell names of people from other words with a capital. Data only."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Grown-ups and other children round the child, and people at work.
RELATIVE = (
    r"mother|mum|mummy|mom|mam|father|dad|daddy|step-?\s?(?:mother|mum|father|dad)|parents?|"
    r"partner|"
    r"boyfriend|girlfriend|husband|wife|(?:half[- ])?(?:brother|sister)s?|siblings?|sib|aunt|"
    r"auntie|"
    r"uncle|gran|granny|grandma|grandmother|nan|nana|grandad|grandpa|grandfather|grandparents?|"
    r"cousin|carers?|guardian|friends?|neighbour|tenant|suspect|perpetrator|nom|mgm|pgm|"
    r"social\s+worker|worker|officer|manager|lead|nurse|doctor|teacher|head|headteacher|consultant|"
    r"midwife|visitor|dsl|gp|sw|hv|sio|oic|coroner|paediatrician|director|practitioner|"
    r"psychologist|chair|chief|adviser|advisor|coach|mentor|childminder|solicitor|trustee"
)

# Before the name of a grown-up, or of somebody who is written to.
TITLES = _words(
    """
    canon cllr commander constable consultant councillor dc dci dcs dear det detective di dr
    ds dsu father fr hello hi hiya imam insp inspector judge lady lord miss mr mrs ms mx nurse
    op operation pc pcso prof professor rev sergeant sgt sir sister sr superintendent supt wpc
    """
)
PARTICLES = _words(
    """
    ab al ap bin bint da das de del den der di do dos du el ibn la le ten van von
    """
)
# Capitals that are nobody's initials.
ACRONYMS = _words(
    """
    ABE ABH AD ADHD AE AM AOB ASAP ASB ASD BBR CAIT CAMHS CCG CDOP CEO CIC CIN COD CP CPP CPS
    CSC CSPR CT CYP DA DASH DCS DFE DHR DKA DNA DOB DOD DOLS DSL DV ED EH EHCP EHE EPO FAO FGC
    FII FW FWD FYI GBH GP HDU HMP HR HV ICB ICO ICU IP IRO IT ITU IV JAR LA LAC LADO LFP LSCB
    LSCP MAPPA MARAC MASH MBC MCA MCCD MP MRI MW NA NAI NB NFA NHS NICU NK NOM NRM NTK OIC OK
    OP OSG PE PICU PLO PM PPN PPU PS PVP QA RAG RAR RE ROLE RR RTA RTC SAR SC SCBU SCR SCSI
    SEN SENCO SEND SI SIN SIO SUDC SUDI SW TAF TBC TBSA TV UASC UK USA VIC XL YJS YOT YP
    """
)
# Words that stand with a capital and are no name.
NOT_NAMES = _words(
    """
    a about abuse academy accident address admission admitted african after afternoon again
    age aged agencies agency all also although am ambulance an analysis and another any
    anybody apr are around as asian assistant at attached attended aug aunt authority avenue
    baby background be because been before being best bilateral birth black board born borough
    both boy boyfriend british brother brought business but by cafcass came camhs can carer
    carers caribbean centre chair cheers chief child child's childline children children's
    christian christmas city class clinic close closed colleague colleagues college community
    confidential consideration consultant conveyed copy could council county court cousin crew
    critical currently custody dad date dead dear death dec december department deputy
    designated details did died director discussed do dob doctor does drive during each easter
    education eight either email emergency english estate european evening event every
    everybody everyone executive faithfully families family father feb february female find
    fire five flat for forename form found foundation four fracture fractured fri friday from
    further fw fwd gender general girl given good government governor governors gran grandad
    grandfather grandmother grounds group had harm has have having he head headteacher health
    hello her here hers herself hey hi him his hiya home hospital hospitals house housing how
    however hub i if impact in incident infant infirmary initials injuries injury into
    involvement is it its jan january jewish joined joint jul july jun key kind known lad lane
    last later lead learning legal like local madam male manager many mar march maternity me
    meanwhile meeting meets mental midwife mine mon monday more morning most mother much
    multiple mum muslim my name named nan nana national nature neglect neighbour neither
    neonatal nhs night nine no nobody none nor not note nothing notification nov november now
    number nurse nursery oct october of off officer officers official ofsted on once one only
    op open operation or other others our ours out outline over own paediatric paediatrics
    panel paramedics parent parents partner partnership patient per person phone placed please
    police police's polish post practice presented previous previously principal probation
    protection public pupil re reason reception ref refer referral regarding regards request
    rescue restricted road royal sadly safeguarding same sat saturday school see sender senior
    sensitive sent sep sept september serious service services seven several sex she should
    sibling siblings since sincerely sir sirs sister six skeletal so social some somebody
    someone stable staff stage stepdad stepfather stepmother still strat strategy street
    student subject submitted such suffered summary sun sunday surgery surname survived
    sustained teacher team teenager tel ten than thank thanks that the their theirs them then
    there these they this those though three through thu thur thurs thursday to today toddler
    tomorrow tonight too town trust trustees tue tues tuesday twin twins two uncle under
    unfortunately unit unknown until up urgent us ventilated very visitor ward was way we wed
    wednesday welsh were what when where which while white who whom whose why will wishes with
    within without worker would year yes yesterday yet you young your yours yr
    """
)
# Surnames that are also other words; they count behind a forename.
SURNAMES = _words(
    """
    best black boy brown child christian christmas close court day english faith french friend
    good grace green head hope house joy key lane major mark may park power powers prior rose
    street white will young
    """
)

# Runs of capitals with one of these are a place, an agency or a team.
PLACE_WORDS = re.compile(
    r"\b(?:street|road|lane|avenue|house|hospital|infirmary|school|academy|"
    r"college|nursery|trust|council|police|team|service|services|unit|ward|board|partnership|"
    r"panel|centre|hub|surgery|clinic|homes|housing|estate|city|borough|county|"
    r"university|foundation|ambulance|constabulary|authority|department|office|together|"
    r"group|committee|review|working)\b",
    re.IGNORECASE,
)
