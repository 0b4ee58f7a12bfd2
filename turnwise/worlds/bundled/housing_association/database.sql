BEGIN TRANSACTION;
CREATE TABLE buildings (
    building_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    street_address TEXT NOT NULL,
    postcode TEXT NOT NULL,
    construction_year INTEGER NOT NULL,
    caretaker_id INTEGER REFERENCES staff(staff_id)
);
INSERT INTO "buildings" VALUES(1,'Alder Court','12 Bracken Lane','BF1 4QT',1974,7);
INSERT INTO "buildings" VALUES(2,'Bellwether House','5 Shepherd Street','BF1 2AB',1931,7);
INSERT INTO "buildings" VALUES(3,'Cooper''s Yard','88 Barrel Row','BF2 9HN',1898,8);
INSERT INTO "buildings" VALUES(4,'Dunmore Terrace','31 Dunmore Road','BF2 7EL',1956,8);
INSERT INTO "buildings" VALUES(5,'Elmet Lodge','2 Priory Close','BF3 1KD',2008,NULL);
INSERT INTO "buildings" VALUES(6,'Foundry Mews','17 Casting Lane','BF3 6RW',2019,9);
INSERT INTO "buildings" VALUES(7,'Gannet Point','140 Harbour Parade','BF4 8US',1967,9);
CREATE TABLE contractor_trades (
    contractor_id INTEGER NOT NULL REFERENCES contractors(contractor_id),
    trade_id INTEGER NOT NULL REFERENCES trades(trade_id),
    PRIMARY KEY (contractor_id, trade_id)
);
INSERT INTO "contractor_trades" VALUES(1,1);
INSERT INTO "contractor_trades" VALUES(1,2);
INSERT INTO "contractor_trades" VALUES(2,3);
INSERT INTO "contractor_trades" VALUES(3,2);
INSERT INTO "contractor_trades" VALUES(4,4);
INSERT INTO "contractor_trades" VALUES(5,5);
INSERT INTO "contractor_trades" VALUES(5,6);
INSERT INTO "contractor_trades" VALUES(6,6);
INSERT INTO "contractor_trades" VALUES(7,7);
INSERT INTO "contractor_trades" VALUES(8,8);
INSERT INTO "contractor_trades" VALUES(9,1);
INSERT INTO "contractor_trades" VALUES(9,4);
INSERT INTO "contractor_trades" VALUES(9,5);
INSERT INTO "contractor_trades" VALUES(10,9);
INSERT INTO "contractor_trades" VALUES(11,3);
INSERT INTO "contractor_trades" VALUES(11,4);
INSERT INTO "contractor_trades" VALUES(11,9);
INSERT INTO "contractor_trades" VALUES(12,7);
CREATE TABLE contractors (
    contractor_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    phone_number TEXT NOT NULL,
    email TEXT,
    hourly_rate NUMERIC(10,2) NOT NULL CHECK (hourly_rate > 0),
    status TEXT NOT NULL DEFAULT 'approved' CHECK (status IN ('approved', 'on hold'))
);
INSERT INTO "contractors" VALUES(1,'Okoro & Sons Plumbing','020 7946 0001','jobs@okoroandsonsplumbing.example',48.5,'approved');
INSERT INTO "contractors" VALUES(2,'Brightspark Electrical','020 7946 0915','jobs@brightsparkelectrical.example',52,'approved');
INSERT INTO "contractors" VALUES(3,'Warmhearth Heating','020 7946 0178','jobs@warmhearthheating.example',56.75,'approved');
INSERT INTO "contractors" VALUES(4,'Third Coat Decorators','020 7946 0643','jobs@thirdcoatdecorators.example',31.2,'approved');
INSERT INTO "contractors" VALUES(5,'Silverthorn Joinery','020 7946 0083','jobs@silverthornjoinery.example',39.9,'approved');
INSERT INTO "contractors" VALUES(6,'Latch & Key Locksmiths','020 7946 0309',NULL,61,'approved');
INSERT INTO "contractors" VALUES(7,'Skyline Roofing','020 7946 0388',NULL,45.25,'on hold');
INSERT INTO "contractors" VALUES(8,'Greenacre Pest Control','020 7946 0106','jobs@greenacrepestcontrol.example',42.4,'approved');
INSERT INTO "contractors" VALUES(9,'Handy Hana Repairs','020 7946 0124','jobs@handyhanarepairs.example',29.5,'approved');
INSERT INTO "contractors" VALUES(10,'Clearview Glaziers','020 7946 0897','jobs@clearviewglaziers.example',44.6,'approved');
INSERT INTO "contractors" VALUES(11,'Northgate Property Services','020 7946 0986','jobs@northgatepropertyservices.example',37.8,'on hold');
INSERT INTO "contractors" VALUES(12,'Slate and Gutter Company','020 7946 0120','jobs@slateandguttercompany.example',41.15,'approved');
CREATE TABLE flats (
    flat_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    building_id INTEGER NOT NULL REFERENCES buildings(building_id),
    floor INTEGER NOT NULL,
    bedrooms INTEGER NOT NULL CHECK (bedrooms >= 0),
    square_metres INTEGER NOT NULL CHECK (square_metres > 0),
    monthly_rent NUMERIC(10,2) NOT NULL CHECK (monthly_rent >= 0),
    energy_rating TEXT CHECK (energy_rating IN ('A', 'B', 'C', 'D', 'E', 'F')),
    condition TEXT NOT NULL DEFAULT 'good' CHECK (condition IN ('good', 'fair', 'poor', 'being renovated'))
);
INSERT INTO "flats" VALUES(1,'Alder Court 1A',1,1,2,61,603.4,'C','fair');
INSERT INTO "flats" VALUES(2,'Alder Court 1B',1,1,0,30,425.9,'C','poor');
INSERT INTO "flats" VALUES(3,'Alder Court 1C',1,1,1,56,577.4,'C','good');
INSERT INTO "flats" VALUES(4,'Alder Court 2A',1,2,3,76,714.5,'D','fair');
INSERT INTO "flats" VALUES(5,'Alder Court 2B',1,2,4,93,833.5,'C','good');
INSERT INTO "flats" VALUES(6,'Alder Court 2C',1,2,3,81,702.9,'C','good');
INSERT INTO "flats" VALUES(7,'Alder Court 3A',1,3,2,61,597.15,'C','fair');
INSERT INTO "flats" VALUES(8,'Alder Court 3B',1,3,3,78,716.75,'C','good');
INSERT INTO "flats" VALUES(9,'Alder Court 3C',1,3,2,66,609.5,'C','fair');
INSERT INTO "flats" VALUES(10,'Alder Court 4A',1,4,2,67,642.9,'C','poor');
INSERT INTO "flats" VALUES(11,'Alder Court 4B',1,4,2,69,634.9,'C','being renovated');
INSERT INTO "flats" VALUES(12,'Alder Court 4C',1,4,2,65,630.4,'C','good');
INSERT INTO "flats" VALUES(13,'Bellwether House 1A',2,1,0,38,477.15,'E','fair');
INSERT INTO "flats" VALUES(14,'Bellwether House 1B',2,1,1,56,569.5,'D','fair');
INSERT INTO "flats" VALUES(15,'Bellwether House 1C',2,1,2,62,615.9,'E','fair');
INSERT INTO "flats" VALUES(16,'Bellwether House 1D',2,1,2,65,643.5,'E','fair');
INSERT INTO "flats" VALUES(17,'Bellwether House 2A',2,2,1,51,506.5,'D','being renovated');
INSERT INTO "flats" VALUES(18,'Bellwether House 2B',2,2,3,74,690.5,'D','being renovated');
INSERT INTO "flats" VALUES(19,'Bellwether House 2C',2,2,3,79,727.9,'E','good');
INSERT INTO "flats" VALUES(20,'Bellwether House 2D',2,2,2,68,616.9,'E','good');
INSERT INTO "flats" VALUES(21,'Bellwether House 3A',2,3,3,80,693.9,'E','fair');
INSERT INTO "flats" VALUES(22,'Bellwether House 3B',2,3,2,66,658.15,'F','poor');
INSERT INTO "flats" VALUES(23,'Bellwether House 3C',2,3,2,68,628.15,NULL,'good');
INSERT INTO "flats" VALUES(24,'Bellwether House 3D',2,3,1,55,546.4,NULL,'good');
INSERT INTO "flats" VALUES(25,'Cooper''s Yard 1A',3,1,4,101,834.15,'F','good');
INSERT INTO "flats" VALUES(26,'Cooper''s Yard 1B',3,1,0,39,472.5,NULL,'fair');
INSERT INTO "flats" VALUES(27,'Cooper''s Yard 1C',3,1,1,51,544.9,NULL,'being renovated');
INSERT INTO "flats" VALUES(28,'Cooper''s Yard 1D',3,1,2,72,671.15,'D','poor');
INSERT INTO "flats" VALUES(29,'Cooper''s Yard 2A',3,2,2,70,651.75,'E','fair');
INSERT INTO "flats" VALUES(30,'Cooper''s Yard 2B',3,2,3,81,742.75,'F','fair');
INSERT INTO "flats" VALUES(31,'Cooper''s Yard 2C',3,2,1,53,563.15,'E','good');
INSERT INTO "flats" VALUES(32,'Cooper''s Yard 2D',3,2,1,56,581.4,'D','poor');
INSERT INTO "flats" VALUES(33,'Dunmore Terrace 1A',4,1,0,30,373.4,'C','fair');
INSERT INTO "flats" VALUES(34,'Dunmore Terrace 1B',4,1,4,92,812.5,'C','poor');
INSERT INTO "flats" VALUES(35,'Dunmore Terrace 1C',4,1,2,61,617.9,'C','good');
INSERT INTO "flats" VALUES(36,'Dunmore Terrace 2A',4,2,2,66,635.4,'C','good');
INSERT INTO "flats" VALUES(37,'Dunmore Terrace 2B',4,2,1,51,521.15,'C','good');
INSERT INTO "flats" VALUES(38,'Dunmore Terrace 2C',4,2,1,52,564.15,'C','poor');
INSERT INTO "flats" VALUES(39,'Elmet Lodge 1A',5,1,3,86,829.9,'B','fair');
INSERT INTO "flats" VALUES(40,'Elmet Lodge 1B',5,1,3,84,800.15,'A','fair');
INSERT INTO "flats" VALUES(41,'Elmet Lodge 2A',5,2,3,78,770.4,'A','fair');
INSERT INTO "flats" VALUES(42,'Elmet Lodge 2B',5,2,2,61,668.9,'A','good');
INSERT INTO "flats" VALUES(43,'Elmet Lodge 3A',5,3,1,48,568.5,'A','good');
INSERT INTO "flats" VALUES(44,'Elmet Lodge 3B',5,3,4,92,862.4,'A','good');
INSERT INTO "flats" VALUES(45,'Foundry Mews 1A',6,1,3,75,767.9,'A','fair');
INSERT INTO "flats" VALUES(46,'Foundry Mews 1B',6,1,1,47,560.4,NULL,'good');
INSERT INTO "flats" VALUES(47,'Foundry Mews 1C',6,1,3,80,784.4,'A','good');
INSERT INTO "flats" VALUES(48,'Foundry Mews 2A',6,2,1,53,585.4,'B','fair');
INSERT INTO "flats" VALUES(49,'Foundry Mews 2B',6,2,1,52,582.5,'B','good');
INSERT INTO "flats" VALUES(50,'Foundry Mews 2C',6,2,1,47,596.5,'A','good');
INSERT INTO "flats" VALUES(51,'Gannet Point 1A',7,1,3,77,706.75,NULL,'being renovated');
INSERT INTO "flats" VALUES(52,'Gannet Point 1B',7,1,2,68,657.75,'C','good');
INSERT INTO "flats" VALUES(53,'Gannet Point 2A',7,2,2,62,613.75,'C','poor');
INSERT INTO "flats" VALUES(54,'Gannet Point 2B',7,2,2,60,621.9,'C','fair');
INSERT INTO "flats" VALUES(55,'Gannet Point 3A',7,3,1,50,513.9,'D','good');
INSERT INTO "flats" VALUES(56,'Gannet Point 3B',7,3,4,101,876.5,'C','fair');
INSERT INTO "flats" VALUES(57,'Gannet Point 4A',7,4,3,75,670.9,'D','good');
INSERT INTO "flats" VALUES(58,'Gannet Point 4B',7,4,0,29,423.15,'D','good');
INSERT INTO "flats" VALUES(59,'Gannet Point 5A',7,5,4,100,829.4,'D','good');
INSERT INTO "flats" VALUES(60,'Gannet Point 5B',7,5,3,76,680.4,'C','good');
INSERT INTO "flats" VALUES(61,'Gannet Point 6A',7,6,1,57,602.15,'C','good');
INSERT INTO "flats" VALUES(62,'Gannet Point 6B',7,6,1,47,499.75,'C','good');
CREATE TABLE rent_payments (
    rent_payment_id INTEGER PRIMARY KEY,
    tenancy_id INTEGER NOT NULL REFERENCES tenancies(tenancy_id),
    amount NUMERIC(10,2) NOT NULL CHECK (amount > 0),
    method TEXT NOT NULL DEFAULT 'direct debit'
        CHECK (method IN ('direct debit', 'bank transfer', 'card', 'cash', 'housing benefit')),
    payment_date DATE NOT NULL DEFAULT CURRENT_DATE
);
INSERT INTO "rent_payments" VALUES(60418,3113,564.15,'direct debit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60419,3115,658.15,'direct debit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60420,3117,568.5,'direct debit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60421,3123,833.5,'housing benefit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60422,3141,800.15,'direct debit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60423,3147,477.15,'direct debit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60424,3149,373.4,'bank transfer','2026-01-01');
INSERT INTO "rent_payments" VALUES(60425,3150,668.9,'direct debit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60426,3153,569.5,'bank transfer','2026-01-01');
INSERT INTO "rent_payments" VALUES(60427,3155,742.75,'direct debit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60428,3156,643.5,'bank transfer','2026-01-01');
INSERT INTO "rent_payments" VALUES(60429,3159,812.5,'direct debit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60430,3164,616.9,'cash','2026-01-01');
INSERT INTO "rent_payments" VALUES(60431,3165,784.4,'direct debit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60432,3166,563.15,'housing benefit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60433,3168,582.5,'card','2026-01-01');
INSERT INTO "rent_payments" VALUES(60434,3171,596.5,'direct debit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60435,3174,577.4,'housing benefit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60436,3175,615.9,'direct debit','2026-01-01');
INSERT INTO "rent_payments" VALUES(60437,3176,716.75,'card','2026-01-01');
INSERT INTO "rent_payments" VALUES(60438,3108,628.15,'direct debit','2026-01-02');
INSERT INTO "rent_payments" VALUES(60439,3121,602.15,'housing benefit','2026-01-02');
INSERT INTO "rent_payments" VALUES(60440,3122,603.4,'housing benefit','2026-01-02');
INSERT INTO "rent_payments" VALUES(60441,3128,609.5,'housing benefit','2026-01-02');
INSERT INTO "rent_payments" VALUES(60442,3133,693.9,'direct debit','2026-01-02');
INSERT INTO "rent_payments" VALUES(60443,3137,770.4,'direct debit','2026-01-02');
INSERT INTO "rent_payments" VALUES(60444,3145,702.9,'direct debit','2026-01-02');
INSERT INTO "rent_payments" VALUES(60445,3154,651.75,'direct debit','2026-01-02');
INSERT INTO "rent_payments" VALUES(60446,3162,829.9,'direct debit','2026-01-02');
INSERT INTO "rent_payments" VALUES(60447,3167,671.15,'direct debit','2026-01-02');
INSERT INTO "rent_payments" VALUES(60448,3169,585.4,'card','2026-01-02');
INSERT INTO "rent_payments" VALUES(60449,3124,862.4,'bank transfer','2026-01-03');
INSERT INTO "rent_payments" VALUES(60450,3125,581.4,'cash','2026-01-03');
INSERT INTO "rent_payments" VALUES(60451,3130,521.15,'bank transfer','2026-01-03');
INSERT INTO "rent_payments" VALUES(60452,3131,657.75,'housing benefit','2026-01-03');
INSERT INTO "rent_payments" VALUES(60453,3134,423.15,'direct debit','2026-01-03');
INSERT INTO "rent_payments" VALUES(60454,3135,876.5,'bank transfer','2026-01-03');
INSERT INTO "rent_payments" VALUES(60455,3140,425.9,'direct debit','2026-01-03');
INSERT INTO "rent_payments" VALUES(60456,3151,727.9,'direct debit','2026-01-03');
INSERT INTO "rent_payments" VALUES(60457,3160,630.4,'direct debit','2026-01-03');
INSERT INTO "rent_payments" VALUES(60458,3173,642.9,'housing benefit','2026-01-03');
INSERT INTO "rent_payments" VALUES(60459,3114,546.4,'housing benefit','2026-01-04');
INSERT INTO "rent_payments" VALUES(60460,3136,617.9,'bank transfer','2026-01-04');
INSERT INTO "rent_payments" VALUES(60461,3157,635.4,'bank transfer','2026-01-04');
INSERT INTO "rent_payments" VALUES(60462,3158,499.75,'direct debit','2026-01-04');
INSERT INTO "rent_payments" VALUES(60463,3177,829.4,'direct debit','2026-01-04');
INSERT INTO "rent_payments" VALUES(60464,3163,670.9,'direct debit','2026-01-05');
INSERT INTO "rent_payments" VALUES(60465,3161,306.88,'direct debit','2026-01-13');
INSERT INTO "rent_payments" VALUES(60466,3112,417.07,'direct debit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60467,3115,658.15,'direct debit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60468,3121,602.15,'housing benefit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60469,3123,833.5,'housing benefit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60470,3128,609.5,'housing benefit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60471,3135,876.5,'bank transfer','2026-02-01');
INSERT INTO "rent_payments" VALUES(60472,3137,770.4,'direct debit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60473,3140,425.9,'direct debit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60474,3141,800.15,'direct debit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60475,3147,477.15,'direct debit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60476,3153,569.5,'bank transfer','2026-02-01');
INSERT INTO "rent_payments" VALUES(60477,3157,635.4,'bank transfer','2026-02-01');
INSERT INTO "rent_payments" VALUES(60478,3164,616.9,'cash','2026-02-01');
INSERT INTO "rent_payments" VALUES(60479,3165,784.4,'direct debit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60480,3166,563.15,'housing benefit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60481,3170,472.5,'direct debit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60482,3171,596.5,'direct debit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60483,3177,829.4,'direct debit','2026-02-01');
INSERT INTO "rent_payments" VALUES(60484,3108,628.15,'direct debit','2026-02-02');
INSERT INTO "rent_payments" VALUES(60485,3114,546.4,'housing benefit','2026-02-02');
INSERT INTO "rent_payments" VALUES(60486,3130,521.15,'bank transfer','2026-02-02');
INSERT INTO "rent_payments" VALUES(60487,3131,657.75,'housing benefit','2026-02-02');
INSERT INTO "rent_payments" VALUES(60488,3133,693.9,'direct debit','2026-02-02');
INSERT INTO "rent_payments" VALUES(60489,3154,651.75,'direct debit','2026-02-02');
INSERT INTO "rent_payments" VALUES(60490,3155,742.75,'direct debit','2026-02-02');
INSERT INTO "rent_payments" VALUES(60491,3158,499.75,'direct debit','2026-02-02');
INSERT INTO "rent_payments" VALUES(60492,3160,630.4,'direct debit','2026-02-02');
INSERT INTO "rent_payments" VALUES(60493,3167,671.15,'direct debit','2026-02-02');
INSERT INTO "rent_payments" VALUES(60494,3169,585.4,'card','2026-02-02');
INSERT INTO "rent_payments" VALUES(60495,3173,642.9,'housing benefit','2026-02-02');
INSERT INTO "rent_payments" VALUES(60496,3174,577.4,'housing benefit','2026-02-02');
INSERT INTO "rent_payments" VALUES(60497,3176,716.75,'card','2026-02-02');
INSERT INTO "rent_payments" VALUES(60498,3113,564.15,'direct debit','2026-02-03');
INSERT INTO "rent_payments" VALUES(60499,3124,862.4,'bank transfer','2026-02-03');
INSERT INTO "rent_payments" VALUES(60500,3125,581.4,'cash','2026-02-03');
INSERT INTO "rent_payments" VALUES(60501,3134,423.15,'direct debit','2026-02-03');
INSERT INTO "rent_payments" VALUES(60502,3136,617.9,'bank transfer','2026-02-03');
INSERT INTO "rent_payments" VALUES(60503,3151,727.9,'direct debit','2026-02-03');
INSERT INTO "rent_payments" VALUES(60504,3159,812.5,'direct debit','2026-02-03');
INSERT INTO "rent_payments" VALUES(60505,3168,582.5,'card','2026-02-03');
INSERT INTO "rent_payments" VALUES(60506,3117,568.5,'direct debit','2026-02-04');
INSERT INTO "rent_payments" VALUES(60507,3145,702.9,'direct debit','2026-02-04');
INSERT INTO "rent_payments" VALUES(60508,3162,829.9,'direct debit','2026-02-04');
INSERT INTO "rent_payments" VALUES(60509,3163,670.9,'direct debit','2026-02-04');
INSERT INTO "rent_payments" VALUES(60510,3175,615.9,'direct debit','2026-02-04');
INSERT INTO "rent_payments" VALUES(60511,3122,603.4,'housing benefit','2026-02-05');
INSERT INTO "rent_payments" VALUES(60512,3156,643.5,'bank transfer','2026-02-05');
INSERT INTO "rent_payments" VALUES(60513,3150,668.9,'direct debit','2026-02-06');
INSERT INTO "rent_payments" VALUES(60514,3117,568.5,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60515,3121,602.15,'housing benefit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60516,3122,603.4,'housing benefit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60517,3124,862.4,'bank transfer','2026-03-01');
INSERT INTO "rent_payments" VALUES(60518,3125,581.4,'cash','2026-03-01');
INSERT INTO "rent_payments" VALUES(60519,3130,521.15,'bank transfer','2026-03-01');
INSERT INTO "rent_payments" VALUES(60520,3133,693.9,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60521,3134,423.15,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60522,3137,770.4,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60523,3140,425.9,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60524,3147,477.15,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60525,3150,668.9,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60526,3155,742.75,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60527,3158,499.75,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60528,3159,812.5,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60529,3162,829.9,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60530,3163,670.9,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60531,3165,784.4,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60532,3166,563.15,'housing benefit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60533,3167,671.15,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60534,3168,582.5,'card','2026-03-01');
INSERT INTO "rent_payments" VALUES(60535,3169,585.4,'card','2026-03-01');
INSERT INTO "rent_payments" VALUES(60536,3173,642.9,'housing benefit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60537,3174,577.4,'housing benefit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60538,3175,615.9,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60539,3177,829.4,'direct debit','2026-03-01');
INSERT INTO "rent_payments" VALUES(60540,3114,546.4,'housing benefit','2026-03-02');
INSERT INTO "rent_payments" VALUES(60541,3115,658.15,'direct debit','2026-03-02');
INSERT INTO "rent_payments" VALUES(60542,3128,609.5,'housing benefit','2026-03-02');
INSERT INTO "rent_payments" VALUES(60543,3131,657.75,'housing benefit','2026-03-02');
INSERT INTO "rent_payments" VALUES(60544,3136,617.9,'bank transfer','2026-03-02');
INSERT INTO "rent_payments" VALUES(60545,3145,702.9,'direct debit','2026-03-02');
INSERT INTO "rent_payments" VALUES(60546,3151,727.9,'direct debit','2026-03-02');
INSERT INTO "rent_payments" VALUES(60547,3156,643.5,'bank transfer','2026-03-02');
INSERT INTO "rent_payments" VALUES(60548,3171,596.5,'direct debit','2026-03-02');
INSERT INTO "rent_payments" VALUES(60549,3176,716.75,'card','2026-03-02');
INSERT INTO "rent_payments" VALUES(60550,3108,628.15,'direct debit','2026-03-03');
INSERT INTO "rent_payments" VALUES(60551,3113,564.15,'direct debit','2026-03-03');
INSERT INTO "rent_payments" VALUES(60552,3123,833.5,'housing benefit','2026-03-03');
INSERT INTO "rent_payments" VALUES(60553,3141,800.15,'direct debit','2026-03-03');
INSERT INTO "rent_payments" VALUES(60554,3153,569.5,'bank transfer','2026-03-03');
INSERT INTO "rent_payments" VALUES(60555,3154,651.75,'direct debit','2026-03-03');
INSERT INTO "rent_payments" VALUES(60556,3157,635.4,'bank transfer','2026-03-03');
INSERT INTO "rent_payments" VALUES(60557,3135,876.5,'bank transfer','2026-03-04');
INSERT INTO "rent_payments" VALUES(60558,3170,236.25,'direct debit','2026-03-04');
INSERT INTO "rent_payments" VALUES(60559,3164,616.9,'cash','2026-03-05');
INSERT INTO "rent_payments" VALUES(60560,3108,628.15,'direct debit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60561,3114,546.4,'housing benefit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60562,3121,602.15,'housing benefit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60563,3125,581.4,'cash','2026-04-01');
INSERT INTO "rent_payments" VALUES(60564,3128,609.5,'housing benefit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60565,3131,657.75,'housing benefit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60566,3134,423.15,'direct debit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60567,3137,770.4,'direct debit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60568,3140,425.9,'direct debit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60569,3141,800.15,'direct debit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60570,3145,702.9,'direct debit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60571,3153,569.5,'bank transfer','2026-04-01');
INSERT INTO "rent_payments" VALUES(60572,3155,742.75,'direct debit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60573,3156,643.5,'bank transfer','2026-04-01');
INSERT INTO "rent_payments" VALUES(60574,3166,563.15,'housing benefit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60575,3168,582.5,'card','2026-04-01');
INSERT INTO "rent_payments" VALUES(60576,3169,585.4,'card','2026-04-01');
INSERT INTO "rent_payments" VALUES(60577,3171,596.5,'direct debit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60578,3177,829.4,'direct debit','2026-04-01');
INSERT INTO "rent_payments" VALUES(60579,3113,564.15,'direct debit','2026-04-02');
INSERT INTO "rent_payments" VALUES(60580,3115,658.15,'direct debit','2026-04-02');
INSERT INTO "rent_payments" VALUES(60581,3123,833.5,'housing benefit','2026-04-02');
INSERT INTO "rent_payments" VALUES(60582,3124,862.4,'bank transfer','2026-04-02');
INSERT INTO "rent_payments" VALUES(60583,3133,693.9,'direct debit','2026-04-02');
INSERT INTO "rent_payments" VALUES(60584,3136,617.9,'bank transfer','2026-04-02');
INSERT INTO "rent_payments" VALUES(60585,3159,812.5,'direct debit','2026-04-02');
INSERT INTO "rent_payments" VALUES(60586,3163,670.9,'direct debit','2026-04-02');
INSERT INTO "rent_payments" VALUES(60587,3173,642.9,'housing benefit','2026-04-02');
INSERT INTO "rent_payments" VALUES(60588,3175,615.9,'direct debit','2026-04-02');
INSERT INTO "rent_payments" VALUES(60589,3117,568.5,'direct debit','2026-04-03');
INSERT INTO "rent_payments" VALUES(60590,3130,521.15,'bank transfer','2026-04-03');
INSERT INTO "rent_payments" VALUES(60591,3135,876.5,'bank transfer','2026-04-03');
INSERT INTO "rent_payments" VALUES(60592,3147,477.15,'direct debit','2026-04-03');
INSERT INTO "rent_payments" VALUES(60593,3150,668.9,'direct debit','2026-04-03');
INSERT INTO "rent_payments" VALUES(60594,3157,635.4,'bank transfer','2026-04-03');
INSERT INTO "rent_payments" VALUES(60595,3165,784.4,'direct debit','2026-04-03');
INSERT INTO "rent_payments" VALUES(60596,3174,577.4,'housing benefit','2026-04-03');
INSERT INTO "rent_payments" VALUES(60597,3122,603.4,'housing benefit','2026-04-04');
INSERT INTO "rent_payments" VALUES(60598,3162,829.9,'direct debit','2026-04-04');
INSERT INTO "rent_payments" VALUES(60599,3164,616.9,'cash','2026-04-04');
INSERT INTO "rent_payments" VALUES(60600,3176,716.75,'card','2026-04-04');
INSERT INTO "rent_payments" VALUES(60601,3151,727.9,'direct debit','2026-04-05');
INSERT INTO "rent_payments" VALUES(60602,3154,651.75,'direct debit','2026-04-05');
INSERT INTO "rent_payments" VALUES(60603,3158,499.75,'direct debit','2026-04-05');
INSERT INTO "rent_payments" VALUES(60604,3167,671.15,'direct debit','2026-04-05');
INSERT INTO "rent_payments" VALUES(60605,3170,472.5,'direct debit','2026-04-05');
INSERT INTO "rent_payments" VALUES(60606,3149,373.4,'bank transfer','2026-04-09');
INSERT INTO "rent_payments" VALUES(60607,3113,564.15,'direct debit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60608,3114,546.4,'housing benefit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60609,3115,658.15,'direct debit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60610,3117,568.5,'direct debit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60611,3124,862.4,'bank transfer','2026-05-01');
INSERT INTO "rent_payments" VALUES(60612,3128,609.5,'housing benefit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60613,3131,657.75,'housing benefit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60614,3132,298.57,'card','2026-05-01');
INSERT INTO "rent_payments" VALUES(60615,3136,617.9,'bank transfer','2026-05-01');
INSERT INTO "rent_payments" VALUES(60616,3137,770.4,'direct debit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60617,3140,425.9,'direct debit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60618,3141,800.15,'direct debit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60619,3145,702.9,'direct debit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60620,3150,668.9,'direct debit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60621,3157,635.4,'bank transfer','2026-05-01');
INSERT INTO "rent_payments" VALUES(60622,3159,812.5,'direct debit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60623,3162,829.9,'direct debit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60624,3164,616.9,'cash','2026-05-01');
INSERT INTO "rent_payments" VALUES(60625,3168,582.5,'card','2026-05-01');
INSERT INTO "rent_payments" VALUES(60626,3169,585.4,'card','2026-05-01');
INSERT INTO "rent_payments" VALUES(60627,3173,642.9,'housing benefit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60628,3175,615.9,'direct debit','2026-05-01');
INSERT INTO "rent_payments" VALUES(60629,3122,603.4,'housing benefit','2026-05-02');
INSERT INTO "rent_payments" VALUES(60630,3125,581.4,'cash','2026-05-02');
INSERT INTO "rent_payments" VALUES(60631,3130,521.15,'bank transfer','2026-05-02');
INSERT INTO "rent_payments" VALUES(60632,3135,876.5,'bank transfer','2026-05-02');
INSERT INTO "rent_payments" VALUES(60633,3151,727.9,'direct debit','2026-05-02');
INSERT INTO "rent_payments" VALUES(60634,3154,651.75,'direct debit','2026-05-02');
INSERT INTO "rent_payments" VALUES(60635,3155,742.75,'direct debit','2026-05-02');
INSERT INTO "rent_payments" VALUES(60636,3158,499.75,'direct debit','2026-05-02');
INSERT INTO "rent_payments" VALUES(60637,3163,670.9,'direct debit','2026-05-02');
INSERT INTO "rent_payments" VALUES(60638,3174,577.4,'housing benefit','2026-05-02');
INSERT INTO "rent_payments" VALUES(60639,3108,628.15,'direct debit','2026-05-03');
INSERT INTO "rent_payments" VALUES(60640,3121,602.15,'housing benefit','2026-05-03');
INSERT INTO "rent_payments" VALUES(60641,3133,693.9,'direct debit','2026-05-03');
INSERT INTO "rent_payments" VALUES(60642,3147,477.15,'direct debit','2026-05-03');
INSERT INTO "rent_payments" VALUES(60643,3156,643.5,'bank transfer','2026-05-03');
INSERT INTO "rent_payments" VALUES(60644,3171,596.5,'direct debit','2026-05-03');
INSERT INTO "rent_payments" VALUES(60645,3134,423.15,'direct debit','2026-05-04');
INSERT INTO "rent_payments" VALUES(60646,3153,569.5,'bank transfer','2026-05-04');
INSERT INTO "rent_payments" VALUES(60647,3165,784.4,'direct debit','2026-05-04');
INSERT INTO "rent_payments" VALUES(60648,3166,563.15,'housing benefit','2026-05-04');
INSERT INTO "rent_payments" VALUES(60649,3167,671.15,'direct debit','2026-05-04');
INSERT INTO "rent_payments" VALUES(60650,3176,716.75,'card','2026-05-04');
INSERT INTO "rent_payments" VALUES(60651,3177,829.4,'direct debit','2026-05-04');
INSERT INTO "rent_payments" VALUES(60652,3123,833.5,'housing benefit','2026-05-05');
INSERT INTO "rent_payments" VALUES(60653,3170,472.5,'direct debit','2026-05-07');
CREATE TABLE repair_requests (
    repair_request_id INTEGER PRIMARY KEY,
    flat_id INTEGER NOT NULL REFERENCES flats(flat_id),
    trade_id INTEGER NOT NULL REFERENCES trades(trade_id),
    contractor_id INTEGER REFERENCES contractors(contractor_id),
    problem TEXT NOT NULL,
    priority TEXT NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'urgent', 'emergency')),
    status TEXT NOT NULL DEFAULT 'reported'
        CHECK (status IN ('reported', 'assigned', 'completed', 'cancelled')),
    report_date DATE NOT NULL DEFAULT CURRENT_DATE,
    completion_date DATE,
    cost NUMERIC(10,2) CHECK (cost >= 0)
);
INSERT INTO "repair_requests" VALUES(8140,59,1,1,'Kitchen tap drips','normal','completed','2025-09-16','2025-09-23',78.95);
INSERT INTO "repair_requests" VALUES(8141,24,2,3,'Boiler loses pressure','urgent','completed','2025-09-16','2025-09-22',61.94);
INSERT INTO "repair_requests" VALUES(8142,5,3,11,'Doorbell does not ring','low','completed','2025-09-20','2025-11-06',66.22);
INSERT INTO "repair_requests" VALUES(8143,4,6,NULL,'Letterbox lock broken','normal','cancelled','2025-09-20',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8144,6,2,1,'Thermostat shows an error','low','completed','2025-09-25','2025-11-18',83.14);
INSERT INTO "repair_requests" VALUES(8145,55,3,2,'Sockets dead in the bedroom','urgent','completed','2025-09-26','2025-09-27',167.55);
INSERT INTO "repair_requests" VALUES(8146,11,6,6,'Front door lock sticks','urgent','completed','2025-10-03','2025-10-09',67.28);
INSERT INTO "repair_requests" VALUES(8147,33,7,12,'Gutter overflows','low','completed','2025-10-04','2025-11-30',67.56);
INSERT INTO "repair_requests" VALUES(8148,18,9,11,'Misted double glazing','normal','completed','2025-10-06','2025-10-11',78.01);
INSERT INTO "repair_requests" VALUES(8149,22,2,3,'Boiler loses pressure','urgent','completed','2025-10-06','2025-10-13',121.76);
INSERT INTO "repair_requests" VALUES(8150,49,3,11,'Sockets dead in the bedroom','urgent','completed','2025-10-08','2025-10-16',50.2);
INSERT INTO "repair_requests" VALUES(8151,8,1,1,'Kitchen tap drips','normal','completed','2025-10-09','2025-10-27',230.37);
INSERT INTO "repair_requests" VALUES(8152,61,8,8,'Mice behind the cooker','urgent','completed','2025-10-10','2025-10-17',37.23);
INSERT INTO "repair_requests" VALUES(8153,8,6,6,'Letterbox lock broken','normal','completed','2025-10-11','2025-11-14',124.59);
INSERT INTO "repair_requests" VALUES(8154,4,6,6,'Letterbox lock broken','normal','completed','2025-10-15','2025-10-24',51.86);
INSERT INTO "repair_requests" VALUES(8155,33,4,11,'Mould on the bathroom ceiling','normal','completed','2025-10-16','2025-10-29',37.49);
INSERT INTO "repair_requests" VALUES(8156,38,5,9,'Wardrobe rail broke','normal','completed','2025-10-18','2025-11-14',21.28);
INSERT INTO "repair_requests" VALUES(8157,59,2,1,'Boiler loses pressure','normal','completed','2025-10-21','2025-11-21',109.71);
INSERT INTO "repair_requests" VALUES(8158,6,5,5,'Kitchen cupboard door came off','normal','completed','2025-10-27','2025-11-18',55.8);
INSERT INTO "repair_requests" VALUES(8159,33,4,11,'Peeling paint in the hall','low','completed','2025-10-28','2025-12-09',97.11);
INSERT INTO "repair_requests" VALUES(8160,39,5,9,'Window frame swollen','normal','completed','2025-10-29','2025-11-03',95.99);
INSERT INTO "repair_requests" VALUES(8161,49,2,3,'Radiator stays cold','normal','completed','2025-11-03','2025-11-12',121.03);
INSERT INTO "repair_requests" VALUES(8162,25,3,11,'Hall light flickers','low','completed','2025-11-06','2025-12-21',50.75);
INSERT INTO "repair_requests" VALUES(8163,62,9,10,'Cracked window pane','normal','completed','2025-11-12','2025-12-15',205.47);
INSERT INTO "repair_requests" VALUES(8164,7,1,9,'Blocked shower drain','urgent','completed','2025-11-14','2025-11-18',30.63);
INSERT INTO "repair_requests" VALUES(8165,39,5,9,'Wardrobe rail broke','normal','completed','2025-11-14','2025-12-14',55.54);
INSERT INTO "repair_requests" VALUES(8166,38,2,3,'Thermostat shows an error','normal','completed','2025-11-15','2025-11-24',90.68);
INSERT INTO "repair_requests" VALUES(8167,38,4,4,'Mould on the bathroom ceiling','normal','completed','2025-11-15','2025-12-04',59.09);
INSERT INTO "repair_requests" VALUES(8168,49,2,3,'Boiler loses pressure','normal','completed','2025-11-17','2025-12-19',60.09);
INSERT INTO "repair_requests" VALUES(8169,30,8,NULL,'Wasps at the balcony','urgent','cancelled','2025-11-19',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8170,30,4,11,'Peeling paint in the hall','low','completed','2025-11-21','2026-01-02',19.67);
INSERT INTO "repair_requests" VALUES(8171,48,3,11,'Extractor fan is noisy','normal','completed','2025-11-22','2025-11-28',134.72);
INSERT INTO "repair_requests" VALUES(8172,4,1,1,'Leak under the sink','urgent','completed','2025-11-22','2025-11-30',81.15);
INSERT INTO "repair_requests" VALUES(8173,36,9,10,'Cracked window pane','normal','completed','2025-11-26','2025-12-18',51.54);
INSERT INTO "repair_requests" VALUES(8174,4,3,2,'Hall light flickers','normal','completed','2025-11-28','2025-12-20',59.6);
INSERT INTO "repair_requests" VALUES(8175,49,2,1,'Thermostat shows an error','normal','completed','2025-11-28','2025-12-20',27.42);
INSERT INTO "repair_requests" VALUES(8176,19,3,11,'Sockets dead in the bedroom','urgent','completed','2025-11-29','2025-12-07',41.28);
INSERT INTO "repair_requests" VALUES(8177,26,2,NULL,'Thermostat shows an error','normal','cancelled','2025-12-01',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8178,4,3,11,'Extractor fan is noisy','normal','completed','2025-12-03','2025-12-04',124.51);
INSERT INTO "repair_requests" VALUES(8179,8,7,7,'Gutter overflows','low','completed','2025-12-06','2026-01-26',48.3);
INSERT INTO "repair_requests" VALUES(8180,6,6,5,'Front door lock sticks','urgent','completed','2025-12-08','2025-12-12',104.54);
INSERT INTO "repair_requests" VALUES(8181,3,4,4,'Mould on the bathroom ceiling','urgent','completed','2025-12-15','2025-12-19',40.3);
INSERT INTO "repair_requests" VALUES(8182,4,9,11,'Cracked window pane','urgent','completed','2025-12-20','2025-12-22',54.5);
INSERT INTO "repair_requests" VALUES(8183,5,8,8,'Mice behind the cooker','normal','completed','2025-12-23','2026-01-04',33);
INSERT INTO "repair_requests" VALUES(8184,39,6,6,'Letterbox lock broken','normal','completed','2025-12-27','2026-01-09',32.26);
INSERT INTO "repair_requests" VALUES(8185,18,8,8,'Mice behind the cooker','urgent','completed','2025-12-29','2026-01-02',100.44);
INSERT INTO "repair_requests" VALUES(8186,14,5,5,'Kitchen cupboard door came off','normal','completed','2026-01-01','2026-01-29',142.14);
INSERT INTO "repair_requests" VALUES(8187,39,2,1,'Thermostat shows an error','low','completed','2026-01-03','2026-02-02',58.98);
INSERT INTO "repair_requests" VALUES(8188,62,2,3,'Radiator stays cold','normal','completed','2026-01-07','2026-01-10',304.75);
INSERT INTO "repair_requests" VALUES(8189,20,1,9,'Kitchen tap drips','normal','completed','2026-01-07','2026-01-11',45.55);
INSERT INTO "repair_requests" VALUES(8190,38,4,9,'Water stain on the wall','low','completed','2026-01-08','2026-02-03',45.38);
INSERT INTO "repair_requests" VALUES(8191,24,1,9,'Toilet does not stop filling','urgent','completed','2026-01-09','2026-01-17',62.2);
INSERT INTO "repair_requests" VALUES(8192,44,9,10,'Draught through the balcony door','low','completed','2026-01-09','2026-03-02',119.92);
INSERT INTO "repair_requests" VALUES(8193,59,3,11,'Hall light flickers','normal','completed','2026-01-09','2026-01-19',112.01);
INSERT INTO "repair_requests" VALUES(8194,28,8,8,'Wasps at the balcony','normal','completed','2026-01-09','2026-02-03',135.69);
INSERT INTO "repair_requests" VALUES(8195,38,1,9,'Blocked shower drain','urgent','completed','2026-01-10','2026-01-18',133.53);
INSERT INTO "repair_requests" VALUES(8196,25,2,1,'No hot water','emergency','completed','2026-01-13','2026-01-13',25.26);
INSERT INTO "repair_requests" VALUES(8197,33,2,3,'Boiler loses pressure','urgent','completed','2026-01-14','2026-01-14',53.15);
INSERT INTO "repair_requests" VALUES(8198,38,3,2,'Extractor fan is noisy','normal','completed','2026-01-16','2026-02-11',62.06);
INSERT INTO "repair_requests" VALUES(8199,25,7,7,'Gutter overflows','low','completed','2026-01-29','2026-03-07',83.71);
INSERT INTO "repair_requests" VALUES(8200,39,8,8,'Wasps at the balcony','urgent','completed','2026-01-30','2026-02-02',67.02);
INSERT INTO "repair_requests" VALUES(8201,11,5,5,'Wardrobe rail broke','normal','completed','2026-01-30','2026-02-07',71.87);
INSERT INTO "repair_requests" VALUES(8202,4,1,1,'Low water pressure','low','completed','2026-01-30','2026-03-12',228.25);
INSERT INTO "repair_requests" VALUES(8203,14,1,1,'Toilet does not stop filling','normal','completed','2026-02-02','2026-02-14',43.04);
INSERT INTO "repair_requests" VALUES(8204,49,8,8,'Wasps at the balcony','urgent','completed','2026-02-06','2026-02-10',47.82);
INSERT INTO "repair_requests" VALUES(8205,32,2,3,'Boiler loses pressure','normal','completed','2026-02-06','2026-03-07',144.48);
INSERT INTO "repair_requests" VALUES(8206,58,3,11,'Hall light flickers','low','completed','2026-02-07','2026-02-20',37.33);
INSERT INTO "repair_requests" VALUES(8207,39,5,5,'Wardrobe rail broke','normal','completed','2026-02-10','2026-02-23',45.88);
INSERT INTO "repair_requests" VALUES(8208,38,5,9,'Wardrobe rail broke','low','completed','2026-02-12','2026-03-14',45.1);
INSERT INTO "repair_requests" VALUES(8209,20,2,3,'Thermostat shows an error','normal','completed','2026-02-14','2026-03-02',66.26);
INSERT INTO "repair_requests" VALUES(8210,44,9,NULL,'Draught through the balcony door','normal','cancelled','2026-02-16',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8211,23,2,3,'Thermostat shows an error','low','completed','2026-02-16','2026-03-31',184.14);
INSERT INTO "repair_requests" VALUES(8212,49,1,1,'Kitchen tap drips','normal','completed','2026-02-20','2026-02-28',37.66);
INSERT INTO "repair_requests" VALUES(8213,38,6,5,'Letterbox lock broken','normal','completed','2026-02-27','2026-03-29',162.28);
INSERT INTO "repair_requests" VALUES(8214,39,3,2,'Hall light flickers','normal','completed','2026-03-02','2026-03-21',87.69);
INSERT INTO "repair_requests" VALUES(8215,4,1,NULL,'Leak under the sink','urgent','cancelled','2026-03-02',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8216,62,3,2,'Sockets dead in the bedroom','normal','completed','2026-03-04','2026-03-22',254.36);
INSERT INTO "repair_requests" VALUES(8217,17,1,9,'Low water pressure','low','completed','2026-03-06','2026-04-05',118.57);
INSERT INTO "repair_requests" VALUES(8218,34,2,1,'Thermostat shows an error','normal','completed','2026-03-06','2026-03-29',53.69);
INSERT INTO "repair_requests" VALUES(8219,18,3,2,'Extractor fan is noisy','normal','completed','2026-03-11','2026-03-18',139.13);
INSERT INTO "repair_requests" VALUES(8220,18,4,4,'Water stain on the wall','low','completed','2026-03-14','2026-04-26',65.17);
INSERT INTO "repair_requests" VALUES(8221,32,6,6,'Front door lock sticks','urgent','completed','2026-03-16','2026-03-18',67.74);
INSERT INTO "repair_requests" VALUES(8222,26,7,12,'Water comes through the ceiling','emergency','completed','2026-03-17','2026-03-18',95.45);
INSERT INTO "repair_requests" VALUES(8223,14,6,5,'Front door lock sticks','urgent','completed','2026-03-21','2026-03-24',50.25);
INSERT INTO "repair_requests" VALUES(8224,61,1,9,'Toilet does not stop filling','urgent','completed','2026-03-27','2026-04-01',120.61);
INSERT INTO "repair_requests" VALUES(8225,55,1,9,'Leak under the sink','emergency','completed','2026-04-02','2026-04-03',22.64);
INSERT INTO "repair_requests" VALUES(8226,39,9,11,'Draught through the balcony door','normal','completed','2026-04-03','2026-04-23',47.63);
INSERT INTO "repair_requests" VALUES(8227,49,2,3,'Radiator stays cold','urgent','completed','2026-04-03','2026-04-11',62.94);
INSERT INTO "repair_requests" VALUES(8228,8,1,9,'Blocked shower drain','urgent','completed','2026-04-04','2026-04-08',18.53);
INSERT INTO "repair_requests" VALUES(8229,20,1,1,'Kitchen tap drips','normal','completed','2026-04-04','2026-05-07',256.81);
INSERT INTO "repair_requests" VALUES(8230,4,3,11,'Doorbell does not ring','normal','completed','2026-04-06','2026-04-21',33.69);
INSERT INTO "repair_requests" VALUES(8231,14,3,11,'Doorbell does not ring','low','assigned','2026-04-07',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8232,62,2,NULL,'Radiator stays cold','normal','reported','2026-04-09',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8233,24,5,5,'Kitchen cupboard door came off','normal','completed','2026-04-13','2026-04-18',125.49);
INSERT INTO "repair_requests" VALUES(8234,32,2,1,'No hot water','emergency','completed','2026-04-17','2026-04-17',105.63);
INSERT INTO "repair_requests" VALUES(8235,15,3,2,'Hall light flickers','normal','completed','2026-04-18','2026-04-19',52.15);
INSERT INTO "repair_requests" VALUES(8236,53,5,9,'Floorboard creaks badly','normal','assigned','2026-04-18',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8237,30,9,NULL,'Misted double glazing','normal','cancelled','2026-04-18',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8238,49,3,2,'Burning smell from the fuse box','emergency','completed','2026-04-21','2026-04-22',37.26);
INSERT INTO "repair_requests" VALUES(8239,31,2,NULL,'Thermostat shows an error','normal','cancelled','2026-04-21',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8240,49,4,4,'Mould on the bathroom ceiling','normal','assigned','2026-04-22',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8241,14,5,9,'Window frame swollen','low','completed','2026-04-22','2026-04-28',NULL);
INSERT INTO "repair_requests" VALUES(8242,18,1,1,'Blocked shower drain','urgent','completed','2026-04-24','2026-04-30',132.86);
INSERT INTO "repair_requests" VALUES(8243,32,2,3,'Boiler loses pressure','normal','assigned','2026-04-25',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8244,61,8,8,'Mice behind the cooker','urgent','completed','2026-04-25','2026-04-25',174.69);
INSERT INTO "repair_requests" VALUES(8245,19,7,7,'Gutter overflows','normal','completed','2026-04-25','2026-05-05',59.35);
INSERT INTO "repair_requests" VALUES(8246,62,2,3,'No hot water','emergency','completed','2026-04-25','2026-04-26',205.3);
INSERT INTO "repair_requests" VALUES(8247,39,4,11,'Water stain on the wall','normal','assigned','2026-04-25',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8248,38,5,5,'Floorboard creaks badly','low','assigned','2026-04-27',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8249,8,9,11,'Misted double glazing','normal','completed','2026-04-30','2026-05-03',NULL);
INSERT INTO "repair_requests" VALUES(8250,8,2,NULL,'Thermostat shows an error','normal','reported','2026-05-01',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8251,4,2,NULL,'Thermostat shows an error','normal','cancelled','2026-05-01',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8252,20,3,NULL,'Hall light flickers','low','reported','2026-05-02',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8253,36,1,1,'Blocked shower drain','urgent','completed','2026-05-02','2026-05-06',34.98);
INSERT INTO "repair_requests" VALUES(8254,47,7,7,'Water comes through the ceiling','emergency','completed','2026-05-02','2026-05-03',149.88);
INSERT INTO "repair_requests" VALUES(8255,37,2,1,'No hot water','urgent','completed','2026-05-02','2026-05-06',73.47);
INSERT INTO "repair_requests" VALUES(8256,8,1,9,'Leak under the sink','urgent','assigned','2026-05-07',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8257,25,6,6,'Lost both keys','urgent','assigned','2026-05-07',NULL,NULL);
INSERT INTO "repair_requests" VALUES(8258,39,5,NULL,'Floorboard creaks badly','normal','reported','2026-05-08',NULL,NULL);
CREATE TABLE staff (
    staff_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('director', 'housing officer', 'repairs coordinator', 'accountant',
        'caretaker')),
    email TEXT NOT NULL UNIQUE,
    phone_number TEXT,
    supervisor_id INTEGER REFERENCES staff(staff_id)
);
INSERT INTO "staff" VALUES(1,'Dorothy','Khalil','director','dorothy.khalil@brackenfield.example','020 7946 0825',NULL);
INSERT INTO "staff" VALUES(2,'Petra','Sullivan','housing officer','petra.sullivan@brackenfield.example','020 7946 0136',1);
INSERT INTO "staff" VALUES(3,'Marcus','Dacosta','housing officer','marcus.dacosta@brackenfield.example',NULL,2);
INSERT INTO "staff" VALUES(4,'Aisha','Novak','housing officer','aisha.novak@brackenfield.example','020 7946 0667',2);
INSERT INTO "staff" VALUES(5,'Helga','Halloran','repairs coordinator','helga.halloran@brackenfield.example','020 7946 0735',1);
INSERT INTO "staff" VALUES(6,'Teresa','Blackwood','accountant','teresa.blackwood@brackenfield.example','020 7946 0114',1);
INSERT INTO "staff" VALUES(7,'Astrid','Qureshi','caretaker','astrid.qureshi@brackenfield.example',NULL,5);
INSERT INTO "staff" VALUES(8,'Yusuf','Karlsson','caretaker','yusuf.karlsson@brackenfield.example',NULL,5);
INSERT INTO "staff" VALUES(9,'Elif','Ashworth','caretaker','elif.ashworth@brackenfield.example','020 7946 0903',5);
CREATE TABLE tenancies (
    tenancy_id INTEGER PRIMARY KEY,
    flat_id INTEGER NOT NULL REFERENCES flats(flat_id),
    tenant_id INTEGER NOT NULL REFERENCES tenants(tenant_id),
    housing_officer_id INTEGER REFERENCES staff(staff_id),
    start_date DATE NOT NULL DEFAULT CURRENT_DATE,
    end_date DATE,
    deposit NUMERIC(10,2) NOT NULL DEFAULT 0 CHECK (deposit >= 0)
);
INSERT INTO "tenancies" VALUES(3105,1,1,NULL,'2012-04-29','2017-01-31',861);
INSERT INTO "tenancies" VALUES(3106,43,2,4,'2012-06-29','2016-02-23',825);
INSERT INTO "tenancies" VALUES(3107,61,3,NULL,'2013-03-16','2016-11-23',892);
INSERT INTO "tenancies" VALUES(3108,23,4,3,'2013-09-16',NULL,883);
INSERT INTO "tenancies" VALUES(3109,55,5,2,'2014-01-31','2018-05-18',766);
INSERT INTO "tenancies" VALUES(3110,38,6,4,'2014-05-29','2015-04-20',842);
INSERT INTO "tenancies" VALUES(3111,44,7,2,'2014-07-20','2017-08-23',1256);
INSERT INTO "tenancies" VALUES(3112,25,8,2,'2014-08-20',NULL,1246);
INSERT INTO "tenancies" VALUES(3113,38,6,2,'2015-05-29',NULL,846);
INSERT INTO "tenancies" VALUES(3114,24,9,2,'2015-06-26',NULL,807);
INSERT INTO "tenancies" VALUES(3115,22,10,3,'2015-07-17',NULL,974);
INSERT INTO "tenancies" VALUES(3116,51,11,4,'2015-12-06','2019-06-02',1024);
INSERT INTO "tenancies" VALUES(3117,43,2,3,'2016-03-14',NULL,850);
INSERT INTO "tenancies" VALUES(3118,58,12,3,'2016-05-18','2019-01-06',619);
INSERT INTO "tenancies" VALUES(3119,2,13,2,'2016-08-19','2020-08-03',580);
INSERT INTO "tenancies" VALUES(3120,4,14,3,'2016-11-13','2017-09-13',1049);
INSERT INTO "tenancies" VALUES(3121,61,3,2,'2016-12-25',NULL,870);
INSERT INTO "tenancies" VALUES(3122,1,15,3,'2017-02-14',NULL,876);
INSERT INTO "tenancies" VALUES(3123,5,16,2,'2017-08-22',NULL,1232);
INSERT INTO "tenancies" VALUES(3124,44,17,2,'2017-09-10',NULL,1239);
INSERT INTO "tenancies" VALUES(3125,32,18,2,'2018-04-23',NULL,617);
INSERT INTO "tenancies" VALUES(3126,39,19,2,'2018-04-27','2024-08-25',912);
INSERT INTO "tenancies" VALUES(3127,18,20,2,'2018-05-22','2025-10-08',768);
INSERT INTO "tenancies" VALUES(3128,9,21,3,'2018-06-02',NULL,657);
INSERT INTO "tenancies" VALUES(3129,33,5,4,'2018-08-04','2022-08-17',406);
INSERT INTO "tenancies" VALUES(3130,37,22,2,'2018-09-07',NULL,544);
INSERT INTO "tenancies" VALUES(3131,52,23,3,'2018-09-27',NULL,712);
INSERT INTO "tenancies" VALUES(3132,7,24,2,'2018-10-17',NULL,645);
INSERT INTO "tenancies" VALUES(3133,21,25,2,'2018-10-23','2026-06-30',776);
INSERT INTO "tenancies" VALUES(3134,58,12,NULL,'2019-01-27',NULL,447);
INSERT INTO "tenancies" VALUES(3135,56,11,NULL,'2019-09-16',NULL,985);
INSERT INTO "tenancies" VALUES(3136,35,26,2,'2019-11-07',NULL,652);
INSERT INTO "tenancies" VALUES(3137,41,27,3,'2020-04-27',NULL,852);
INSERT INTO "tenancies" VALUES(3138,46,28,2,'2020-05-16','2025-05-13',638);
INSERT INTO "tenancies" VALUES(3139,48,29,4,'2020-05-22','2025-05-04',644);
INSERT INTO "tenancies" VALUES(3140,2,13,3,'2020-08-24',NULL,488);
INSERT INTO "tenancies" VALUES(3141,40,30,3,'2020-11-18',NULL,909);
INSERT INTO "tenancies" VALUES(3142,34,31,4,'2020-12-17','2024-04-26',891);
INSERT INTO "tenancies" VALUES(3143,50,32,3,'2021-08-01','2025-06-29',655);
INSERT INTO "tenancies" VALUES(3144,19,33,2,'2021-10-26','2023-03-13',789);
INSERT INTO "tenancies" VALUES(3145,6,34,3,'2021-12-12',NULL,793);
INSERT INTO "tenancies" VALUES(3146,54,35,4,'2022-05-22','2025-10-14',693);
INSERT INTO "tenancies" VALUES(3147,13,36,3,'2022-05-29',NULL,493);
INSERT INTO "tenancies" VALUES(3148,10,37,2,'2022-06-18','2025-08-15',717);
INSERT INTO "tenancies" VALUES(3149,33,5,2,'2022-10-03',NULL,386);
INSERT INTO "tenancies" VALUES(3150,42,38,2,'2022-11-29',NULL,759);
INSERT INTO "tenancies" VALUES(3151,19,39,3,'2023-04-09',NULL,836);
INSERT INTO "tenancies" VALUES(3152,3,40,4,'2023-06-09','2025-07-26',653);
INSERT INTO "tenancies" VALUES(3153,14,33,2,'2023-07-20',NULL,613);
INSERT INTO "tenancies" VALUES(3154,29,41,2,'2023-07-28',NULL,726);
INSERT INTO "tenancies" VALUES(3155,30,42,3,'2023-09-22',NULL,854);
INSERT INTO "tenancies" VALUES(3156,16,43,3,'2023-10-03',NULL,722);
INSERT INTO "tenancies" VALUES(3157,36,44,3,'2024-01-02',NULL,678);
INSERT INTO "tenancies" VALUES(3158,62,31,4,'2024-05-05',NULL,529);
INSERT INTO "tenancies" VALUES(3159,34,45,NULL,'2024-05-08',NULL,886);
INSERT INTO "tenancies" VALUES(3160,12,46,3,'2024-08-14',NULL,674);
INSERT INTO "tenancies" VALUES(3161,53,19,2,'2024-09-13',NULL,703);
INSERT INTO "tenancies" VALUES(3162,39,47,2,'2024-10-07',NULL,939);
INSERT INTO "tenancies" VALUES(3163,57,48,3,'2024-11-01',NULL,736);
INSERT INTO "tenancies" VALUES(3164,20,49,4,'2025-02-12',NULL,671);
INSERT INTO "tenancies" VALUES(3165,47,50,3,'2025-03-11',NULL,869);
INSERT INTO "tenancies" VALUES(3166,31,51,3,'2025-04-21',NULL,601);
INSERT INTO "tenancies" VALUES(3167,28,52,2,'2025-06-04',NULL,766);
INSERT INTO "tenancies" VALUES(3168,49,28,2,'2025-06-10',NULL,639);
INSERT INTO "tenancies" VALUES(3169,48,29,4,'2025-06-28',NULL,617);
INSERT INTO "tenancies" VALUES(3170,26,32,4,'2025-07-10',NULL,519);
INSERT INTO "tenancies" VALUES(3171,50,53,4,'2025-07-12',NULL,650);
INSERT INTO "tenancies" VALUES(3172,45,54,4,'2025-07-25','2026-06-30',870);
INSERT INTO "tenancies" VALUES(3173,10,55,3,'2025-08-31',NULL,710);
INSERT INTO "tenancies" VALUES(3174,3,37,4,'2025-09-12',NULL,639);
INSERT INTO "tenancies" VALUES(3175,15,56,3,'2025-09-20',NULL,705);
INSERT INTO "tenancies" VALUES(3176,8,40,4,'2025-09-23',NULL,819);
INSERT INTO "tenancies" VALUES(3177,59,57,2,'2025-10-04',NULL,929);
CREATE TABLE tenants (
    tenant_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    birth_date DATE,
    phone_number TEXT,
    email TEXT UNIQUE,
    contact_preference TEXT NOT NULL DEFAULT 'letter'
        CHECK (contact_preference IN ('phone', 'email', 'letter'))
);
INSERT INTO "tenants" VALUES(1,'Ravi','Ishikawa','1991-11-19','020 7946 0645','ravi.ishikawa@example.com','phone');
INSERT INTO "tenants" VALUES(2,'Katarzyna','Rossi','1960-02-28','020 7946 0369',NULL,'phone');
INSERT INTO "tenants" VALUES(3,'Ibrahim','Fontaine','1967-07-08','020 7946 0203','ibrahim.fontaine@example.com','email');
INSERT INTO "tenants" VALUES(4,'Darius','Vargas','1965-07-19','020 7946 0453','darius.vargas@example.com','phone');
INSERT INTO "tenants" VALUES(5,'Petra','Herrera','1985-08-27','020 7946 0015','petra.herrera@example.com','email');
INSERT INTO "tenants" VALUES(6,'Hannah','Anand','1994-11-30','020 7946 0661',NULL,'phone');
INSERT INTO "tenants" VALUES(7,'Marta','Odhiambo','1976-04-03','020 7946 0444','marta.odhiambo@example.com','phone');
INSERT INTO "tenants" VALUES(8,'Abena','Lopes','1962-11-27','020 7946 0943',NULL,'phone');
INSERT INTO "tenants" VALUES(9,'Cedric','Sharma','1983-07-19','020 7946 0881','cedric.sharma@example.com','phone');
INSERT INTO "tenants" VALUES(10,'Grace','Mbatha','1994-02-09','020 7946 0985',NULL,'phone');
INSERT INTO "tenants" VALUES(11,'Ruth','Fitzgerald','1966-04-02','020 7946 0205','ruth.fitzgerald@example.com','email');
INSERT INTO "tenants" VALUES(12,'Zoltan','Ramirez','1954-11-15','020 7946 0658','zoltan.ramirez@example.org','phone');
INSERT INTO "tenants" VALUES(13,'Selma','Friedman','1992-02-27',NULL,'selma.friedman@example.com','email');
INSERT INTO "tenants" VALUES(14,'Bridget','Shapiro','1960-01-01','020 7946 0820','bridget.shapiro@example.org','phone');
INSERT INTO "tenants" VALUES(15,'Cosmin','Desai','1982-12-07',NULL,'cosmin.desai@example.com','email');
INSERT INTO "tenants" VALUES(16,'Amara','Mendoza','1960-01-30','020 7946 0989','amara.mendoza@example.net','phone');
INSERT INTO "tenants" VALUES(17,'Siobhan','Castellanos','1977-11-10','020 7946 0730',NULL,'phone');
INSERT INTO "tenants" VALUES(18,'Nikolai','Mensah','1956-06-28','020 7946 0688','nikolai.mensah@example.org','phone');
INSERT INTO "tenants" VALUES(19,'Leona','Weaver','1956-01-14','020 7946 0855','leona.weaver@example.com','phone');
INSERT INTO "tenants" VALUES(20,'Oscar','Fukuda','1997-03-10','020 7946 0865',NULL,'phone');
INSERT INTO "tenants" VALUES(21,'Bridget','Olsen','1977-04-28','020 7946 0113','bridget.olsen@example.com','phone');
INSERT INTO "tenants" VALUES(22,'Astrid','Papadakis','1988-10-07','020 7946 0163','astrid.papadakis@example.com','phone');
INSERT INTO "tenants" VALUES(23,'Victor','Achterbosch','1994-07-11','020 7946 0027','victor.achterbosch@example.net','phone');
INSERT INTO "tenants" VALUES(24,'Isaac','Mancini','1977-04-23','020 7946 0387',NULL,'phone');
INSERT INTO "tenants" VALUES(25,'Wanda','Dimitrov','1995-11-05','020 7946 0439','wanda.dimitrov@example.org','email');
INSERT INTO "tenants" VALUES(26,'Sanjay','Jimenez','1991-07-08',NULL,'sanjay.jimenez@example.com','email');
INSERT INTO "tenants" VALUES(27,'Clara','Morales','1980-08-23','020 7946 0746','clara.morales@example.net','phone');
INSERT INTO "tenants" VALUES(28,'Rosa','Rosenthal','1987-03-06',NULL,'rosa.rosenthal@example.net','email');
INSERT INTO "tenants" VALUES(29,'Carmen','Hoffmann',NULL,'020 7946 0826','carmen.hoffmann@example.com','phone');
INSERT INTO "tenants" VALUES(30,'Ivana','Osei','1996-01-18',NULL,'ivana.osei@example.com','email');
INSERT INTO "tenants" VALUES(31,'Hector','Coleman','1965-11-13','020 7946 0649','hector.coleman@example.com','phone');
INSERT INTO "tenants" VALUES(32,'Teresa','Obi','1962-02-18','020 7946 0438','teresa.obi@example.net','phone');
INSERT INTO "tenants" VALUES(33,'Gareth','Zhang','1999-04-01','020 7946 0508',NULL,'phone');
INSERT INTO "tenants" VALUES(34,'Wanda','Boateng','1972-11-30',NULL,NULL,'letter');
INSERT INTO "tenants" VALUES(35,'Vera','Molnar','1987-05-05','020 7946 0849','vera.molnar@example.com','phone');
INSERT INTO "tenants" VALUES(36,'Hamza','O''Brien',NULL,'020 7946 0398',NULL,'letter');
INSERT INTO "tenants" VALUES(37,'Anders','Hashimoto','2000-05-26',NULL,'anders.hashimoto@example.org','email');
INSERT INTO "tenants" VALUES(38,'Kwame','Whitlock','1982-06-16','020 7946 0055',NULL,'letter');
INSERT INTO "tenants" VALUES(39,'Devika','Eriksen','1979-09-08','020 7946 0523','devika.eriksen@example.org','phone');
INSERT INTO "tenants" VALUES(40,'Priya','Owusu','1975-03-23','020 7946 0941','priya.owusu@example.com','phone');
INSERT INTO "tenants" VALUES(41,'Pavel','Leclerc','1977-04-14','020 7946 0414','pavel.leclerc@example.com','phone');
INSERT INTO "tenants" VALUES(42,'Delphine','Mwangi','1961-02-08','020 7946 0493','delphine.mwangi@example.com','email');
INSERT INTO "tenants" VALUES(43,'Daniel','Balogun','1971-05-28','020 7946 0140','daniel.balogun@example.com','email');
INSERT INTO "tenants" VALUES(44,'Jasmine','Okafor','1960-01-28','020 7946 0167','jasmine.okafor@example.net','phone');
INSERT INTO "tenants" VALUES(45,'Clara','Hendricks','1961-09-06','020 7946 0220','clara.hendricks@example.com','phone');
INSERT INTO "tenants" VALUES(46,'Naomi','Lindholm','1978-08-09','020 7946 0260',NULL,'phone');
INSERT INTO "tenants" VALUES(47,'Naomi','Nguyen',NULL,'020 7946 0704','naomi.nguyen@example.org','phone');
INSERT INTO "tenants" VALUES(48,'Felix','Yamamoto','1964-04-18','020 7946 0751','felix.yamamoto@example.org','email');
INSERT INTO "tenants" VALUES(49,'Stefan','Pritchard','1979-11-08','020 7946 0405','stefan.pritchard@example.org','phone');
INSERT INTO "tenants" VALUES(50,'Sofia','Kaur','1985-03-26',NULL,'sofia.kaur@example.org','email');
INSERT INTO "tenants" VALUES(51,'Jamal','Dubois','1998-12-05','020 7946 0465','jamal.dubois@example.org','phone');
INSERT INTO "tenants" VALUES(52,'Delphine','Fairweather','1978-01-26','020 7946 0626','delphine.fairweather@example.com','phone');
INSERT INTO "tenants" VALUES(53,'Aaliyah','Akhtar','2004-03-06','020 7946 0103','aaliyah.akhtar@example.org','phone');
INSERT INTO "tenants" VALUES(54,'Thomas','Kovacs','1974-07-30','020 7946 0134','thomas.kovacs@example.net','phone');
INSERT INTO "tenants" VALUES(55,'Imogen','O''Malley','2001-03-12','020 7946 0616','imogen.omalley@example.org','phone');
INSERT INTO "tenants" VALUES(56,'Anton','Ueda','1988-09-02','020 7946 0786',NULL,'phone');
INSERT INTO "tenants" VALUES(57,'Mei','Pereira','2005-01-24','020 7946 0590','mei.pereira@example.com','phone');
INSERT INTO "tenants" VALUES(58,'Bridget','Barbosa','2002-01-07','020 7946 0665','bridget.barbosa@example.net','email');
INSERT INTO "tenants" VALUES(59,'Magnus','Mukherjee','1966-02-13',NULL,'magnus.mukherjee@example.com','email');
INSERT INTO "tenants" VALUES(60,'Marta','Kruger','1962-09-15','020 7946 0851','marta.kruger@example.net','phone');
INSERT INTO "tenants" VALUES(61,'Anton','Cunningham','2007-06-02','020 7946 0448','anton.cunningham@example.org','email');
INSERT INTO "tenants" VALUES(62,'Nikolai','Sandoval',NULL,'020 7946 0403',NULL,'letter');
CREATE TABLE trades (
    trade_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
INSERT INTO "trades" VALUES(1,'plumbing');
INSERT INTO "trades" VALUES(2,'heating');
INSERT INTO "trades" VALUES(3,'electrics');
INSERT INTO "trades" VALUES(4,'decorating');
INSERT INTO "trades" VALUES(5,'joinery');
INSERT INTO "trades" VALUES(6,'locks');
INSERT INTO "trades" VALUES(7,'roofing');
INSERT INTO "trades" VALUES(8,'pest control');
INSERT INTO "trades" VALUES(9,'glazing');
COMMIT;
