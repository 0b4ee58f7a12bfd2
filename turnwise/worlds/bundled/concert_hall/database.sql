BEGIN TRANSACTION;
CREATE TABLE artists (
    artist_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    genre TEXT NOT NULL,
    home_city TEXT,
    email TEXT,
    fee NUMERIC(10,2) CHECK (fee >= 0)
);
INSERT INTO "artists" VALUES(1,'Larkspur Quartet','classical','Leeds','larkspurquartet@example.net',3200);
INSERT INTO "artists" VALUES(2,'Lindgate Chamber Orchestra','classical','Lindgate','lindgatechamberorchestra@example.net',NULL);
INSERT INTO "artists" VALUES(3,'Ottoline Verhagen','classical','Ghent','ottolineverhagen@example.com',5750);
INSERT INTO "artists" VALUES(4,'Northern Reed Ensemble','classical','Oslo',NULL,4100);
INSERT INTO "artists" VALUES(5,'Tomasz Wilkowicz','classical','Krakow','tomaszwilkowicz@example.net',6900);
INSERT INTO "artists" VALUES(6,'Saint Brannoc Sinfonia','classical','Exeter','saintbrannocsinfonia@example.net',NULL);
INSERT INTO "artists" VALUES(7,'Hye-won Baek','classical','Busan',NULL,7400);
INSERT INTO "artists" VALUES(8,'Delroy Mapplethwaite Trio','jazz','Kingston',NULL,2850);
INSERT INTO "artists" VALUES(9,'Copper Kettle Big Band','jazz','Lindgate','copperkettlebigband@example.com',6200);
INSERT INTO "artists" VALUES(10,'Nerissa Vantongeren','jazz','Antwerp','nerissavantongeren@example.org',3950);
INSERT INTO "artists" VALUES(11,'Five Past Blue','jazz','Chicago','fivepastblue@example.com',4700);
INSERT INTO "artists" VALUES(12,'Halvard Lindqvist Sextet','jazz','Bergen','halvardlindqvistsextet@example.com',5300);
INSERT INTO "artists" VALUES(13,'Salt Road Fiddlers','folk','Halifax','saltroadfiddlers@example.net',2100);
INSERT INTO "artists" VALUES(14,'Maeve Tarrabane','folk','Galway','maevetarrabane@example.net',NULL);
INSERT INTO "artists" VALUES(15,'Bog Oak','folk','Sligo','bogoak@example.com',NULL);
INSERT INTO "artists" VALUES(16,'Juniper and Rust','folk','Asheville','juniperandrust@example.net',2350);
INSERT INTO "artists" VALUES(17,'Catrin Mostyn-Rees','folk','Bangor','catrinmostyn-rees@example.com',1450);
INSERT INTO "artists" VALUES(18,'Harbour Voices','choral','Lindgate','harbourvoices@example.net',NULL);
INSERT INTO "artists" VALUES(19,'Lindgate Festival Chorus','choral','Lindgate','lindgatefestivalchorus@example.net',1200);
INSERT INTO "artists" VALUES(20,'Umoja Gospel Choir','choral','Toronto','umojagospelchoir@example.net',3400);
INSERT INTO "artists" VALUES(21,'Tallinn Winter Choir','choral','Tallinn','tallinnwinterchoir@example.com',5100);
INSERT INTO "artists" VALUES(22,'Sahel Strings','world','Niamey','sahelstrings@example.com',4300);
INSERT INTO "artists" VALUES(23,'Tango Ceniza','world','Rosario','tangoceniza@example.org',3800);
INSERT INTO "artists" VALUES(24,'Red Fox Drummers','world','Sendai','redfoxdrummers@example.com',6600);
INSERT INTO "artists" VALUES(25,'Qanun Collective','world','Amman','qanuncollective@example.org',3550);
INSERT INTO "artists" VALUES(26,'Los Gallos de la Sierra','world','Oaxaca','losgallosdelasierra@example.org',4050);
INSERT INTO "artists" VALUES(27,'Kora Project Bamako','world','Bamako','koraprojectbamako@example.org',3700);
INSERT INTO "artists" VALUES(28,'Captain Clatter','family','Lindgate','captainclatter@example.com',780);
INSERT INTO "artists" VALUES(29,'Marionette Lane','family','Prague','marionettelane@example.net',1950);
INSERT INTO "artists" VALUES(30,'Professor Pizzicato','family','Montreal','professorpizzicato@example.org',1100);
INSERT INTO "artists" VALUES(31,'The Tuba Hedgehogs','family','Utrecht','thetubahedgehogs@example.net',1350);
INSERT INTO "artists" VALUES(32,'Ingram Fosse','spoken word','Dublin',NULL,1250);
INSERT INTO "artists" VALUES(33,'Tilly Boone-Akande','spoken word','Bristol','tillyboone-akande@example.com',980);
INSERT INTO "artists" VALUES(34,'The Errand Players','spoken word','Lindgate','theerrandplayers@example.com',1700);
INSERT INTO "artists" VALUES(35,'Baba Oduwole','spoken word','Ibadan','babaoduwole@example.net',1150);
INSERT INTO "artists" VALUES(36,'Glasshouse Circuits','electronic','Berlin','glasshousecircuits@example.net',2900);
INSERT INTO "artists" VALUES(37,'Vela Null','electronic','Reykjavik',NULL,3300);
INSERT INTO "artists" VALUES(38,'Tape Meridian','electronic','Sheffield','tapemeridian@example.org',2250);
INSERT INTO "artists" VALUES(39,'Snowdrift Radio','electronic','Helsinki','snowdriftradio@example.org',2650);
CREATE TABLE bookings (
    booking_id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers(customer_id),
    event_id INTEGER NOT NULL REFERENCES events(event_id),
    seats INTEGER NOT NULL DEFAULT 1 CHECK (seats > 0),
    seating_area TEXT NOT NULL DEFAULT 'unreserved'
        CHECK (seating_area IN ('stalls', 'balcony', 'box', 'unreserved')),
    price_per_seat NUMERIC(10,2) NOT NULL CHECK (price_per_seat >= 0),
    booking_date DATE NOT NULL DEFAULT CURRENT_DATE,
    status TEXT NOT NULL DEFAULT 'reserved' CHECK (status IN ('reserved', 'paid', 'cancelled', 'refunded'))
);
INSERT INTO "bookings" VALUES(52018,6,2,4,'balcony',60.2,'2025-05-31','paid');
INSERT INTO "bookings" VALUES(52019,20,7,3,'unreserved',16.25,'2025-05-31','paid');
INSERT INTO "bookings" VALUES(52020,11,2,6,'box',112.88,'2025-06-09','paid');
INSERT INTO "bookings" VALUES(52021,26,4,2,'unreserved',15.5,'2025-06-18','paid');
INSERT INTO "bookings" VALUES(52022,31,5,1,'balcony',32.6,'2025-06-20','paid');
INSERT INTO "bookings" VALUES(52023,69,6,2,'unreserved',39.75,'2025-06-20','paid');
INSERT INTO "bookings" VALUES(52024,44,9,5,'unreserved',30.75,'2025-06-24','refunded');
INSERT INTO "bookings" VALUES(52025,35,6,2,'unreserved',39.75,'2025-06-26','paid');
INSERT INTO "bookings" VALUES(52026,28,9,5,'unreserved',30.75,'2025-07-03','refunded');
INSERT INTO "bookings" VALUES(52027,36,8,6,'unreserved',49.5,'2025-07-05','paid');
INSERT INTO "bookings" VALUES(52028,53,11,3,'box',51.38,'2025-07-09','paid');
INSERT INTO "bookings" VALUES(52029,13,8,3,'unreserved',49.5,'2025-07-12','paid');
INSERT INTO "bookings" VALUES(52030,56,6,4,'unreserved',39.75,'2025-07-15','cancelled');
INSERT INTO "bookings" VALUES(52031,19,9,2,'unreserved',30.75,'2025-07-17','refunded');
INSERT INTO "bookings" VALUES(52032,32,2,2,'box',112.88,'2025-07-19','paid');
INSERT INTO "bookings" VALUES(52033,46,6,2,'unreserved',39.75,'2025-07-19','paid');
INSERT INTO "bookings" VALUES(52034,49,9,1,'unreserved',30.75,'2025-07-22','refunded');
INSERT INTO "bookings" VALUES(52035,36,10,1,'unreserved',46.25,'2025-07-26','paid');
INSERT INTO "bookings" VALUES(52036,4,10,4,'unreserved',46.25,'2025-07-29','paid');
INSERT INTO "bookings" VALUES(52037,66,9,4,'unreserved',30.75,'2025-07-29','refunded');
INSERT INTO "bookings" VALUES(52038,56,7,4,'unreserved',16.25,'2025-07-31','paid');
INSERT INTO "bookings" VALUES(52039,17,8,2,'unreserved',49.5,'2025-08-04','paid');
INSERT INTO "bookings" VALUES(52040,43,5,2,'box',61.12,'2025-08-06','paid');
INSERT INTO "bookings" VALUES(52041,44,7,4,'unreserved',16.25,'2025-08-12','paid');
INSERT INTO "bookings" VALUES(52042,10,5,3,'stalls',40.75,'2025-08-14','paid');
INSERT INTO "bookings" VALUES(52043,62,10,5,'unreserved',46.25,'2025-08-16','paid');
INSERT INTO "bookings" VALUES(52044,6,11,1,'box',51.38,'2025-08-19','paid');
INSERT INTO "bookings" VALUES(52045,28,13,3,'stalls',73,'2025-08-19','paid');
INSERT INTO "bookings" VALUES(52046,27,7,2,'unreserved',16.25,'2025-08-20','paid');
INSERT INTO "bookings" VALUES(52047,58,6,6,'unreserved',39.75,'2025-08-20','paid');
INSERT INTO "bookings" VALUES(52048,2,12,2,'balcony',58.6,'2025-08-22','paid');
INSERT INTO "bookings" VALUES(52049,60,6,6,'unreserved',39.75,'2025-08-23','paid');
INSERT INTO "bookings" VALUES(52050,22,2,4,'stalls',75.25,'2025-08-25','paid');
INSERT INTO "bookings" VALUES(52051,46,6,3,'unreserved',39.75,'2025-08-25','cancelled');
INSERT INTO "bookings" VALUES(52052,10,10,6,'unreserved',46.25,'2025-08-26','paid');
INSERT INTO "bookings" VALUES(52053,43,3,2,'unreserved',31.25,'2025-08-26','paid');
INSERT INTO "bookings" VALUES(52054,60,2,6,'stalls',75.25,'2025-09-01','paid');
INSERT INTO "bookings" VALUES(52055,59,7,6,'unreserved',16.25,'2025-09-02','paid');
INSERT INTO "bookings" VALUES(52056,36,9,3,'unreserved',30.75,'2025-09-04','refunded');
INSERT INTO "bookings" VALUES(52057,53,11,2,'stalls',34.25,'2025-09-04','paid');
INSERT INTO "bookings" VALUES(52058,29,11,5,'stalls',34.25,'2025-09-05','paid');
INSERT INTO "bookings" VALUES(52059,68,9,4,'unreserved',30.75,'2025-09-06','refunded');
INSERT INTO "bookings" VALUES(52060,69,1,2,'unreserved',16.75,'2025-09-06','paid');
INSERT INTO "bookings" VALUES(52061,4,15,4,'unreserved',40.5,'2025-09-12','paid');
INSERT INTO "bookings" VALUES(52062,24,13,6,'box',109.5,'2025-09-12','paid');
INSERT INTO "bookings" VALUES(52063,5,5,24,'balcony',32.6,'2025-09-13','paid');
INSERT INTO "bookings" VALUES(52064,46,10,2,'unreserved',46.25,'2025-09-13','paid');
INSERT INTO "bookings" VALUES(52065,20,12,24,'stalls',73.25,'2025-09-17','paid');
INSERT INTO "bookings" VALUES(52066,5,15,3,'unreserved',40.5,'2025-09-18','paid');
INSERT INTO "bookings" VALUES(52067,16,9,3,'unreserved',30.75,'2025-09-19','refunded');
INSERT INTO "bookings" VALUES(52068,46,6,2,'unreserved',39.75,'2025-09-19','cancelled');
INSERT INTO "bookings" VALUES(52069,23,12,4,'box',109.88,'2025-09-22','paid');
INSERT INTO "bookings" VALUES(52070,56,11,2,'box',51.38,'2025-09-24','paid');
INSERT INTO "bookings" VALUES(52071,44,12,3,'stalls',73.25,'2025-09-27','paid');
INSERT INTO "bookings" VALUES(52072,68,18,2,'stalls',74.25,'2025-09-27','paid');
INSERT INTO "bookings" VALUES(52073,4,8,2,'unreserved',49.5,'2025-09-29','paid');
INSERT INTO "bookings" VALUES(52074,56,17,1,'unreserved',50.25,'2025-09-29','paid');
INSERT INTO "bookings" VALUES(52075,1,8,1,'unreserved',49.5,'2025-10-01','paid');
INSERT INTO "bookings" VALUES(52076,66,9,2,'unreserved',30.75,'2025-10-03','refunded');
INSERT INTO "bookings" VALUES(52077,7,18,2,'box',111.38,'2025-10-06','paid');
INSERT INTO "bookings" VALUES(52078,52,19,4,'box',109.5,'2025-10-09','paid');
INSERT INTO "bookings" VALUES(52079,37,13,2,'stalls',73,'2025-10-10','paid');
INSERT INTO "bookings" VALUES(52080,38,15,2,'unreserved',40.5,'2025-10-10','paid');
INSERT INTO "bookings" VALUES(52081,22,13,6,'balcony',58.4,'2025-10-11','paid');
INSERT INTO "bookings" VALUES(52082,26,17,2,'unreserved',50.25,'2025-10-11','paid');
INSERT INTO "bookings" VALUES(52083,29,12,2,'stalls',73.25,'2025-10-13','paid');
INSERT INTO "bookings" VALUES(52084,16,8,4,'unreserved',49.5,'2025-10-14','cancelled');
INSERT INTO "bookings" VALUES(52085,68,15,4,'unreserved',40.5,'2025-10-14','paid');
INSERT INTO "bookings" VALUES(52086,53,15,2,'unreserved',40.5,'2025-10-15','paid');
INSERT INTO "bookings" VALUES(52087,10,14,2,'unreserved',32.75,'2025-10-16','paid');
INSERT INTO "bookings" VALUES(52088,2,18,5,'stalls',74.25,'2025-10-18','paid');
INSERT INTO "bookings" VALUES(52089,40,12,1,'box',109.88,'2025-10-18','paid');
INSERT INTO "bookings" VALUES(52090,62,12,4,'stalls',73.25,'2025-10-18','paid');
INSERT INTO "bookings" VALUES(52091,28,22,2,'stalls',54.25,'2025-10-22','paid');
INSERT INTO "bookings" VALUES(52092,20,13,2,'stalls',73,'2025-10-23','paid');
INSERT INTO "bookings" VALUES(52093,26,19,5,'stalls',73,'2025-10-24','paid');
INSERT INTO "bookings" VALUES(52094,46,13,2,'stalls',73,'2025-10-24','paid');
INSERT INTO "bookings" VALUES(52095,42,18,5,'box',111.38,'2025-10-28','paid');
INSERT INTO "bookings" VALUES(52096,44,26,6,'unreserved',39.25,'2025-10-28','paid');
INSERT INTO "bookings" VALUES(52097,4,14,4,'unreserved',32.75,'2025-10-29','paid');
INSERT INTO "bookings" VALUES(52098,53,17,3,'unreserved',50.25,'2025-10-30','paid');
INSERT INTO "bookings" VALUES(52099,60,16,1,'unreserved',44,'2025-10-30','paid');
INSERT INTO "bookings" VALUES(52100,71,19,3,'balcony',58.4,'2025-11-01','paid');
INSERT INTO "bookings" VALUES(52101,22,17,2,'unreserved',50.25,'2025-11-05','paid');
INSERT INTO "bookings" VALUES(52102,26,20,2,'stalls',53.25,'2025-11-06','paid');
INSERT INTO "bookings" VALUES(52103,36,25,5,'unreserved',26.5,'2025-11-06','paid');
INSERT INTO "bookings" VALUES(52104,44,20,2,'stalls',53.25,'2025-11-06','paid');
INSERT INTO "bookings" VALUES(52105,54,22,5,'stalls',54.25,'2025-11-07','cancelled');
INSERT INTO "bookings" VALUES(52106,1,22,2,'stalls',54.25,'2025-11-08','paid');
INSERT INTO "bookings" VALUES(52107,29,28,4,'unreserved',12,'2025-11-08','paid');
INSERT INTO "bookings" VALUES(52108,40,20,2,'stalls',53.25,'2025-11-08','paid');
INSERT INTO "bookings" VALUES(52109,49,18,4,'stalls',74.25,'2025-11-08','paid');
INSERT INTO "bookings" VALUES(52110,71,17,4,'unreserved',50.25,'2025-11-08','paid');
INSERT INTO "bookings" VALUES(52111,35,25,24,'unreserved',26.5,'2025-11-10','paid');
INSERT INTO "bookings" VALUES(52112,60,23,4,'balcony',26,'2025-11-10','paid');
INSERT INTO "bookings" VALUES(52113,70,15,5,'unreserved',40.5,'2025-11-11','paid');
INSERT INTO "bookings" VALUES(52114,55,25,2,'unreserved',26.5,'2025-11-13','paid');
INSERT INTO "bookings" VALUES(52115,68,22,1,'stalls',54.25,'2025-11-15','paid');
INSERT INTO "bookings" VALUES(52116,63,30,4,'unreserved',32,'2025-11-18','paid');
INSERT INTO "bookings" VALUES(52117,23,27,3,'unreserved',31.75,'2025-11-19','paid');
INSERT INTO "bookings" VALUES(52118,44,22,2,'box',81.38,'2025-11-19','cancelled');
INSERT INTO "bookings" VALUES(52119,49,27,2,'unreserved',31.75,'2025-11-19','paid');
INSERT INTO "bookings" VALUES(52120,37,32,2,'balcony',58.6,'2025-11-20','paid');
INSERT INTO "bookings" VALUES(52121,66,30,5,'unreserved',32,'2025-11-21','paid');
INSERT INTO "bookings" VALUES(52122,40,30,3,'unreserved',32,'2025-11-22','paid');
INSERT INTO "bookings" VALUES(52123,66,19,2,'box',109.5,'2025-11-22','paid');
INSERT INTO "bookings" VALUES(52124,66,25,2,'unreserved',26.5,'2025-11-22','paid');
INSERT INTO "bookings" VALUES(52125,7,32,2,'stalls',73.25,'2025-11-24','paid');
INSERT INTO "bookings" VALUES(52126,10,29,6,'unreserved',34.5,'2025-11-25','paid');
INSERT INTO "bookings" VALUES(52127,40,17,3,'unreserved',50.25,'2025-11-25','paid');
INSERT INTO "bookings" VALUES(52128,43,25,2,'unreserved',26.5,'2025-11-25','paid');
INSERT INTO "bookings" VALUES(52129,1,29,5,'unreserved',34.5,'2025-11-26','paid');
INSERT INTO "bookings" VALUES(52130,36,18,6,'balcony',59.4,'2025-11-27','cancelled');
INSERT INTO "bookings" VALUES(52131,49,18,6,'balcony',59.4,'2025-11-28','paid');
INSERT INTO "bookings" VALUES(52132,32,30,4,'unreserved',32,'2025-11-29','paid');
INSERT INTO "bookings" VALUES(52133,22,17,3,'unreserved',50.25,'2025-12-01','paid');
INSERT INTO "bookings" VALUES(52134,60,22,4,'box',81.38,'2025-12-01','paid');
INSERT INTO "bookings" VALUES(52135,72,20,2,'balcony',42.6,'2025-12-01','paid');
INSERT INTO "bookings" VALUES(52136,20,19,4,'balcony',58.4,'2025-12-02','paid');
INSERT INTO "bookings" VALUES(52137,20,26,2,'unreserved',39.25,'2025-12-03','paid');
INSERT INTO "bookings" VALUES(52138,60,15,3,'unreserved',40.5,'2025-12-03','paid');
INSERT INTO "bookings" VALUES(52139,10,31,2,'unreserved',51.75,'2025-12-05','paid');
INSERT INTO "bookings" VALUES(52140,36,26,6,'unreserved',39.25,'2025-12-06','paid');
INSERT INTO "bookings" VALUES(52141,45,33,5,'unreserved',17,'2025-12-06','paid');
INSERT INTO "bookings" VALUES(52142,36,24,2,'unreserved',16.25,'2025-12-09','cancelled');
INSERT INTO "bookings" VALUES(52143,47,28,4,'unreserved',12,'2025-12-09','paid');
INSERT INTO "bookings" VALUES(52144,63,24,4,'unreserved',16.25,'2025-12-09','paid');
INSERT INTO "bookings" VALUES(52145,20,20,4,'stalls',53.25,'2025-12-10','paid');
INSERT INTO "bookings" VALUES(52146,4,35,3,'unreserved',36.25,'2025-12-11','paid');
INSERT INTO "bookings" VALUES(52147,66,32,4,'box',109.88,'2025-12-11','paid');
INSERT INTO "bookings" VALUES(52148,46,18,2,'stalls',74.25,'2025-12-12','cancelled');
INSERT INTO "bookings" VALUES(52149,50,16,2,'unreserved',44,'2025-12-13','paid');
INSERT INTO "bookings" VALUES(52150,64,15,4,'unreserved',40.5,'2025-12-13','cancelled');
INSERT INTO "bookings" VALUES(52151,26,28,3,'unreserved',12,'2025-12-15','paid');
INSERT INTO "bookings" VALUES(52152,38,24,6,'unreserved',16.25,'2025-12-16','paid');
INSERT INTO "bookings" VALUES(52153,68,27,2,'unreserved',31.75,'2025-12-16','paid');
INSERT INTO "bookings" VALUES(52154,20,36,4,'unreserved',32.5,'2025-12-18','paid');
INSERT INTO "bookings" VALUES(52155,44,17,4,'unreserved',50.25,'2025-12-18','cancelled');
INSERT INTO "bookings" VALUES(52156,59,24,4,'unreserved',16.25,'2025-12-20','paid');
INSERT INTO "bookings" VALUES(52157,63,30,6,'unreserved',32,'2025-12-22','paid');
INSERT INTO "bookings" VALUES(52158,38,25,5,'unreserved',26.5,'2025-12-23','paid');
INSERT INTO "bookings" VALUES(52159,49,26,2,'unreserved',39.25,'2025-12-24','paid');
INSERT INTO "bookings" VALUES(52160,60,22,5,'stalls',54.25,'2025-12-24','paid');
INSERT INTO "bookings" VALUES(52161,1,20,2,'stalls',53.25,'2025-12-25','paid');
INSERT INTO "bookings" VALUES(52162,28,32,6,'stalls',73.25,'2025-12-26','paid');
INSERT INTO "bookings" VALUES(52163,29,34,2,'stalls',33.75,'2025-12-27','paid');
INSERT INTO "bookings" VALUES(52164,35,19,1,'box',109.5,'2025-12-27','paid');
INSERT INTO "bookings" VALUES(52165,39,17,3,'unreserved',50.25,'2025-12-27','paid');
INSERT INTO "bookings" VALUES(52166,54,37,2,'unreserved',36.25,'2025-12-27','paid');
INSERT INTO "bookings" VALUES(52167,70,26,1,'unreserved',39.25,'2025-12-27','paid');
INSERT INTO "bookings" VALUES(52168,35,30,5,'unreserved',32,'2025-12-29','paid');
INSERT INTO "bookings" VALUES(52169,44,35,1,'unreserved',36.25,'2025-12-29','paid');
INSERT INTO "bookings" VALUES(52170,17,29,3,'unreserved',34.5,'2025-12-31','paid');
INSERT INTO "bookings" VALUES(52171,26,38,3,'unreserved',52.25,'2025-12-31','paid');
INSERT INTO "bookings" VALUES(52172,59,30,4,'unreserved',32,'2025-12-31','reserved');
INSERT INTO "bookings" VALUES(52173,68,25,4,'unreserved',26.5,'2025-12-31','paid');
INSERT INTO "bookings" VALUES(52174,4,19,4,'stalls',73,'2026-01-01','paid');
INSERT INTO "bookings" VALUES(52175,10,38,2,'unreserved',52.25,'2026-01-01','reserved');
INSERT INTO "bookings" VALUES(52176,17,29,3,'unreserved',34.5,'2026-01-01','reserved');
INSERT INTO "bookings" VALUES(52177,17,29,4,'unreserved',34.5,'2026-01-03','reserved');
INSERT INTO "bookings" VALUES(52178,26,37,1,'unreserved',36.25,'2026-01-03','paid');
INSERT INTO "bookings" VALUES(52179,43,32,3,'stalls',73.25,'2026-01-03','paid');
INSERT INTO "bookings" VALUES(52180,44,35,2,'unreserved',36.25,'2026-01-03','reserved');
INSERT INTO "bookings" VALUES(52181,50,38,1,'unreserved',52.25,'2026-01-03','paid');
INSERT INTO "bookings" VALUES(52182,53,37,5,'unreserved',36.25,'2026-01-03','reserved');
INSERT INTO "bookings" VALUES(52183,13,38,4,'unreserved',52.25,'2026-01-05','paid');
INSERT INTO "bookings" VALUES(52184,20,38,5,'unreserved',52.25,'2026-01-05','paid');
INSERT INTO "bookings" VALUES(52185,28,21,6,'unreserved',41.5,'2026-01-06','paid');
INSERT INTO "bookings" VALUES(52186,4,37,3,'unreserved',36.25,'2026-01-07','paid');
INSERT INTO "bookings" VALUES(52187,26,21,6,'unreserved',41.5,'2026-01-08','reserved');
INSERT INTO "bookings" VALUES(52188,10,24,6,'unreserved',16.25,'2026-01-09','paid');
INSERT INTO "bookings" VALUES(52189,22,37,6,'unreserved',36.25,'2026-01-09','paid');
INSERT INTO "bookings" VALUES(52190,35,37,1,'unreserved',36.25,'2026-01-09','reserved');
INSERT INTO "bookings" VALUES(52191,4,30,4,'unreserved',32,'2026-01-10','reserved');
INSERT INTO "bookings" VALUES(52192,30,25,4,'unreserved',26.5,'2026-01-12','reserved');
INSERT INTO "bookings" VALUES(52193,30,29,4,'unreserved',34.5,'2026-01-12','paid');
INSERT INTO "bookings" VALUES(52194,34,25,4,'unreserved',26.5,'2026-01-15','paid');
INSERT INTO "bookings" VALUES(52195,36,30,6,'unreserved',32,'2026-01-15','paid');
INSERT INTO "bookings" VALUES(52196,37,38,2,'unreserved',52.25,'2026-01-15','reserved');
INSERT INTO "bookings" VALUES(52197,1,38,2,'unreserved',52.25,'2026-01-17','reserved');
INSERT INTO "bookings" VALUES(52198,53,27,6,'unreserved',31.75,'2026-01-17','paid');
INSERT INTO "bookings" VALUES(52199,56,28,5,'unreserved',12,'2026-01-17','reserved');
INSERT INTO "bookings" VALUES(52200,64,24,2,'unreserved',16.25,'2026-01-17','paid');
INSERT INTO "bookings" VALUES(52201,66,32,4,'balcony',58.6,'2026-01-17','reserved');
CREATE TABLE crew_members (
    crew_member_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    job TEXT NOT NULL CHECK (job IN ('stage manager', 'sound engineer', 'lighting technician', 'usher')),
    hourly_wage NUMERIC(10,2) NOT NULL CHECK (hourly_wage > 0),
    phone_number TEXT
);
INSERT INTO "crew_members" VALUES(1,'Hannah','Cunningham','stage manager',37.45,'604-555-0115');
INSERT INTO "crew_members" VALUES(2,'Andrea','Sharma','stage manager',36.55,'604-555-0166');
INSERT INTO "crew_members" VALUES(3,'Priya','Diallo','sound engineer',34.8,'604-555-0105');
INSERT INTO "crew_members" VALUES(4,'Darius','Amundsen','sound engineer',34.1,'604-555-0160');
INSERT INTO "crew_members" VALUES(5,'Camila','Mwangi','sound engineer',36.7,'604-555-0180');
INSERT INTO "crew_members" VALUES(6,'Eleni','Tran','lighting technician',31.9,'604-555-0130');
INSERT INTO "crew_members" VALUES(7,'Paloma','Quigley','lighting technician',32.35,'604-555-0171');
INSERT INTO "crew_members" VALUES(8,'Stefan','Kim','usher',19.5,'604-555-0134');
INSERT INTO "crew_members" VALUES(9,'Farid','Popescu','usher',21.1,NULL);
INSERT INTO "crew_members" VALUES(10,'Arjun','Keating','usher',19.65,'604-555-0195');
INSERT INTO "crew_members" VALUES(11,'Angus','Khalil','usher',19.45,'604-555-0182');
INSERT INTO "crew_members" VALUES(12,'Ruth','Fontaine','usher',20.2,'604-555-0167');
INSERT INTO "crew_members" VALUES(13,'Hugo','Ashworth','usher',19.2,'604-555-0181');
INSERT INTO "crew_members" VALUES(14,'Olga','Halloran','usher',18.95,'604-555-0149');
CREATE TABLE customers (
    customer_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    phone_number TEXT,
    membership_level TEXT NOT NULL DEFAULT 'none' CHECK (membership_level IN ('none', 'friend', 'patron')),
    registration_date DATE NOT NULL DEFAULT CURRENT_DATE
);
INSERT INTO "customers" VALUES(1,'Kenji','Zulu','kenji.zulu@example.org','604-555-0194','none','2017-10-05');
INSERT INTO "customers" VALUES(2,'Bridget','Ahlgren','bridget.ahlgren@example.org','604-555-0117','friend','2017-10-23');
INSERT INTO "customers" VALUES(3,'Aaliyah','Fairweather','aaliyah.fairweather@example.com',NULL,'none','2017-10-30');
INSERT INTO "customers" VALUES(4,'Cedric','Dahl','cedric.dahl@example.org','604-555-0128','none','2017-11-06');
INSERT INTO "customers" VALUES(5,'Marcus','Stavros','marcus.stavros@example.net','604-555-0178','friend','2017-12-09');
INSERT INTO "customers" VALUES(6,'Aaliyah','Christodoulou','aaliyah.christodoulou@example.net','604-555-0189','patron','2017-12-15');
INSERT INTO "customers" VALUES(7,'Isaac','Campos','isaac.campos@example.org',NULL,'none','2018-01-22');
INSERT INTO "customers" VALUES(8,'Rosa','Shapiro','rosa.shapiro@example.com','604-555-0152','none','2018-03-19');
INSERT INTO "customers" VALUES(9,'Stefan','Leclerc','stefan.leclerc@example.com','604-555-0183','friend','2018-06-25');
INSERT INTO "customers" VALUES(10,'Umar','Mendoza','umar.mendoza@example.com','604-555-0111','none','2018-08-24');
INSERT INTO "customers" VALUES(11,'Beatriz','Sullivan','beatriz.sullivan@example.com',NULL,'friend','2018-09-08');
INSERT INTO "customers" VALUES(12,'Katarzyna','Yilmaz','katarzyna.yilmaz@example.com',NULL,'none','2019-01-26');
INSERT INTO "customers" VALUES(13,'Eleni','Ibarra','eleni.ibarra@example.com',NULL,'friend','2019-02-18');
INSERT INTO "customers" VALUES(14,'Kwame','Donnelly','kwame.donnelly@example.net',NULL,'friend','2019-02-19');
INSERT INTO "customers" VALUES(15,'Francesca','O''Brien','francesca.obrien@example.org','604-555-0113','none','2019-03-06');
INSERT INTO "customers" VALUES(16,'Diego','Mbatha','diego.mbatha@example.com','604-555-0103','friend','2019-03-09');
INSERT INTO "customers" VALUES(17,'Xavier','Thorne','xavier.thorne@example.com','604-555-0101','none','2019-03-13');
INSERT INTO "customers" VALUES(18,'Wanda','Grigorescu','wanda.grigorescu@example.net',NULL,'none','2019-04-08');
INSERT INTO "customers" VALUES(19,'Naomi','Ishikawa','naomi.ishikawa@example.com','604-555-0142','none','2019-06-04');
INSERT INTO "customers" VALUES(20,'Arjun','Haddad','arjun.haddad@example.net',NULL,'none','2019-08-10');
INSERT INTO "customers" VALUES(21,'Pavel','Brennan','pavel.brennan@example.org',NULL,'none','2019-08-24');
INSERT INTO "customers" VALUES(22,'Benedict','Kowalczyk','benedict.kowalczyk@example.org','604-555-0163','none','2019-10-12');
INSERT INTO "customers" VALUES(23,'Camila','Weaver','camila.weaver@example.com','604-555-0140','none','2019-11-02');
INSERT INTO "customers" VALUES(24,'Teresa','Bergstrom','teresa.bergstrom@example.net','604-555-0119','none','2019-11-05');
INSERT INTO "customers" VALUES(25,'Cedric','Gustafsson','cedric.gustafsson@example.org',NULL,'none','2019-12-23');
INSERT INTO "customers" VALUES(26,'Dorothy','Ortega','dorothy.ortega@example.com',NULL,'none','2020-03-28');
INSERT INTO "customers" VALUES(27,'Darius','Desai','darius.desai@example.org','604-555-0131','none','2020-04-28');
INSERT INTO "customers" VALUES(28,'Wanda','Greenhalgh','wanda.greenhalgh@example.net','604-555-0116','none','2020-08-11');
INSERT INTO "customers" VALUES(29,'Fatima','Pereira','fatima.pereira@example.net',NULL,'friend','2020-09-14');
INSERT INTO "customers" VALUES(30,'Camila','Mukherjee','camila.mukherjee@example.org','604-555-0184','none','2020-11-23');
INSERT INTO "customers" VALUES(31,'Zainab','Ekwueme','zainab.ekwueme@example.com','604-555-0106','none','2021-01-18');
INSERT INTO "customers" VALUES(32,'Ingrid','Szabo','ingrid.szabo@example.net','604-555-0126','none','2021-03-27');
INSERT INTO "customers" VALUES(33,'Miguel','Banerjee','miguel.banerjee@example.org','604-555-0144','none','2021-04-17');
INSERT INTO "customers" VALUES(34,'Selma','Odhiambo','selma.odhiambo@example.com','604-555-0188','none','2021-05-22');
INSERT INTO "customers" VALUES(35,'Fiona','Kaur','fiona.kaur@example.com','604-555-0136','none','2021-06-16');
INSERT INTO "customers" VALUES(36,'Selma','Osei','selma.osei@example.com',NULL,'friend','2021-06-22');
INSERT INTO "customers" VALUES(37,'Rosa','Wong','rosa.wong@example.com',NULL,'none','2021-07-20');
INSERT INTO "customers" VALUES(38,'Rachel','Hussain','rachel.hussain@example.com',NULL,'none','2021-07-27');
INSERT INTO "customers" VALUES(39,'Vera','Marchetti','vera.marchetti@example.org','604-555-0192','friend','2021-08-16');
INSERT INTO "customers" VALUES(40,'Enzo','Sandoval','enzo.sandoval@example.net','604-555-0108','friend','2021-08-17');
INSERT INTO "customers" VALUES(41,'Clara','Gallagher','clara.gallagher@example.net',NULL,'friend','2021-09-01');
INSERT INTO "customers" VALUES(42,'Karim','Schneider','karim.schneider@example.net','604-555-0196','none','2021-09-01');
INSERT INTO "customers" VALUES(43,'Thomas','Nystrom','thomas.nystrom@example.com','604-555-0151','none','2021-12-01');
INSERT INTO "customers" VALUES(44,'Latoya','Qureshi','latoya.qureshi@example.com','604-555-0145','none','2021-12-14');
INSERT INTO "customers" VALUES(45,'Ingrid','Lombardi','ingrid.lombardi@example.com','604-555-0191','friend','2021-12-27');
INSERT INTO "customers" VALUES(46,'Nadia','Chaudhry','nadia.chaudhry@example.com','604-555-0110','friend','2022-02-05');
INSERT INTO "customers" VALUES(47,'Hamza','Akhtar','hamza.akhtar@example.net',NULL,'none','2022-03-19');
INSERT INTO "customers" VALUES(48,'Jonas','Zhang','jonas.zhang@example.com','604-555-0186','friend','2022-05-23');
INSERT INTO "customers" VALUES(49,'Teresa','Lindholm','teresa.lindholm@example.net','604-555-0169','none','2022-07-12');
INSERT INTO "customers" VALUES(50,'Yasmin','Iversen','yasmin.iversen@example.org','604-555-0102','none','2022-09-26');
INSERT INTO "customers" VALUES(51,'Efua','Cooke','efua.cooke@example.com','604-555-0165','none','2022-10-28');
INSERT INTO "customers" VALUES(52,'Joanna','Nasser','joanna.nasser@example.com','604-555-0135','patron','2022-12-09');
INSERT INTO "customers" VALUES(53,'Amit','O''Malley','amit.omalley@example.org','604-555-0132','none','2023-03-16');
INSERT INTO "customers" VALUES(54,'Nora','Nguyen','nora.nguyen@example.com','604-555-0114','friend','2023-09-04');
INSERT INTO "customers" VALUES(55,'Devika','Adeyemi','devika.adeyemi@example.net','604-555-0179','none','2023-09-13');
INSERT INTO "customers" VALUES(56,'Ruth','Appiah','ruth.appiah@example.com','604-555-0176','none','2023-10-02');
INSERT INTO "customers" VALUES(57,'Siobhan','Virtanen','siobhan.virtanen@example.com',NULL,'none','2023-10-14');
INSERT INTO "customers" VALUES(58,'Miguel','Abdullahi','miguel.abdullahi@example.com',NULL,'none','2023-11-01');
INSERT INTO "customers" VALUES(59,'Keiko','Georgiou','keiko.georgiou@example.com',NULL,'friend','2023-12-22');
INSERT INTO "customers" VALUES(60,'Rafael','Ferreira','rafael.ferreira@example.com','604-555-0185','none','2023-12-23');
INSERT INTO "customers" VALUES(61,'Joseph','Eberhardt','joseph.eberhardt@example.org',NULL,'none','2024-01-12');
INSERT INTO "customers" VALUES(62,'Eduardo','Bukowski','eduardo.bukowski@example.com','604-555-0143','none','2024-02-16');
INSERT INTO "customers" VALUES(63,'Javier','Obi','javier.obi@example.com','604-555-0168','friend','2024-03-27');
INSERT INTO "customers" VALUES(64,'Teresa','Lambert','teresa.lambert@example.net',NULL,'none','2024-03-29');
INSERT INTO "customers" VALUES(65,'Grace','Blackwood','grace.blackwood@example.com',NULL,'none','2024-05-28');
INSERT INTO "customers" VALUES(66,'Moses','Farouk','moses.farouk@example.com','604-555-0187','patron','2024-07-04');
INSERT INTO "customers" VALUES(67,'Naomi','Bianchi','naomi.bianchi@example.org','604-555-0138','none','2024-11-23');
INSERT INTO "customers" VALUES(68,'Anders','Borowski','anders.borowski@example.org','604-555-0158','none','2025-02-22');
INSERT INTO "customers" VALUES(69,'Rosa','Whitlock','rosa.whitlock@example.com','604-555-0104','friend','2025-02-27');
INSERT INTO "customers" VALUES(70,'Cosmin','Coleman','cosmin.coleman@example.com','604-555-0147','none','2025-04-05');
INSERT INTO "customers" VALUES(71,'Aisha','Molnar','aisha.molnar@example.com','604-555-0155','none','2025-04-19');
INSERT INTO "customers" VALUES(72,'Bridget','Estrada','bridget.estrada@example.net','604-555-0127','friend','2025-04-21');
CREATE TABLE event_artists (
    event_id INTEGER NOT NULL REFERENCES events(event_id),
    artist_id INTEGER NOT NULL REFERENCES artists(artist_id),
    PRIMARY KEY (event_id, artist_id)
);
INSERT INTO "event_artists" VALUES(1,28);
INSERT INTO "event_artists" VALUES(2,4);
INSERT INTO "event_artists" VALUES(3,38);
INSERT INTO "event_artists" VALUES(4,33);
INSERT INTO "event_artists" VALUES(4,34);
INSERT INTO "event_artists" VALUES(4,35);
INSERT INTO "event_artists" VALUES(5,13);
INSERT INTO "event_artists" VALUES(5,14);
INSERT INTO "event_artists" VALUES(5,15);
INSERT INTO "event_artists" VALUES(6,11);
INSERT INTO "event_artists" VALUES(6,12);
INSERT INTO "event_artists" VALUES(7,30);
INSERT INTO "event_artists" VALUES(8,27);
INSERT INTO "event_artists" VALUES(9,15);
INSERT INTO "event_artists" VALUES(10,23);
INSERT INTO "event_artists" VALUES(10,26);
INSERT INTO "event_artists" VALUES(11,19);
INSERT INTO "event_artists" VALUES(12,1);
INSERT INTO "event_artists" VALUES(12,5);
INSERT INTO "event_artists" VALUES(12,7);
INSERT INTO "event_artists" VALUES(13,1);
INSERT INTO "event_artists" VALUES(13,2);
INSERT INTO "event_artists" VALUES(14,37);
INSERT INTO "event_artists" VALUES(14,38);
INSERT INTO "event_artists" VALUES(14,39);
INSERT INTO "event_artists" VALUES(15,8);
INSERT INTO "event_artists" VALUES(15,9);
INSERT INTO "event_artists" VALUES(16,23);
INSERT INTO "event_artists" VALUES(17,4);
INSERT INTO "event_artists" VALUES(18,3);
INSERT INTO "event_artists" VALUES(18,5);
INSERT INTO "event_artists" VALUES(19,1);
INSERT INTO "event_artists" VALUES(20,8);
INSERT INTO "event_artists" VALUES(20,11);
INSERT INTO "event_artists" VALUES(21,9);
INSERT INTO "event_artists" VALUES(21,11);
INSERT INTO "event_artists" VALUES(22,9);
INSERT INTO "event_artists" VALUES(22,12);
INSERT INTO "event_artists" VALUES(23,21);
INSERT INTO "event_artists" VALUES(24,29);
INSERT INTO "event_artists" VALUES(25,15);
INSERT INTO "event_artists" VALUES(26,23);
INSERT INTO "event_artists" VALUES(26,26);
INSERT INTO "event_artists" VALUES(27,36);
INSERT INTO "event_artists" VALUES(27,39);
INSERT INTO "event_artists" VALUES(28,32);
INSERT INTO "event_artists" VALUES(29,8);
INSERT INTO "event_artists" VALUES(30,38);
INSERT INTO "event_artists" VALUES(31,6);
INSERT INTO "event_artists" VALUES(31,7);
INSERT INTO "event_artists" VALUES(32,7);
INSERT INTO "event_artists" VALUES(33,34);
INSERT INTO "event_artists" VALUES(33,35);
INSERT INTO "event_artists" VALUES(34,18);
INSERT INTO "event_artists" VALUES(34,19);
INSERT INTO "event_artists" VALUES(35,36);
INSERT INTO "event_artists" VALUES(36,27);
INSERT INTO "event_artists" VALUES(37,9);
INSERT INTO "event_artists" VALUES(37,10);
INSERT INTO "event_artists" VALUES(38,7);
INSERT INTO "event_artists" VALUES(39,13);
INSERT INTO "event_artists" VALUES(39,14);
INSERT INTO "event_artists" VALUES(39,17);
INSERT INTO "event_artists" VALUES(40,32);
INSERT INTO "event_artists" VALUES(40,33);
INSERT INTO "event_artists" VALUES(41,18);
INSERT INTO "event_artists" VALUES(41,21);
INSERT INTO "event_artists" VALUES(42,23);
INSERT INTO "event_artists" VALUES(43,13);
INSERT INTO "event_artists" VALUES(44,29);
INSERT INTO "event_artists" VALUES(45,13);
INSERT INTO "event_artists" VALUES(45,17);
INSERT INTO "event_artists" VALUES(46,29);
INSERT INTO "event_artists" VALUES(46,30);
CREATE TABLE event_crew_members (
    event_id INTEGER NOT NULL REFERENCES events(event_id),
    crew_member_id INTEGER NOT NULL REFERENCES crew_members(crew_member_id),
    PRIMARY KEY (event_id, crew_member_id)
);
INSERT INTO "event_crew_members" VALUES(1,2);
INSERT INTO "event_crew_members" VALUES(1,3);
INSERT INTO "event_crew_members" VALUES(1,7);
INSERT INTO "event_crew_members" VALUES(1,12);
INSERT INTO "event_crew_members" VALUES(2,2);
INSERT INTO "event_crew_members" VALUES(2,4);
INSERT INTO "event_crew_members" VALUES(2,6);
INSERT INTO "event_crew_members" VALUES(2,10);
INSERT INTO "event_crew_members" VALUES(2,12);
INSERT INTO "event_crew_members" VALUES(3,1);
INSERT INTO "event_crew_members" VALUES(3,5);
INSERT INTO "event_crew_members" VALUES(3,7);
INSERT INTO "event_crew_members" VALUES(3,8);
INSERT INTO "event_crew_members" VALUES(4,1);
INSERT INTO "event_crew_members" VALUES(4,3);
INSERT INTO "event_crew_members" VALUES(4,6);
INSERT INTO "event_crew_members" VALUES(4,9);
INSERT INTO "event_crew_members" VALUES(5,2);
INSERT INTO "event_crew_members" VALUES(5,3);
INSERT INTO "event_crew_members" VALUES(5,7);
INSERT INTO "event_crew_members" VALUES(5,10);
INSERT INTO "event_crew_members" VALUES(5,12);
INSERT INTO "event_crew_members" VALUES(6,1);
INSERT INTO "event_crew_members" VALUES(6,4);
INSERT INTO "event_crew_members" VALUES(6,6);
INSERT INTO "event_crew_members" VALUES(6,8);
INSERT INTO "event_crew_members" VALUES(7,2);
INSERT INTO "event_crew_members" VALUES(7,5);
INSERT INTO "event_crew_members" VALUES(7,6);
INSERT INTO "event_crew_members" VALUES(7,9);
INSERT INTO "event_crew_members" VALUES(8,1);
INSERT INTO "event_crew_members" VALUES(8,4);
INSERT INTO "event_crew_members" VALUES(8,6);
INSERT INTO "event_crew_members" VALUES(8,10);
INSERT INTO "event_crew_members" VALUES(9,2);
INSERT INTO "event_crew_members" VALUES(9,4);
INSERT INTO "event_crew_members" VALUES(9,7);
INSERT INTO "event_crew_members" VALUES(9,12);
INSERT INTO "event_crew_members" VALUES(10,1);
INSERT INTO "event_crew_members" VALUES(10,4);
INSERT INTO "event_crew_members" VALUES(10,7);
INSERT INTO "event_crew_members" VALUES(10,14);
INSERT INTO "event_crew_members" VALUES(11,1);
INSERT INTO "event_crew_members" VALUES(11,5);
INSERT INTO "event_crew_members" VALUES(11,7);
INSERT INTO "event_crew_members" VALUES(11,12);
INSERT INTO "event_crew_members" VALUES(11,13);
INSERT INTO "event_crew_members" VALUES(12,2);
INSERT INTO "event_crew_members" VALUES(12,3);
INSERT INTO "event_crew_members" VALUES(12,7);
INSERT INTO "event_crew_members" VALUES(12,8);
INSERT INTO "event_crew_members" VALUES(12,9);
INSERT INTO "event_crew_members" VALUES(13,2);
INSERT INTO "event_crew_members" VALUES(13,4);
INSERT INTO "event_crew_members" VALUES(13,7);
INSERT INTO "event_crew_members" VALUES(13,11);
INSERT INTO "event_crew_members" VALUES(13,14);
INSERT INTO "event_crew_members" VALUES(14,2);
INSERT INTO "event_crew_members" VALUES(14,4);
INSERT INTO "event_crew_members" VALUES(14,7);
INSERT INTO "event_crew_members" VALUES(14,8);
INSERT INTO "event_crew_members" VALUES(15,1);
INSERT INTO "event_crew_members" VALUES(15,4);
INSERT INTO "event_crew_members" VALUES(15,7);
INSERT INTO "event_crew_members" VALUES(15,14);
INSERT INTO "event_crew_members" VALUES(16,1);
INSERT INTO "event_crew_members" VALUES(16,3);
INSERT INTO "event_crew_members" VALUES(16,6);
INSERT INTO "event_crew_members" VALUES(16,11);
INSERT INTO "event_crew_members" VALUES(17,2);
INSERT INTO "event_crew_members" VALUES(17,3);
INSERT INTO "event_crew_members" VALUES(17,6);
INSERT INTO "event_crew_members" VALUES(17,12);
INSERT INTO "event_crew_members" VALUES(18,1);
INSERT INTO "event_crew_members" VALUES(18,4);
INSERT INTO "event_crew_members" VALUES(18,7);
INSERT INTO "event_crew_members" VALUES(18,8);
INSERT INTO "event_crew_members" VALUES(18,10);
INSERT INTO "event_crew_members" VALUES(19,1);
INSERT INTO "event_crew_members" VALUES(19,3);
INSERT INTO "event_crew_members" VALUES(19,6);
INSERT INTO "event_crew_members" VALUES(19,11);
INSERT INTO "event_crew_members" VALUES(19,13);
INSERT INTO "event_crew_members" VALUES(20,1);
INSERT INTO "event_crew_members" VALUES(20,3);
INSERT INTO "event_crew_members" VALUES(20,6);
INSERT INTO "event_crew_members" VALUES(20,9);
INSERT INTO "event_crew_members" VALUES(20,13);
INSERT INTO "event_crew_members" VALUES(21,1);
INSERT INTO "event_crew_members" VALUES(21,4);
INSERT INTO "event_crew_members" VALUES(21,7);
INSERT INTO "event_crew_members" VALUES(21,12);
INSERT INTO "event_crew_members" VALUES(22,2);
INSERT INTO "event_crew_members" VALUES(22,3);
INSERT INTO "event_crew_members" VALUES(22,7);
INSERT INTO "event_crew_members" VALUES(22,9);
INSERT INTO "event_crew_members" VALUES(22,10);
INSERT INTO "event_crew_members" VALUES(23,2);
INSERT INTO "event_crew_members" VALUES(23,3);
INSERT INTO "event_crew_members" VALUES(23,7);
INSERT INTO "event_crew_members" VALUES(23,8);
INSERT INTO "event_crew_members" VALUES(23,11);
INSERT INTO "event_crew_members" VALUES(24,2);
INSERT INTO "event_crew_members" VALUES(24,5);
INSERT INTO "event_crew_members" VALUES(24,7);
INSERT INTO "event_crew_members" VALUES(24,9);
INSERT INTO "event_crew_members" VALUES(25,1);
INSERT INTO "event_crew_members" VALUES(25,3);
INSERT INTO "event_crew_members" VALUES(25,7);
INSERT INTO "event_crew_members" VALUES(25,10);
INSERT INTO "event_crew_members" VALUES(26,2);
INSERT INTO "event_crew_members" VALUES(26,5);
INSERT INTO "event_crew_members" VALUES(26,6);
INSERT INTO "event_crew_members" VALUES(26,13);
INSERT INTO "event_crew_members" VALUES(27,2);
INSERT INTO "event_crew_members" VALUES(27,3);
INSERT INTO "event_crew_members" VALUES(27,7);
INSERT INTO "event_crew_members" VALUES(27,13);
INSERT INTO "event_crew_members" VALUES(28,1);
INSERT INTO "event_crew_members" VALUES(28,4);
INSERT INTO "event_crew_members" VALUES(28,7);
INSERT INTO "event_crew_members" VALUES(28,8);
INSERT INTO "event_crew_members" VALUES(29,1);
INSERT INTO "event_crew_members" VALUES(29,3);
INSERT INTO "event_crew_members" VALUES(29,6);
INSERT INTO "event_crew_members" VALUES(29,12);
INSERT INTO "event_crew_members" VALUES(30,1);
INSERT INTO "event_crew_members" VALUES(30,3);
INSERT INTO "event_crew_members" VALUES(30,6);
INSERT INTO "event_crew_members" VALUES(30,13);
INSERT INTO "event_crew_members" VALUES(31,2);
INSERT INTO "event_crew_members" VALUES(31,5);
INSERT INTO "event_crew_members" VALUES(31,6);
INSERT INTO "event_crew_members" VALUES(31,10);
INSERT INTO "event_crew_members" VALUES(32,1);
INSERT INTO "event_crew_members" VALUES(32,4);
INSERT INTO "event_crew_members" VALUES(32,7);
INSERT INTO "event_crew_members" VALUES(32,9);
INSERT INTO "event_crew_members" VALUES(32,12);
INSERT INTO "event_crew_members" VALUES(33,2);
INSERT INTO "event_crew_members" VALUES(33,3);
INSERT INTO "event_crew_members" VALUES(33,7);
INSERT INTO "event_crew_members" VALUES(33,13);
INSERT INTO "event_crew_members" VALUES(34,2);
INSERT INTO "event_crew_members" VALUES(34,3);
INSERT INTO "event_crew_members" VALUES(34,6);
INSERT INTO "event_crew_members" VALUES(34,9);
INSERT INTO "event_crew_members" VALUES(34,12);
INSERT INTO "event_crew_members" VALUES(35,2);
INSERT INTO "event_crew_members" VALUES(35,3);
INSERT INTO "event_crew_members" VALUES(35,6);
INSERT INTO "event_crew_members" VALUES(35,10);
INSERT INTO "event_crew_members" VALUES(36,1);
INSERT INTO "event_crew_members" VALUES(36,3);
INSERT INTO "event_crew_members" VALUES(36,7);
INSERT INTO "event_crew_members" VALUES(36,8);
INSERT INTO "event_crew_members" VALUES(37,2);
INSERT INTO "event_crew_members" VALUES(37,5);
INSERT INTO "event_crew_members" VALUES(37,6);
INSERT INTO "event_crew_members" VALUES(37,12);
INSERT INTO "event_crew_members" VALUES(38,1);
INSERT INTO "event_crew_members" VALUES(38,5);
INSERT INTO "event_crew_members" VALUES(38,7);
INSERT INTO "event_crew_members" VALUES(38,8);
CREATE TABLE events (
    event_id INTEGER PRIMARY KEY,
    title TEXT NOT NULL UNIQUE,
    genre TEXT NOT NULL CHECK (genre IN ('classical', 'jazz', 'folk', 'choral', 'world', 'family',
        'spoken word', 'electronic')),
    hall_id INTEGER NOT NULL REFERENCES halls(hall_id),
    promoter_id INTEGER REFERENCES promoters(promoter_id),
    start_time DATETIME NOT NULL,
    duration_minutes INTEGER NOT NULL CHECK (duration_minutes > 0),
    ticket_price NUMERIC(10,2) NOT NULL CHECK (ticket_price >= 0),
    status TEXT NOT NULL DEFAULT 'announced'
        CHECK (status IN ('announced', 'on sale', 'completed', 'postponed', 'cancelled'))
);
INSERT INTO "events" VALUES(1,'Orchestra Zoo','family',4,2,'2025-09-13 11:30',57,16.75,'completed');
INSERT INTO "events" VALUES(2,'Quartets Without Chairs','classical',1,6,'2025-09-17 19:30',90,75.25,'completed');
INSERT INTO "events" VALUES(3,'Glass, Tape and Feedback','electronic',4,5,'2025-09-20 22:00',153,31.25,'completed');
INSERT INTO "events" VALUES(4,'The Comedy of Errands','spoken word',3,2,'2025-09-21 20:30',141,15.5,'completed');
INSERT INTO "events" VALUES(5,'Songs of the Salt Road','folk',1,3,'2025-09-24 20:30',79,40.75,'completed');
INSERT INTO "events" VALUES(6,'Slow Burn Sessions','jazz',4,2,'2025-09-25 20:00',150,39.75,'completed');
INSERT INTO "events" VALUES(7,'The Sleepy Bear Concert','family',4,1,'2025-09-28 11:30',52,16.25,'completed');
INSERT INTO "events" VALUES(8,'Oud and Orchestra','world',4,NULL,'2025-10-17 19:00',139,49.5,'completed');
INSERT INTO "events" VALUES(9,'Harp and Hearth','folk',4,4,'2025-10-18 19:30',71,30.75,'cancelled');
INSERT INTO "events" VALUES(10,'Rhythms of the Niger','world',4,5,'2025-10-22 19:30',135,46.25,'completed');
INSERT INTO "events" VALUES(11,'The Great Chorus Relay','choral',1,2,'2025-10-31 18:30',163,34.25,'completed');
INSERT INTO "events" VALUES(12,'Serenades for a Quiet Harbour','classical',1,6,'2025-11-05 20:00',149,73.25,'completed');
INSERT INTO "events" VALUES(13,'Overtures at Dusk','classical',1,5,'2025-12-07 20:30',127,73,'completed');
INSERT INTO "events" VALUES(14,'Drones for a Long Room','electronic',4,4,'2025-12-12 21:00',112,32.75,'completed');
INSERT INTO "events" VALUES(15,'Trumpets over Lindgate','jazz',4,5,'2025-12-16 21:00',138,40.5,'completed');
INSERT INTO "events" VALUES(16,'Cumbia in the Garden','world',4,1,'2025-12-28 19:00',107,44,'completed');
INSERT INTO "events" VALUES(17,'The Young Soloists'' Gala','classical',2,5,'2025-12-31 19:30',136,50.25,'completed');
INSERT INTO "events" VALUES(18,'Strings by Candlelight','classical',1,NULL,'2026-01-04 19:30',98,74.25,'completed');
INSERT INTO "events" VALUES(19,'Cellos in the Round','classical',1,NULL,'2026-01-10 20:30',72,73,'completed');
INSERT INTO "events" VALUES(20,'Standards and Strangers','jazz',1,5,'2026-01-24 20:30',132,53.25,'on sale');
INSERT INTO "events" VALUES(21,'Big Band Ballroom','jazz',4,1,'2026-01-27 21:00',90,41.5,'on sale');
INSERT INTO "events" VALUES(22,'The Late Set with Horns','jazz',1,3,'2026-02-01 20:00',107,54.25,'on sale');
INSERT INTO "events" VALUES(23,'Psalms and Shanties','choral',1,3,'2026-02-20 18:00',112,32.5,'on sale');
INSERT INTO "events" VALUES(24,'Pirates of the Percussion','family',2,3,'2026-02-22 11:30',65,16.25,'postponed');
INSERT INTO "events" VALUES(25,'Fiddles Against the Cold','folk',2,1,'2026-02-24 19:30',74,26.5,'on sale');
INSERT INTO "events" VALUES(26,'Tango After Rain','world',2,4,'2026-02-25 19:00',119,39.25,'on sale');
INSERT INTO "events" VALUES(27,'The Silent Film Reimagined','electronic',4,4,'2026-02-26 21:30',149,31.75,'on sale');
INSERT INTO "events" VALUES(28,'An Hour with the Moon','spoken word',3,5,'2026-03-01 20:30',72,12,'on sale');
INSERT INTO "events" VALUES(29,'Nightfall at the Blue Kettle','jazz',2,5,'2026-03-08 21:00',154,34.5,'postponed');
INSERT INTO "events" VALUES(30,'Synthesizers and Starlight','electronic',4,2,'2026-03-13 21:30',118,32,'on sale');
INSERT INTO "events" VALUES(31,'The Founders'' Concert','classical',2,2,'2026-03-14 19:30',122,51.75,'on sale');
INSERT INTO "events" VALUES(32,'A Requiem for the Lighthouse','classical',1,5,'2026-03-19 19:30',154,73.25,'on sale');
INSERT INTO "events" VALUES(33,'Slam Night Finals','spoken word',3,4,'2026-03-22 20:30',106,17,'on sale');
INSERT INTO "events" VALUES(34,'Voices Under the Dome','choral',1,3,'2026-04-03 19:00',134,33.75,'on sale');
INSERT INTO "events" VALUES(35,'Modular Evenings','electronic',4,2,'2026-04-08 21:30',92,36.25,'on sale');
INSERT INTO "events" VALUES(36,'Saffron Nights','world',3,4,'2026-04-10 19:00',111,32.5,'on sale');
INSERT INTO "events" VALUES(37,'An Evening in Seven-Four','jazz',2,5,'2026-04-26 20:00',122,36.25,'on sale');
INSERT INTO "events" VALUES(38,'Four Hands, One Piano','classical',2,6,'2026-04-28 19:30',141,52.25,'on sale');
INSERT INTO "events" VALUES(39,'The Ceilidh Marathon','folk',1,2,'2026-05-01 20:00',94,37,'announced');
INSERT INTO "events" VALUES(40,'Stories in the Dark','spoken word',3,NULL,'2026-05-06 20:30',138,15.75,'announced');
INSERT INTO "events" VALUES(41,'Canticles for the Harbour','choral',1,5,'2026-05-08 19:00',130,32.25,'announced');
INSERT INTO "events" VALUES(42,'Taiko Thunder','world',4,4,'2026-05-26 19:00',123,44.25,'announced');
INSERT INTO "events" VALUES(43,'Ballads from Both Banks','folk',4,NULL,'2026-06-06 19:30',139,30.25,'announced');
INSERT INTO "events" VALUES(44,'Puppets and Piccolos','family',4,NULL,'2026-06-07 10:30',56,18,'announced');
INSERT INTO "events" VALUES(45,'Kitchen Party Live','folk',1,NULL,'2026-06-10 19:30',119,39.75,'announced');
INSERT INTO "events" VALUES(46,'Hedgehog Learns the Tuba','family',4,1,'2026-06-11 11:30',58,16,'announced');
CREATE TABLE halls (
    hall_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    capacity INTEGER NOT NULL CHECK (capacity > 0),
    hire_price NUMERIC(10,2) NOT NULL CHECK (hire_price >= 0)
);
INSERT INTO "halls" VALUES(1,'Great Hall',1240,4800);
INSERT INTO "halls" VALUES(2,'Chamber Room',226,950);
INSERT INTO "halls" VALUES(3,'Granary Studio',94,420);
INSERT INTO "halls" VALUES(4,'Winter Garden',380,1650);
CREATE TABLE instruments (
    instrument_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    hall_id INTEGER REFERENCES halls(hall_id),
    condition TEXT NOT NULL DEFAULT 'good' CHECK (condition IN ('excellent', 'good', 'fair', 'in repair')),
    insured_value NUMERIC(10,2) NOT NULL CHECK (insured_value >= 0),
    last_tuned_date DATE
);
INSERT INTO "instruments" VALUES(1,'Rosewood grand piano',1,'good',148000,'2025-03-26');
INSERT INTO "instruments" VALUES(2,'Ebony grand piano',4,'in repair',92500,'2025-08-22');
INSERT INTO "instruments" VALUES(3,'Walnut upright piano',3,'fair',11800,'2025-09-22');
INSERT INTO "instruments" VALUES(4,'Chamber organ',1,'good',210000,'2025-04-12');
INSERT INTO "instruments" VALUES(5,'Double-manual harpsichord',2,'good',38400,'2025-06-04');
INSERT INTO "instruments" VALUES(6,'Pedal harp',2,'good',27350,'2025-10-15');
INSERT INTO "instruments" VALUES(7,'Bass marimba',3,'excellent',14200,'2025-04-21');
INSERT INTO "instruments" VALUES(8,'Timpani set',1,'excellent',23900,'2026-01-08');
INSERT INTO "instruments" VALUES(9,'Celesta',NULL,'in repair',31750,'2025-03-28');
INSERT INTO "instruments" VALUES(10,'Tubular bells',NULL,'fair',6450,NULL);
INSERT INTO "instruments" VALUES(11,'Vibraphone',3,'good',7900,NULL);
CREATE TABLE promoters (
    promoter_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    phone_number TEXT
);
INSERT INTO "promoters" VALUES(1,'Blue Kettle Presents','office@blue-kettle.example',NULL);
INSERT INTO "promoters" VALUES(2,'Harbour City Arts Council','office@harbour-arts.example','604-555-0161');
INSERT INTO "promoters" VALUES(3,'Saltroad Touring','office@saltroad.example','604-555-0109');
INSERT INTO "promoters" VALUES(4,'Moth & Lantern Productions','office@mothlantern.example','604-555-0112');
INSERT INTO "promoters" VALUES(5,'Five Continents Music','office@fivecontinents.example','604-555-0154');
INSERT INTO "promoters" VALUES(6,'Small Ears Collective','office@smallears.example','604-555-0118');
COMMIT;
