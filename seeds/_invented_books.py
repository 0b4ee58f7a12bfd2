"""Authors who never lived and the books they never wrote."""

# Author | country | birth year | genre | titles, each followed by its year.
SHELVES = """
Ines Valdoro|Portugal|1958|novel|The Salt Ledger 1994/A House Facing Inland 2003/Seven Winters of Rain 2011
Tobias Hallgrim|Norway|1971|crime|Cold Harbour Ferry 2006/The Drowned Sexton 2009/Nobody Leaves Skarvik 2021
Adaeze Nwokolo|Nigeria|1980|novel|The Yellow Dispensary 2012/Letters to an Unbuilt Bridge 2022
Piotr Zawiejski|Poland|1949|history|Grain Barges of the Vistula 1988/The Amber Customs House 1997
Hanako Mizuhira|Japan|1966|novel|The Umbrella Repairer 2001/Tea for the Night Watch 2007
Callum Strathdee|Scotland|1975|crime|The Peat Cutter's Alibi 2010/Blood on the Bothy Door 2013
Leila Farrokhani|Iran|1983|poetry|Pomegranate Arithmetic 2014/Thirty Windows 2020
Gideon Marchbank|England|1938|nature|A Hedgerow Year 1979/The Patience of Herons 1986/\
Walking with Slow Rivers 1999
Sunniva Moe-Dahlen|Norway||science fiction|The Kelp Engineers 2018/Orbit of Small Mercies 2021/\
The Quiet Reactor 2024
Jabulani Theron|South Africa|1979|science fiction|Dust Parliament 2011/The Last Analogue Town 2017
Bettina Krausfeld|Germany|1955|biography|Her Hands Were Maps 2002/A Life in Twelve Bridges 2009
Mateo Izquierdo|Mexico|1969|novel|The Orange Seller's Trial 2005/Where the Tram Turns Back 2013
Fionnuala Gerraghty|Ireland|1962|novel|The Turf Shed Sonata 1998/Half a Wedding in Mayo 2006/\
Small Hours, Long Fields 2016
Rosalind Achtman|Netherlands|1972|food|The Allotment Kitchen 2010/Pickles for Every Month 2014/\
One Pot, Six Chairs 2019
Vikram Subhedar|India|1977|food|Monsoon Suppers 2012/The Lentil Companion 2018
Oluremi Castellane|England|1986|adventure|The Lighthouse Apprentices 2015/Storm Glass Island 2017/\
The Tunnel Under Tern Street 2020
Greta Lindenmayer|Austria|1964|picture book|Bruno Counts the Buses 2003/The Snail Who Was Early 2008/\
Goodnight, Little Tractor 2012/A Hat for the Weathercock 2018
Kofi Amankwah|Ghana|1981|picture book|Grandma's Loudest Drum 2013/The Goat on the Library Roof 2019
Wren Hollowell|Wales|1988|adventure|The Slate Quarry Six 2016/Owls of Cwm Tawel 2018/\
Key to the Ninth Lock 2023
Dragana Petrushev|Serbia||crime|The Tobacconist's Third Key 2008/Murder at the Hydropathic 2012
Samuel Finchley-Oye|England|1959|history|A Short History of Rain Gauges 1996/The Canal Diggers 2001/\
Lamps, Gas and Gossip 2010
Noor Al-Rahbi|Oman|1974|nature|Tidepool Almanac 2009/What the Dunes Remember 2016
Thandeka Moyana|Zimbabwe|1991|poetry|Corrugated Hymns 2017/The Borrowed Raincoat Psalms 2023
Luca Ferrantino|Italy|1967|crime|The Aqueduct Inspector 2003/An Honest Forger 2007/\
Death in the Card Catalogue 2015
Yevgenia Marchuk|Ukraine|1970|novel|The Beekeeper's Atlas 2008/Winter Wheat Radio 2022
Harriet Ploughwright|England|1947|nature|Moths of the Middle Hours 1991/The Orchard Diaries 2004
Shen Wenzhao|China|1965|science fiction|The Tea-House Algorithm 2010/Eleven Harvests of Glass 2016
Amparo Ridaura|Spain|1953|biography|The Woman Who Drew Tides 1999/Notes on a Stubborn Botanist 2007
Desmond Quarrie|Jamaica|1944|poetry|Cane Row Stanzas 1982/Harbour Lights, Unlit 1995
Ottilie Brandvold|Denmark|1984|food|Rye, Butter, Salt 2016/The Fermenting Shed 2021
Pascal Duvernois|France|1978|biography|The Piano Tuner's Passport 2013/Madame Sorel Flies South 2018
Mirembe Kasozi|Uganda|1993|adventure|The Kite Cartel 2019/Riverboat Detectives 2022
Anselm Vogtherr|Switzerland|1951|history|Passes and Postmen 1994/The Glacier Surveyors 2005
Sita Thapaliya|Nepal|1982|picture book|A Yak in the Lift 2014/Ten Sleepy Prayer Flags 2020
Marguerite Blumquist|Canada|1976|science fiction|The Archive Beneath the Ice 2012/\
Minutes of the Mars Allotment Society 2019
Rhodri Pencarrow|Wales|1956|novel|The Tin Street Choir 1995/A Funeral for the Ferryman 2004
"""
