BEGIN TRANSACTION;
CREATE TABLE [Album]
(
    [AlbumId] INTEGER  NOT NULL,
    [Title] NVARCHAR(160)  NOT NULL,
    [ArtistId] INTEGER  NOT NULL,
    CONSTRAINT [PK_Album] PRIMARY KEY  ([AlbumId]),
    FOREIGN KEY ([ArtistId]) REFERENCES [Artist] ([ArtistId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
INSERT INTO "Album" VALUES(1,'For Those About To Rock We Salute You',1);
INSERT INTO "Album" VALUES(3,'Restless and Wild',2);
INSERT INTO "Album" VALUES(4,'Let There Be Rock',1);
INSERT INTO "Album" VALUES(5,'Big Ones',3);
INSERT INTO "Album" VALUES(6,'Jagged Little Pill',4);
INSERT INTO "Album" VALUES(7,'Facelift',5);
INSERT INTO "Album" VALUES(8,'Warner 25 Anos',6);
INSERT INTO "Album" VALUES(9,'Plays Metallica By Four Cellos',7);
INSERT INTO "Album" VALUES(10,'Audioslave',8);
INSERT INTO "Album" VALUES(11,'Out Of Exile',8);
INSERT INTO "Album" VALUES(12,'BackBeat Soundtrack',9);
INSERT INTO "Album" VALUES(13,'The Best Of Billy Cobham',10);
INSERT INTO "Album" VALUES(14,'Alcohol Fueled Brewtality Live! [Disc 1]',11);
INSERT INTO "Album" VALUES(15,'Alcohol Fueled Brewtality Live! [Disc 2]',11);
INSERT INTO "Album" VALUES(16,'Black Sabbath',12);
INSERT INTO "Album" VALUES(17,'Black Sabbath Vol. 4 (Remaster)',12);
INSERT INTO "Album" VALUES(18,'Body Count',13);
INSERT INTO "Album" VALUES(19,'Chemical Wedding',14);
INSERT INTO "Album" VALUES(20,'The Best Of Buddy Guy - The Millenium Collection',15);
INSERT INTO "Album" VALUES(21,'Prenda Minha',16);
INSERT INTO "Album" VALUES(22,'Sozinho Remix Ao Vivo',16);
INSERT INTO "Album" VALUES(23,'Minha Historia',17);
INSERT INTO "Album" VALUES(24,'Afrociberdelia',18);
INSERT INTO "Album" VALUES(25,'Da Lama Ao Caos',18);
INSERT INTO "Album" VALUES(26,'Acústico MTV [Live]',19);
INSERT INTO "Album" VALUES(27,'Cidade Negra - Hits',19);
INSERT INTO "Album" VALUES(28,'Na Pista',20);
INSERT INTO "Album" VALUES(29,'Axé Bahia 2001',21);
INSERT INTO "Album" VALUES(30,'BBC Sessions [Disc 1] [Live]',22);
INSERT INTO "Album" VALUES(31,'Bongo Fury',23);
INSERT INTO "Album" VALUES(32,'Carnaval 2001',21);
INSERT INTO "Album" VALUES(33,'Chill: Brazil (Disc 1)',24);
INSERT INTO "Album" VALUES(34,'Chill: Brazil (Disc 2)',6);
INSERT INTO "Album" VALUES(35,'Garage Inc. (Disc 1)',50);
INSERT INTO "Album" VALUES(36,'Greatest Hits II',51);
INSERT INTO "Album" VALUES(37,'Greatest Kiss',52);
INSERT INTO "Album" VALUES(38,'Heart of the Night',53);
INSERT INTO "Album" VALUES(39,'International Superhits',54);
INSERT INTO "Album" VALUES(40,'Into The Light',55);
CREATE TABLE [Artist]
(
    [ArtistId] INTEGER  NOT NULL,
    [Name] NVARCHAR(120),
    CONSTRAINT [PK_Artist] PRIMARY KEY  ([ArtistId])
);
INSERT INTO "Artist" VALUES(1,'AC/DC');
INSERT INTO "Artist" VALUES(2,'Accept');
INSERT INTO "Artist" VALUES(3,'Aerosmith');
INSERT INTO "Artist" VALUES(4,'Alanis Morissette');
INSERT INTO "Artist" VALUES(5,'Alice In Chains');
INSERT INTO "Artist" VALUES(6,'Antônio Carlos Jobim');
INSERT INTO "Artist" VALUES(7,'Apocalyptica');
INSERT INTO "Artist" VALUES(8,'Audioslave');
INSERT INTO "Artist" VALUES(9,'BackBeat');
INSERT INTO "Artist" VALUES(10,'Billy Cobham');
INSERT INTO "Artist" VALUES(11,'Black Label Society');
INSERT INTO "Artist" VALUES(12,'Black Sabbath');
INSERT INTO "Artist" VALUES(13,'Body Count');
INSERT INTO "Artist" VALUES(14,'Bruce Dickinson');
INSERT INTO "Artist" VALUES(15,'Buddy Guy');
INSERT INTO "Artist" VALUES(16,'Caetano Veloso');
INSERT INTO "Artist" VALUES(17,'Chico Buarque');
INSERT INTO "Artist" VALUES(18,'Chico Science & Nação Zumbi');
INSERT INTO "Artist" VALUES(19,'Cidade Negra');
INSERT INTO "Artist" VALUES(20,'Cláudio Zoli');
INSERT INTO "Artist" VALUES(21,'Various Artists');
INSERT INTO "Artist" VALUES(22,'Led Zeppelin');
INSERT INTO "Artist" VALUES(23,'Frank Zappa & Captain Beefheart');
INSERT INTO "Artist" VALUES(24,'Marcos Valle');
INSERT INTO "Artist" VALUES(50,'Metallica');
INSERT INTO "Artist" VALUES(51,'Queen');
INSERT INTO "Artist" VALUES(52,'Kiss');
INSERT INTO "Artist" VALUES(53,'Spyro Gyra');
INSERT INTO "Artist" VALUES(54,'Green Day');
INSERT INTO "Artist" VALUES(55,'David Coverdale');
CREATE TABLE [Customer]
(
    [CustomerId] INTEGER  NOT NULL,
    [FirstName] NVARCHAR(40)  NOT NULL,
    [LastName] NVARCHAR(20)  NOT NULL,
    [Company] NVARCHAR(80),
    [Address] NVARCHAR(70),
    [City] NVARCHAR(40),
    [State] NVARCHAR(40),
    [Country] NVARCHAR(40),
    [PostalCode] NVARCHAR(10),
    [Phone] NVARCHAR(24),
    [Fax] NVARCHAR(24),
    [Email] NVARCHAR(60)  NOT NULL,
    [SupportRepId] INTEGER,
    CONSTRAINT [PK_Customer] PRIMARY KEY  ([CustomerId]),
    FOREIGN KEY ([SupportRepId]) REFERENCES [Employee] ([EmployeeId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
INSERT INTO "Customer" VALUES(1,'Luís','Gonçalves','Embraer - Empresa Brasileira de Aeronáutica S.A.','Av. Brigadeiro Faria Lima, 2170','São José dos Campos','SP','Brazil','12227-000','+55 (12) 3923-5555','+55 (12) 3923-5566','luisg@embraer.com.br',3);
INSERT INTO "Customer" VALUES(2,'Leonie','Köhler',NULL,'Theodor-Heuss-Straße 34','Stuttgart',NULL,'Germany','70174','+49 0711 2842222',NULL,'leonekohler@surfeu.de',5);
INSERT INTO "Customer" VALUES(4,'Bjørn','Hansen',NULL,'Ullevålsveien 14','Oslo',NULL,'Norway','0171','+47 22 44 22 22',NULL,'bjorn.hansen@yahoo.no',4);
INSERT INTO "Customer" VALUES(5,'František','Wichterlová','JetBrains s.r.o.','Klanova 9/506','Prague',NULL,'Czech Republic','14700','+420 2 4172 5555','+420 2 4172 5555','frantisekw@jetbrains.com',4);
INSERT INTO "Customer" VALUES(6,'Helena','Holý',NULL,'Rilská 3174/6','Prague',NULL,'Czech Republic','14300','+420 2 4177 0449',NULL,'hholy@gmail.com',5);
INSERT INTO "Customer" VALUES(8,'Daan','Peeters',NULL,'Grétrystraat 63','Brussels',NULL,'Belgium','1000','+32 02 219 03 03',NULL,'daan_peeters@apple.be',4);
INSERT INTO "Customer" VALUES(11,'Alexandre','Rocha','Banco do Brasil S.A.','Av. Paulista, 2022','São Paulo','SP','Brazil','01310-200','+55 (11) 3055-3278','+55 (11) 3055-8131','alero@uol.com.br',5);
INSERT INTO "Customer" VALUES(12,'Roberto','Almeida','Riotur','Praça Pio X, 119','Rio de Janeiro','RJ','Brazil','20040-020','+55 (21) 2271-7000','+55 (21) 2271-7070','roberto.almeida@riotur.gov.br',3);
INSERT INTO "Customer" VALUES(13,'Fernanda','Ramos',NULL,'Qe 7 Bloco G','Brasília','DF','Brazil','71020-677','+55 (61) 3363-5547','+55 (61) 3363-7855','fernadaramos4@uol.com.br',4);
INSERT INTO "Customer" VALUES(14,'Mark','Philips','Telus','8210 111 ST NW','Edmonton','AB','Canada','T6G 2C7','+1 (780) 434-4554','+1 (780) 434-5565','mphilips12@shaw.ca',5);
INSERT INTO "Customer" VALUES(15,'Jennifer','Peterson','Rogers Canada','700 W Pender Street','Vancouver','BC','Canada','V6C 1G8','+1 (604) 688-2255','+1 (604) 688-8756','jenniferp@rogers.ca',3);
INSERT INTO "Customer" VALUES(16,'Frank','Harris','Google Inc.','1600 Amphitheatre Parkway','Mountain View','CA','USA','94043-1351','+1 (650) 253-0000','+1 (650) 253-0000','fharris@google.com',4);
INSERT INTO "Customer" VALUES(17,'Jack','Smith','Microsoft Corporation','1 Microsoft Way','Redmond','WA','USA','98052-8300','+1 (425) 882-8080','+1 (425) 882-8081','jacksmith@microsoft.com',5);
INSERT INTO "Customer" VALUES(18,'Michelle','Brooks',NULL,'627 Broadway','New York','NY','USA','10012-2612','+1 (212) 221-3546','+1 (212) 221-4679','michelleb@aol.com',3);
INSERT INTO "Customer" VALUES(19,'Tim','Goyer','Apple Inc.','1 Infinite Loop','Cupertino','CA','USA','95014','+1 (408) 996-1010','+1 (408) 996-1011','tgoyer@apple.com',3);
INSERT INTO "Customer" VALUES(20,'Dan','Miller',NULL,'541 Del Medio Avenue','Mountain View','CA','USA','94040-111','+1 (650) 644-3358',NULL,'dmiller@comcast.com',4);
INSERT INTO "Customer" VALUES(21,'Kathy','Chase',NULL,'801 W 4th Street','Reno','NV','USA','89503','+1 (775) 223-7665',NULL,'kachase@hotmail.com',5);
INSERT INTO "Customer" VALUES(22,'Heather','Leacock',NULL,'120 S Orange Ave','Orlando','FL','USA','32801','+1 (407) 999-7788',NULL,'hleacock@gmail.com',4);
INSERT INTO "Customer" VALUES(23,'John','Gordon',NULL,'69 Salem Street','Boston','MA','USA','2113','+1 (617) 522-1333',NULL,'johngordon22@yahoo.com',4);
INSERT INTO "Customer" VALUES(24,'Frank','Ralston',NULL,'162 E Superior Street','Chicago','IL','USA','60611','+1 (312) 332-3232',NULL,'fralston@gmail.com',3);
INSERT INTO "Customer" VALUES(25,'Victor','Stevens',NULL,'319 N. Frances Street','Madison','WI','USA','53703','+1 (608) 257-0597',NULL,'vstevens@yahoo.com',5);
INSERT INTO "Customer" VALUES(26,'Richard','Cunningham',NULL,'2211 W Berry Street','Fort Worth','TX','USA','76110','+1 (817) 924-7272',NULL,'ricunningham@hotmail.com',4);
INSERT INTO "Customer" VALUES(36,'Hannah','Schneider',NULL,'Tauentzienstraße 8','Berlin',NULL,'Germany','10789','+49 030 26550280',NULL,'hannah.schneider@yahoo.de',5);
INSERT INTO "Customer" VALUES(37,'Fynn','Zimmermann',NULL,'Berger Straße 10','Frankfurt',NULL,'Germany','60316','+49 069 40598889',NULL,'fzimmermann@yahoo.de',3);
INSERT INTO "Customer" VALUES(38,'Niklas','Schröder',NULL,'Barbarossastraße 19','Berlin',NULL,'Germany','10779','+49 030 2141444',NULL,'nschroder@surfeu.de',3);
INSERT INTO "Customer" VALUES(39,'Camille','Bernard',NULL,'4, Rue Milton','Paris',NULL,'France','75009','+33 01 49 70 65 65',NULL,'camille.bernard@yahoo.fr',4);
INSERT INTO "Customer" VALUES(40,'Dominique','Lefebvre',NULL,'8, Rue Hanovre','Paris',NULL,'France','75002','+33 01 47 42 71 71',NULL,'dominiquelefebvre@gmail.com',4);
INSERT INTO "Customer" VALUES(41,'Marc','Dubois',NULL,'11, Place Bellecour','Lyon',NULL,'France','69002','+33 04 78 30 30 30',NULL,'marc.dubois@hotmail.com',5);
INSERT INTO "Customer" VALUES(42,'Wyatt','Girard',NULL,'9, Place Louis Barthou','Bordeaux',NULL,'France','33000','+33 05 56 96 96 96',NULL,'wyatt.girard@yahoo.fr',3);
INSERT INTO "Customer" VALUES(44,'Terhi','Hämäläinen',NULL,'Porthaninkatu 9','Helsinki',NULL,'Finland','00530','+358 09 870 2000',NULL,'terhi.hamalainen@apple.fi',3);
INSERT INTO "Customer" VALUES(45,'Ladislav','Kovács',NULL,'Erzsébet krt. 58.','Budapest',NULL,'Hungary','H-1073',NULL,NULL,'ladislav_kovacs@apple.hu',3);
INSERT INTO "Customer" VALUES(46,'Hugh','O''Reilly',NULL,'3 Chatham Street','Dublin','Dublin','Ireland',NULL,'+353 01 6792424',NULL,'hughoreilly@apple.ie',3);
INSERT INTO "Customer" VALUES(47,'Lucas','Mancini',NULL,'Via Degli Scipioni, 43','Rome','RM','Italy','00192','+39 06 39733434',NULL,'lucas.mancini@yahoo.it',5);
INSERT INTO "Customer" VALUES(56,'Diego','Gutiérrez',NULL,'307 Macacha Güemes','Buenos Aires',NULL,'Argentina','1106','+54 (0)11 4311 4333',NULL,'diego.gutierrez@yahoo.ar',4);
INSERT INTO "Customer" VALUES(57,'Luis','Rojas',NULL,'Calle Lira, 198','Santiago',NULL,'Chile',NULL,'+56 (0)2 635 4444',NULL,'luisrojas@yahoo.cl',5);
CREATE TABLE [Employee]
(
    [EmployeeId] INTEGER  NOT NULL,
    [LastName] NVARCHAR(20)  NOT NULL,
    [FirstName] NVARCHAR(20)  NOT NULL,
    [Title] NVARCHAR(30),
    [ReportsTo] INTEGER,
    [BirthDate] DATETIME,
    [HireDate] DATETIME,
    [Address] NVARCHAR(70),
    [City] NVARCHAR(40),
    [State] NVARCHAR(40),
    [Country] NVARCHAR(40),
    [PostalCode] NVARCHAR(10),
    [Phone] NVARCHAR(24),
    [Fax] NVARCHAR(24),
    [Email] NVARCHAR(60),
    CONSTRAINT [PK_Employee] PRIMARY KEY  ([EmployeeId]),
    FOREIGN KEY ([ReportsTo]) REFERENCES [Employee] ([EmployeeId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
INSERT INTO "Employee" VALUES(1,'Adams','Andrew','General Manager',NULL,'1962-02-18 00:00:00','2002-08-14 00:00:00','11120 Jasper Ave NW','Edmonton','AB','Canada','T5K 2N1','+1 (780) 428-9482','+1 (780) 428-3457','andrew@chinookcorp.com');
INSERT INTO "Employee" VALUES(2,'Edwards','Nancy','Sales Manager',1,'1958-12-08 00:00:00','2002-05-01 00:00:00','825 8 Ave SW','Calgary','AB','Canada','T2P 2T3','+1 (403) 262-3443','+1 (403) 262-3322','nancy@chinookcorp.com');
INSERT INTO "Employee" VALUES(3,'Peacock','Jane','Sales Support Agent',2,'1973-08-29 00:00:00','2002-04-01 00:00:00','1111 6 Ave SW','Calgary','AB','Canada','T2P 5M5','+1 (403) 262-3443','+1 (403) 262-6712','jane@chinookcorp.com');
INSERT INTO "Employee" VALUES(4,'Park','Margaret','Sales Support Agent',2,'1947-09-19 00:00:00','2003-05-03 00:00:00','683 10 Street SW','Calgary','AB','Canada','T2P 5G3','+1 (403) 263-4423','+1 (403) 263-4289','margaret@chinookcorp.com');
INSERT INTO "Employee" VALUES(5,'Johnson','Steve','Sales Support Agent',2,'1965-03-03 00:00:00','2003-10-17 00:00:00','7727B 41 Ave','Calgary','AB','Canada','T3B 1Y7','1 (780) 836-9987','1 (780) 836-9543','steve@chinookcorp.com');
INSERT INTO "Employee" VALUES(6,'Mitchell','Michael','IT Manager',1,'1973-07-01 00:00:00','2003-10-17 00:00:00','5827 Bowness Road NW','Calgary','AB','Canada','T3B 0C5','+1 (403) 246-9887','+1 (403) 246-9899','michael@chinookcorp.com');
INSERT INTO "Employee" VALUES(7,'King','Robert','IT Staff',6,'1970-05-29 00:00:00','2004-01-02 00:00:00','590 Columbia Boulevard West','Lethbridge','AB','Canada','T1K 5N8','+1 (403) 456-9986','+1 (403) 456-8485','robert@chinookcorp.com');
INSERT INTO "Employee" VALUES(8,'Callahan','Laura','IT Staff',6,'1968-01-09 00:00:00','2004-03-04 00:00:00','923 7 ST NW','Lethbridge','AB','Canada','T1H 1Y8','+1 (403) 467-3351','+1 (403) 467-8772','laura@chinookcorp.com');
CREATE TABLE [Genre]
(
    [GenreId] INTEGER  NOT NULL,
    [Name] NVARCHAR(120),
    CONSTRAINT [PK_Genre] PRIMARY KEY  ([GenreId])
);
INSERT INTO "Genre" VALUES(1,'Rock');
INSERT INTO "Genre" VALUES(2,'Jazz');
INSERT INTO "Genre" VALUES(3,'Metal');
INSERT INTO "Genre" VALUES(4,'Alternative & Punk');
INSERT INTO "Genre" VALUES(5,'Rock And Roll');
INSERT INTO "Genre" VALUES(6,'Blues');
INSERT INTO "Genre" VALUES(7,'Latin');
INSERT INTO "Genre" VALUES(8,'Reggae');
INSERT INTO "Genre" VALUES(9,'Pop');
INSERT INTO "Genre" VALUES(10,'Soundtrack');
CREATE TABLE [Invoice]
(
    [InvoiceId] INTEGER  NOT NULL,
    [CustomerId] INTEGER  NOT NULL,
    [InvoiceDate] DATETIME  NOT NULL,
    [BillingAddress] NVARCHAR(70),
    [BillingCity] NVARCHAR(40),
    [BillingState] NVARCHAR(40),
    [BillingCountry] NVARCHAR(40),
    [BillingPostalCode] NVARCHAR(10),
    [Total] NUMERIC(10,2)  NOT NULL,
    CONSTRAINT [PK_Invoice] PRIMARY KEY  ([InvoiceId]),
    FOREIGN KEY ([CustomerId]) REFERENCES [Customer] ([CustomerId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
INSERT INTO "Invoice" VALUES(2,4,'2021-01-02 00:00:00','Ullevålsveien 14','Oslo',NULL,'Norway','0171',3.96);
INSERT INTO "Invoice" VALUES(3,8,'2021-01-03 00:00:00','Grétrystraat 63','Brussels',NULL,'Belgium','1000',5.94);
INSERT INTO "Invoice" VALUES(4,14,'2021-01-06 00:00:00','8210 111 ST NW','Edmonton','AB','Canada','T6G 2C7',8.91);
INSERT INTO "Invoice" VALUES(5,23,'2021-01-11 00:00:00','69 Salem Street','Boston','MA','USA','2113',13.86);
INSERT INTO "Invoice" VALUES(7,38,'2021-02-01 00:00:00','Barbarossastraße 19','Berlin',NULL,'Germany','10779',1.98);
INSERT INTO "Invoice" VALUES(8,40,'2021-02-01 00:00:00','8, Rue Hanovre','Paris',NULL,'France','75002',1.98);
INSERT INTO "Invoice" VALUES(9,42,'2021-02-02 00:00:00','9, Place Louis Barthou','Bordeaux',NULL,'France','33000',3.96);
INSERT INTO "Invoice" VALUES(10,46,'2021-02-03 00:00:00','3 Chatham Street','Dublin','Dublin','Ireland',NULL,5.94);
INSERT INTO "Invoice" VALUES(13,16,'2021-02-19 00:00:00','1600 Amphitheatre Parkway','Mountain View','CA','USA','94043-1351',0.99);
INSERT INTO "Invoice" VALUES(15,19,'2021-03-04 00:00:00','1 Infinite Loop','Cupertino','CA','USA','95014',1.98);
INSERT INTO "Invoice" VALUES(16,21,'2021-03-05 00:00:00','801 W 4th Street','Reno','NV','USA','89503',3.96);
INSERT INTO "Invoice" VALUES(17,25,'2021-03-06 00:00:00','319 N. Frances Street','Madison','WI','USA','53703',5.94);
INSERT INTO "Invoice" VALUES(108,47,'2022-04-13 00:00:00','Via Degli Scipioni, 43','Rome','RM','Italy','00192',5.94);
INSERT INTO "Invoice" VALUES(111,17,'2022-04-29 00:00:00','1 Microsoft Way','Redmond','WA','USA','98052-8300',0.99);
INSERT INTO "Invoice" VALUES(113,20,'2022-05-12 00:00:00','541 Del Medio Avenue','Mountain View','CA','USA','94040-111',1.98);
INSERT INTO "Invoice" VALUES(114,22,'2022-05-13 00:00:00','120 S Orange Ave','Orlando','FL','USA','32801',3.96);
INSERT INTO "Invoice" VALUES(115,26,'2022-05-14 00:00:00','2211 W Berry Street','Fort Worth','TX','USA','76110',5.94);
INSERT INTO "Invoice" VALUES(119,56,'2022-06-12 00:00:00','307 Macacha Güemes','Buenos Aires',NULL,'Argentina','1106',1.98);
INSERT INTO "Invoice" VALUES(121,1,'2022-06-13 00:00:00','Av. Brigadeiro Faria Lima, 2170','São José dos Campos','SP','Brazil','12227-000',3.96);
INSERT INTO "Invoice" VALUES(122,5,'2022-06-14 00:00:00','Klanova 9/506','Prague',NULL,'Czech Republic','14700',5.94);
INSERT INTO "Invoice" VALUES(123,11,'2022-06-17 00:00:00','Av. Paulista, 2022','São Paulo','SP','Brazil','01310-200',8.91);
INSERT INTO "Invoice" VALUES(217,57,'2023-08-20 00:00:00','Calle Lira, 198','Santiago',NULL,'Chile',NULL,1.98);
INSERT INTO "Invoice" VALUES(219,2,'2023-08-21 00:00:00','Theodor-Heuss-Straße 34','Stuttgart',NULL,'Germany','70174',3.96);
INSERT INTO "Invoice" VALUES(220,6,'2023-08-22 00:00:00','Rilská 3174/6','Prague',NULL,'Czech Republic','14300',5.94);
INSERT INTO "Invoice" VALUES(221,12,'2023-08-25 00:00:00','Praça Pio X, 119','Rio de Janeiro','RJ','Brazil','20040-020',8.91);
INSERT INTO "Invoice" VALUES(222,21,'2023-08-30 00:00:00','801 W 4th Street','Reno','NV','USA','89503',13.86);
INSERT INTO "Invoice" VALUES(224,36,'2023-09-20 00:00:00','Tauentzienstraße 8','Berlin',NULL,'Germany','10789',1.98);
INSERT INTO "Invoice" VALUES(225,38,'2023-09-20 00:00:00','Barbarossastraße 19','Berlin',NULL,'Germany','10779',1.98);
INSERT INTO "Invoice" VALUES(226,40,'2023-09-21 00:00:00','8, Rue Hanovre','Paris',NULL,'France','75002',3.96);
INSERT INTO "Invoice" VALUES(227,44,'2023-09-22 00:00:00','Porthaninkatu 9','Helsinki',NULL,'Finland','00530',5.94);
INSERT INTO "Invoice" VALUES(319,13,'2024-11-01 00:00:00','Qe 7 Bloco G','Brasília','DF','Brazil','71020-677',8.91);
INSERT INTO "Invoice" VALUES(320,22,'2024-11-06 00:00:00','120 S Orange Ave','Orlando','FL','USA','32801',13.86);
INSERT INTO "Invoice" VALUES(322,37,'2024-11-27 00:00:00','Berger Straße 10','Frankfurt',NULL,'Germany','60316',1.98);
INSERT INTO "Invoice" VALUES(323,39,'2024-11-27 00:00:00','4, Rue Milton','Paris',NULL,'France','75009',1.98);
INSERT INTO "Invoice" VALUES(324,41,'2024-11-28 00:00:00','11, Place Bellecour','Lyon',NULL,'France','69002',3.96);
INSERT INTO "Invoice" VALUES(325,45,'2024-11-29 00:00:00','Erzsébet krt. 58.','Budapest',NULL,'Hungary','H-1073',5.94);
INSERT INTO "Invoice" VALUES(328,15,'2024-12-15 00:00:00','700 W Pender Street','Vancouver','BC','Canada','V6C 1G8',0.99);
INSERT INTO "Invoice" VALUES(330,18,'2024-12-28 00:00:00','627 Broadway','New York','NY','USA','10012-2612',1.98);
INSERT INTO "Invoice" VALUES(331,20,'2024-12-29 00:00:00','541 Del Medio Avenue','Mountain View','CA','USA','94040-111',3.96);
INSERT INTO "Invoice" VALUES(332,24,'2024-12-30 00:00:00','162 E Superior Street','Chicago','IL','USA','60611',5.94);
CREATE TABLE [InvoiceLine]
(
    [InvoiceLineId] INTEGER  NOT NULL,
    [InvoiceId] INTEGER  NOT NULL,
    [TrackId] INTEGER  NOT NULL,
    [UnitPrice] NUMERIC(10,2)  NOT NULL,
    [Quantity] INTEGER  NOT NULL,
    CONSTRAINT [PK_InvoiceLine] PRIMARY KEY  ([InvoiceLineId]),
    FOREIGN KEY ([InvoiceId]) REFERENCES [Invoice] ([InvoiceId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION,
    FOREIGN KEY ([TrackId]) REFERENCES [Track] ([TrackId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
INSERT INTO "InvoiceLine" VALUES(3,2,6,0.99,1);
INSERT INTO "InvoiceLine" VALUES(6,2,12,0.99,1);
INSERT INTO "InvoiceLine" VALUES(9,3,24,0.99,1);
INSERT INTO "InvoiceLine" VALUES(12,3,36,0.99,1);
INSERT INTO "InvoiceLine" VALUES(13,4,42,0.99,1);
INSERT INTO "InvoiceLine" VALUES(14,4,48,0.99,1);
INSERT INTO "InvoiceLine" VALUES(15,4,54,0.99,1);
INSERT INTO "InvoiceLine" VALUES(16,4,60,0.99,1);
INSERT INTO "InvoiceLine" VALUES(17,4,66,0.99,1);
INSERT INTO "InvoiceLine" VALUES(18,4,72,0.99,1);
INSERT INTO "InvoiceLine" VALUES(19,4,78,0.99,1);
INSERT INTO "InvoiceLine" VALUES(20,4,84,0.99,1);
INSERT INTO "InvoiceLine" VALUES(21,4,90,0.99,1);
INSERT INTO "InvoiceLine" VALUES(22,5,99,0.99,1);
INSERT INTO "InvoiceLine" VALUES(23,5,108,0.99,1);
INSERT INTO "InvoiceLine" VALUES(24,5,117,0.99,1);
INSERT INTO "InvoiceLine" VALUES(25,5,126,0.99,1);
INSERT INTO "InvoiceLine" VALUES(26,5,135,0.99,1);
INSERT INTO "InvoiceLine" VALUES(27,5,144,0.99,1);
INSERT INTO "InvoiceLine" VALUES(28,5,153,0.99,1);
INSERT INTO "InvoiceLine" VALUES(29,5,162,0.99,1);
INSERT INTO "InvoiceLine" VALUES(30,5,171,0.99,1);
INSERT INTO "InvoiceLine" VALUES(31,5,180,0.99,1);
INSERT INTO "InvoiceLine" VALUES(32,5,189,0.99,1);
INSERT INTO "InvoiceLine" VALUES(33,5,198,0.99,1);
INSERT INTO "InvoiceLine" VALUES(34,5,207,0.99,1);
INSERT INTO "InvoiceLine" VALUES(35,5,216,0.99,1);
INSERT INTO "InvoiceLine" VALUES(37,7,231,0.99,1);
INSERT INTO "InvoiceLine" VALUES(39,8,234,0.99,1);
INSERT INTO "InvoiceLine" VALUES(42,9,240,0.99,1);
INSERT INTO "InvoiceLine" VALUES(46,10,252,0.99,1);
INSERT INTO "InvoiceLine" VALUES(49,10,264,0.99,1);
INSERT INTO "InvoiceLine" VALUES(74,13,462,0.99,1);
INSERT INTO "InvoiceLine" VALUES(78,15,468,0.99,1);
INSERT INTO "InvoiceLine" VALUES(81,16,474,0.99,1);
INSERT INTO "InvoiceLine" VALUES(83,17,480,0.99,1);
INSERT INTO "InvoiceLine" VALUES(86,17,492,0.99,1);
INSERT INTO "InvoiceLine" VALUES(581,108,9,0.99,1);
INSERT INTO "InvoiceLine" VALUES(606,111,207,0.99,1);
INSERT INTO "InvoiceLine" VALUES(610,113,213,0.99,1);
INSERT INTO "InvoiceLine" VALUES(613,114,219,0.99,1);
INSERT INTO "InvoiceLine" VALUES(615,115,225,0.99,1);
INSERT INTO "InvoiceLine" VALUES(618,115,237,0.99,1);
INSERT INTO "InvoiceLine" VALUES(646,119,441,0.99,1);
INSERT INTO "InvoiceLine" VALUES(649,121,447,0.99,1);
INSERT INTO "InvoiceLine" VALUES(652,121,453,0.99,1);
INSERT INTO "InvoiceLine" VALUES(655,122,465,0.99,1);
INSERT INTO "InvoiceLine" VALUES(658,122,477,0.99,1);
INSERT INTO "InvoiceLine" VALUES(659,123,483,0.99,1);
INSERT INTO "InvoiceLine" VALUES(660,123,489,0.99,1);
INSERT INTO "InvoiceLine" VALUES(661,123,495,0.99,1);
INSERT INTO "InvoiceLine" VALUES(665,123,519,0.99,1);
INSERT INTO "InvoiceLine" VALUES(666,123,525,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1178,217,186,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1181,219,192,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1184,219,198,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1187,220,210,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1190,220,222,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1191,221,228,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1192,221,234,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1193,221,240,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1194,221,246,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1195,221,252,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1196,221,258,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1197,221,264,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1198,221,270,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1199,221,276,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1200,222,285,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1201,222,294,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1202,222,303,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1203,222,312,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1204,222,321,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1205,222,330,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1206,222,339,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1207,222,348,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1208,222,357,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1209,222,366,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1210,222,375,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1211,222,384,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1212,222,393,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1213,222,402,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1215,224,417,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1217,225,420,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1220,226,426,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1224,227,438,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1227,227,450,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1728,319,3,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1729,319,9,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1730,319,15,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1731,319,21,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1732,320,30,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1733,320,39,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1734,320,48,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1735,320,57,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1736,320,66,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1737,320,75,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1738,320,84,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1739,320,93,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1740,320,102,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1741,320,111,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1742,320,120,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1743,320,129,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1744,320,138,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1745,320,147,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1747,322,162,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1749,323,165,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1752,324,171,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1756,325,183,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1759,325,195,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1784,328,393,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1788,330,399,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1791,331,405,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1793,332,411,0.99,1);
INSERT INTO "InvoiceLine" VALUES(1796,332,423,0.99,1);
CREATE TABLE [MediaType]
(
    [MediaTypeId] INTEGER  NOT NULL,
    [Name] NVARCHAR(120),
    CONSTRAINT [PK_MediaType] PRIMARY KEY  ([MediaTypeId])
);
INSERT INTO "MediaType" VALUES(1,'MPEG audio file');
INSERT INTO "MediaType" VALUES(2,'Protected AAC audio file');
CREATE TABLE [Playlist]
(
    [PlaylistId] INTEGER  NOT NULL,
    [Name] NVARCHAR(120),
    CONSTRAINT [PK_Playlist] PRIMARY KEY  ([PlaylistId])
);
INSERT INTO "Playlist" VALUES(1,'Music');
INSERT INTO "Playlist" VALUES(5,'90’s Music');
INSERT INTO "Playlist" VALUES(11,'Brazilian Music');
INSERT INTO "Playlist" VALUES(17,'Heavy Metal Classic');
CREATE TABLE [PlaylistTrack]
(
    [PlaylistId] INTEGER  NOT NULL,
    [TrackId] INTEGER  NOT NULL,
    CONSTRAINT [PK_PlaylistTrack] PRIMARY KEY  ([PlaylistId], [TrackId]),
    FOREIGN KEY ([PlaylistId]) REFERENCES [Playlist] ([PlaylistId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION,
    FOREIGN KEY ([TrackId]) REFERENCES [Track] ([TrackId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
INSERT INTO "PlaylistTrack" VALUES(1,99);
INSERT INTO "PlaylistTrack" VALUES(1,102);
INSERT INTO "PlaylistTrack" VALUES(1,105);
INSERT INTO "PlaylistTrack" VALUES(1,108);
INSERT INTO "PlaylistTrack" VALUES(1,168);
INSERT INTO "PlaylistTrack" VALUES(1,171);
INSERT INTO "PlaylistTrack" VALUES(1,174);
INSERT INTO "PlaylistTrack" VALUES(1,177);
INSERT INTO "PlaylistTrack" VALUES(1,180);
INSERT INTO "PlaylistTrack" VALUES(1,468);
INSERT INTO "PlaylistTrack" VALUES(1,471);
INSERT INTO "PlaylistTrack" VALUES(1,474);
INSERT INTO "PlaylistTrack" VALUES(1,477);
INSERT INTO "PlaylistTrack" VALUES(1,480);
INSERT INTO "PlaylistTrack" VALUES(1,483);
INSERT INTO "PlaylistTrack" VALUES(1,486);
INSERT INTO "PlaylistTrack" VALUES(1,195);
INSERT INTO "PlaylistTrack" VALUES(1,198);
INSERT INTO "PlaylistTrack" VALUES(1,201);
INSERT INTO "PlaylistTrack" VALUES(1,204);
INSERT INTO "PlaylistTrack" VALUES(1,63);
INSERT INTO "PlaylistTrack" VALUES(1,66);
INSERT INTO "PlaylistTrack" VALUES(1,69);
INSERT INTO "PlaylistTrack" VALUES(1,72);
INSERT INTO "PlaylistTrack" VALUES(1,75);
INSERT INTO "PlaylistTrack" VALUES(1,123);
INSERT INTO "PlaylistTrack" VALUES(1,126);
INSERT INTO "PlaylistTrack" VALUES(1,129);
INSERT INTO "PlaylistTrack" VALUES(1,456);
INSERT INTO "PlaylistTrack" VALUES(1,459);
INSERT INTO "PlaylistTrack" VALUES(1,462);
INSERT INTO "PlaylistTrack" VALUES(1,465);
INSERT INTO "PlaylistTrack" VALUES(1,516);
INSERT INTO "PlaylistTrack" VALUES(1,519);
INSERT INTO "PlaylistTrack" VALUES(1,522);
INSERT INTO "PlaylistTrack" VALUES(1,525);
INSERT INTO "PlaylistTrack" VALUES(1,528);
INSERT INTO "PlaylistTrack" VALUES(1,207);
INSERT INTO "PlaylistTrack" VALUES(1,210);
INSERT INTO "PlaylistTrack" VALUES(1,213);
INSERT INTO "PlaylistTrack" VALUES(1,216);
INSERT INTO "PlaylistTrack" VALUES(1,219);
INSERT INTO "PlaylistTrack" VALUES(1,222);
INSERT INTO "PlaylistTrack" VALUES(1,225);
INSERT INTO "PlaylistTrack" VALUES(1,228);
INSERT INTO "PlaylistTrack" VALUES(1,231);
INSERT INTO "PlaylistTrack" VALUES(1,234);
INSERT INTO "PlaylistTrack" VALUES(1,237);
INSERT INTO "PlaylistTrack" VALUES(1,240);
INSERT INTO "PlaylistTrack" VALUES(1,243);
INSERT INTO "PlaylistTrack" VALUES(1,246);
INSERT INTO "PlaylistTrack" VALUES(1,249);
INSERT INTO "PlaylistTrack" VALUES(1,252);
INSERT INTO "PlaylistTrack" VALUES(1,255);
INSERT INTO "PlaylistTrack" VALUES(1,258);
INSERT INTO "PlaylistTrack" VALUES(1,261);
INSERT INTO "PlaylistTrack" VALUES(1,264);
INSERT INTO "PlaylistTrack" VALUES(1,267);
INSERT INTO "PlaylistTrack" VALUES(1,270);
INSERT INTO "PlaylistTrack" VALUES(1,273);
INSERT INTO "PlaylistTrack" VALUES(1,276);
INSERT INTO "PlaylistTrack" VALUES(1,279);
INSERT INTO "PlaylistTrack" VALUES(1,315);
INSERT INTO "PlaylistTrack" VALUES(1,318);
INSERT INTO "PlaylistTrack" VALUES(1,321);
INSERT INTO "PlaylistTrack" VALUES(1,399);
INSERT INTO "PlaylistTrack" VALUES(1,402);
INSERT INTO "PlaylistTrack" VALUES(1,396);
INSERT INTO "PlaylistTrack" VALUES(1,390);
INSERT INTO "PlaylistTrack" VALUES(1,405);
INSERT INTO "PlaylistTrack" VALUES(1,378);
INSERT INTO "PlaylistTrack" VALUES(1,381);
INSERT INTO "PlaylistTrack" VALUES(1,384);
INSERT INTO "PlaylistTrack" VALUES(1,375);
INSERT INTO "PlaylistTrack" VALUES(1,387);
INSERT INTO "PlaylistTrack" VALUES(1,393);
INSERT INTO "PlaylistTrack" VALUES(1,78);
INSERT INTO "PlaylistTrack" VALUES(1,81);
INSERT INTO "PlaylistTrack" VALUES(1,84);
INSERT INTO "PlaylistTrack" VALUES(1,132);
INSERT INTO "PlaylistTrack" VALUES(1,135);
INSERT INTO "PlaylistTrack" VALUES(1,138);
INSERT INTO "PlaylistTrack" VALUES(1,141);
INSERT INTO "PlaylistTrack" VALUES(1,144);
INSERT INTO "PlaylistTrack" VALUES(1,147);
INSERT INTO "PlaylistTrack" VALUES(1,150);
INSERT INTO "PlaylistTrack" VALUES(1,153);
INSERT INTO "PlaylistTrack" VALUES(1,156);
INSERT INTO "PlaylistTrack" VALUES(1,159);
INSERT INTO "PlaylistTrack" VALUES(1,162);
INSERT INTO "PlaylistTrack" VALUES(1,165);
INSERT INTO "PlaylistTrack" VALUES(1,183);
INSERT INTO "PlaylistTrack" VALUES(1,186);
INSERT INTO "PlaylistTrack" VALUES(1,189);
INSERT INTO "PlaylistTrack" VALUES(1,192);
INSERT INTO "PlaylistTrack" VALUES(1,408);
INSERT INTO "PlaylistTrack" VALUES(1,411);
INSERT INTO "PlaylistTrack" VALUES(1,414);
INSERT INTO "PlaylistTrack" VALUES(1,417);
INSERT INTO "PlaylistTrack" VALUES(1,324);
INSERT INTO "PlaylistTrack" VALUES(1,327);
INSERT INTO "PlaylistTrack" VALUES(1,330);
INSERT INTO "PlaylistTrack" VALUES(1,333);
INSERT INTO "PlaylistTrack" VALUES(1,336);
INSERT INTO "PlaylistTrack" VALUES(1,282);
INSERT INTO "PlaylistTrack" VALUES(1,285);
INSERT INTO "PlaylistTrack" VALUES(1,288);
INSERT INTO "PlaylistTrack" VALUES(1,291);
INSERT INTO "PlaylistTrack" VALUES(1,294);
INSERT INTO "PlaylistTrack" VALUES(1,297);
INSERT INTO "PlaylistTrack" VALUES(1,300);
INSERT INTO "PlaylistTrack" VALUES(1,303);
INSERT INTO "PlaylistTrack" VALUES(1,306);
INSERT INTO "PlaylistTrack" VALUES(1,309);
INSERT INTO "PlaylistTrack" VALUES(1,312);
INSERT INTO "PlaylistTrack" VALUES(1,6);
INSERT INTO "PlaylistTrack" VALUES(1,9);
INSERT INTO "PlaylistTrack" VALUES(1,12);
INSERT INTO "PlaylistTrack" VALUES(1,15);
INSERT INTO "PlaylistTrack" VALUES(1,18);
INSERT INTO "PlaylistTrack" VALUES(1,21);
INSERT INTO "PlaylistTrack" VALUES(1,3);
INSERT INTO "PlaylistTrack" VALUES(1,24);
INSERT INTO "PlaylistTrack" VALUES(1,27);
INSERT INTO "PlaylistTrack" VALUES(1,30);
INSERT INTO "PlaylistTrack" VALUES(1,33);
INSERT INTO "PlaylistTrack" VALUES(1,36);
INSERT INTO "PlaylistTrack" VALUES(1,39);
INSERT INTO "PlaylistTrack" VALUES(1,42);
INSERT INTO "PlaylistTrack" VALUES(1,45);
INSERT INTO "PlaylistTrack" VALUES(1,48);
INSERT INTO "PlaylistTrack" VALUES(1,51);
INSERT INTO "PlaylistTrack" VALUES(1,54);
INSERT INTO "PlaylistTrack" VALUES(1,57);
INSERT INTO "PlaylistTrack" VALUES(1,60);
INSERT INTO "PlaylistTrack" VALUES(1,87);
INSERT INTO "PlaylistTrack" VALUES(1,90);
INSERT INTO "PlaylistTrack" VALUES(1,93);
INSERT INTO "PlaylistTrack" VALUES(1,96);
INSERT INTO "PlaylistTrack" VALUES(1,489);
INSERT INTO "PlaylistTrack" VALUES(1,492);
INSERT INTO "PlaylistTrack" VALUES(1,495);
INSERT INTO "PlaylistTrack" VALUES(1,498);
INSERT INTO "PlaylistTrack" VALUES(1,351);
INSERT INTO "PlaylistTrack" VALUES(1,354);
INSERT INTO "PlaylistTrack" VALUES(1,357);
INSERT INTO "PlaylistTrack" VALUES(1,438);
INSERT INTO "PlaylistTrack" VALUES(1,441);
INSERT INTO "PlaylistTrack" VALUES(1,444);
INSERT INTO "PlaylistTrack" VALUES(1,447);
INSERT INTO "PlaylistTrack" VALUES(1,450);
INSERT INTO "PlaylistTrack" VALUES(1,453);
INSERT INTO "PlaylistTrack" VALUES(1,339);
INSERT INTO "PlaylistTrack" VALUES(1,342);
INSERT INTO "PlaylistTrack" VALUES(1,345);
INSERT INTO "PlaylistTrack" VALUES(1,348);
INSERT INTO "PlaylistTrack" VALUES(1,420);
INSERT INTO "PlaylistTrack" VALUES(1,423);
INSERT INTO "PlaylistTrack" VALUES(1,426);
INSERT INTO "PlaylistTrack" VALUES(1,429);
INSERT INTO "PlaylistTrack" VALUES(1,432);
INSERT INTO "PlaylistTrack" VALUES(1,435);
INSERT INTO "PlaylistTrack" VALUES(1,111);
INSERT INTO "PlaylistTrack" VALUES(1,114);
INSERT INTO "PlaylistTrack" VALUES(1,117);
INSERT INTO "PlaylistTrack" VALUES(1,120);
INSERT INTO "PlaylistTrack" VALUES(1,360);
INSERT INTO "PlaylistTrack" VALUES(1,363);
INSERT INTO "PlaylistTrack" VALUES(1,366);
INSERT INTO "PlaylistTrack" VALUES(1,369);
INSERT INTO "PlaylistTrack" VALUES(1,372);
INSERT INTO "PlaylistTrack" VALUES(5,51);
INSERT INTO "PlaylistTrack" VALUES(5,54);
INSERT INTO "PlaylistTrack" VALUES(5,57);
INSERT INTO "PlaylistTrack" VALUES(5,60);
INSERT INTO "PlaylistTrack" VALUES(5,168);
INSERT INTO "PlaylistTrack" VALUES(5,171);
INSERT INTO "PlaylistTrack" VALUES(5,174);
INSERT INTO "PlaylistTrack" VALUES(5,177);
INSERT INTO "PlaylistTrack" VALUES(5,180);
INSERT INTO "PlaylistTrack" VALUES(5,24);
INSERT INTO "PlaylistTrack" VALUES(5,27);
INSERT INTO "PlaylistTrack" VALUES(5,30);
INSERT INTO "PlaylistTrack" VALUES(5,33);
INSERT INTO "PlaylistTrack" VALUES(5,36);
INSERT INTO "PlaylistTrack" VALUES(5,111);
INSERT INTO "PlaylistTrack" VALUES(5,114);
INSERT INTO "PlaylistTrack" VALUES(5,117);
INSERT INTO "PlaylistTrack" VALUES(5,120);
INSERT INTO "PlaylistTrack" VALUES(5,516);
INSERT INTO "PlaylistTrack" VALUES(5,519);
INSERT INTO "PlaylistTrack" VALUES(5,522);
INSERT INTO "PlaylistTrack" VALUES(5,525);
INSERT INTO "PlaylistTrack" VALUES(5,528);
INSERT INTO "PlaylistTrack" VALUES(5,270);
INSERT INTO "PlaylistTrack" VALUES(5,273);
INSERT INTO "PlaylistTrack" VALUES(5,276);
INSERT INTO "PlaylistTrack" VALUES(5,279);
INSERT INTO "PlaylistTrack" VALUES(5,471);
INSERT INTO "PlaylistTrack" VALUES(5,474);
INSERT INTO "PlaylistTrack" VALUES(5,3);
INSERT INTO "PlaylistTrack" VALUES(5,39);
INSERT INTO "PlaylistTrack" VALUES(5,42);
INSERT INTO "PlaylistTrack" VALUES(5,45);
INSERT INTO "PlaylistTrack" VALUES(5,48);
INSERT INTO "PlaylistTrack" VALUES(5,477);
INSERT INTO "PlaylistTrack" VALUES(5,480);
INSERT INTO "PlaylistTrack" VALUES(5,78);
INSERT INTO "PlaylistTrack" VALUES(5,81);
INSERT INTO "PlaylistTrack" VALUES(5,84);
INSERT INTO "PlaylistTrack" VALUES(5,246);
INSERT INTO "PlaylistTrack" VALUES(5,249);
INSERT INTO "PlaylistTrack" VALUES(5,252);
INSERT INTO "PlaylistTrack" VALUES(5,255);
INSERT INTO "PlaylistTrack" VALUES(5,258);
INSERT INTO "PlaylistTrack" VALUES(5,261);
INSERT INTO "PlaylistTrack" VALUES(5,264);
INSERT INTO "PlaylistTrack" VALUES(5,267);
INSERT INTO "PlaylistTrack" VALUES(5,456);
INSERT INTO "PlaylistTrack" VALUES(5,459);
INSERT INTO "PlaylistTrack" VALUES(5,462);
INSERT INTO "PlaylistTrack" VALUES(5,465);
INSERT INTO "PlaylistTrack" VALUES(5,483);
INSERT INTO "PlaylistTrack" VALUES(5,438);
INSERT INTO "PlaylistTrack" VALUES(5,441);
INSERT INTO "PlaylistTrack" VALUES(5,444);
INSERT INTO "PlaylistTrack" VALUES(5,447);
INSERT INTO "PlaylistTrack" VALUES(5,450);
INSERT INTO "PlaylistTrack" VALUES(5,453);
INSERT INTO "PlaylistTrack" VALUES(5,339);
INSERT INTO "PlaylistTrack" VALUES(5,342);
INSERT INTO "PlaylistTrack" VALUES(5,345);
INSERT INTO "PlaylistTrack" VALUES(5,348);
INSERT INTO "PlaylistTrack" VALUES(5,183);
INSERT INTO "PlaylistTrack" VALUES(5,186);
INSERT INTO "PlaylistTrack" VALUES(5,189);
INSERT INTO "PlaylistTrack" VALUES(5,192);
INSERT INTO "PlaylistTrack" VALUES(5,207);
INSERT INTO "PlaylistTrack" VALUES(5,210);
INSERT INTO "PlaylistTrack" VALUES(5,213);
INSERT INTO "PlaylistTrack" VALUES(5,216);
INSERT INTO "PlaylistTrack" VALUES(5,219);
INSERT INTO "PlaylistTrack" VALUES(5,222);
INSERT INTO "PlaylistTrack" VALUES(5,408);
INSERT INTO "PlaylistTrack" VALUES(5,411);
INSERT INTO "PlaylistTrack" VALUES(5,414);
INSERT INTO "PlaylistTrack" VALUES(5,417);
INSERT INTO "PlaylistTrack" VALUES(5,300);
INSERT INTO "PlaylistTrack" VALUES(5,303);
INSERT INTO "PlaylistTrack" VALUES(5,306);
INSERT INTO "PlaylistTrack" VALUES(5,309);
INSERT INTO "PlaylistTrack" VALUES(5,312);
INSERT INTO "PlaylistTrack" VALUES(11,516);
INSERT INTO "PlaylistTrack" VALUES(11,219);
INSERT INTO "PlaylistTrack" VALUES(11,228);
INSERT INTO "PlaylistTrack" VALUES(11,393);
INSERT INTO "PlaylistTrack" VALUES(17,3);
CREATE TABLE [Track]
(
    [TrackId] INTEGER  NOT NULL,
    [Name] NVARCHAR(200)  NOT NULL,
    [AlbumId] INTEGER,
    [MediaTypeId] INTEGER  NOT NULL,
    [GenreId] INTEGER,
    [Composer] NVARCHAR(220),
    [Milliseconds] INTEGER  NOT NULL,
    [Bytes] INTEGER,
    [UnitPrice] NUMERIC(10,2)  NOT NULL,
    CONSTRAINT [PK_Track] PRIMARY KEY  ([TrackId]),
    FOREIGN KEY ([AlbumId]) REFERENCES [Album] ([AlbumId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION,
    FOREIGN KEY ([GenreId]) REFERENCES [Genre] ([GenreId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION,
    FOREIGN KEY ([MediaTypeId]) REFERENCES [MediaType] ([MediaTypeId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
INSERT INTO "Track" VALUES(3,'Fast As a Shark',3,2,1,'F. Baltes, S. Kaufman, U. Dirkscneider & W. Hoffman',230619,3990994,0.99);
INSERT INTO "Track" VALUES(6,'Put The Finger On You',1,1,1,'Angus Young, Malcolm Young, Brian Johnson',205662,6713451,0.99);
INSERT INTO "Track" VALUES(9,'Snowballed',1,1,1,'Angus Young, Malcolm Young, Brian Johnson',203102,6599424,0.99);
INSERT INTO "Track" VALUES(12,'Breaking The Rules',1,1,1,'Angus Young, Malcolm Young, Brian Johnson',263288,8596840,0.99);
INSERT INTO "Track" VALUES(15,'Go Down',4,1,1,'AC/DC',331180,10847611,0.99);
INSERT INTO "Track" VALUES(18,'Bad Boy Boogie',4,1,1,'AC/DC',267728,8776140,0.99);
INSERT INTO "Track" VALUES(21,'Hell Ain''t A Bad Place To Be',4,1,1,'AC/DC',254380,8331286,0.99);
INSERT INTO "Track" VALUES(24,'Love In An Elevator',5,1,1,'Steven Tyler, Joe Perry',321828,10552051,0.99);
INSERT INTO "Track" VALUES(27,'Dude (Looks Like A Lady)',5,1,1,'Steven Tyler, Joe Perry, Desmond Child',264855,8679940,0.99);
INSERT INTO "Track" VALUES(30,'Amazing',5,1,1,'Steven Tyler, Richie Supa',356519,11616195,0.99);
INSERT INTO "Track" VALUES(33,'The Other Side',5,1,1,'Steven Tyler, Jim Vallance',244375,7983270,0.99);
INSERT INTO "Track" VALUES(36,'Angel',5,1,1,'Steven Tyler, Desmond Child',307617,9989331,0.99);
INSERT INTO "Track" VALUES(39,'You Oughta Know',6,1,1,'Alanis Morissette & Glenn Ballard',249234,8196916,0.99);
INSERT INTO "Track" VALUES(42,'Right Through You',6,1,1,'Alanis Morissette & Glenn Ballard',176117,5793082,0.99);
INSERT INTO "Track" VALUES(45,'Head Over Feet',6,1,1,'Alanis Morissette & Glenn Ballard',267493,8758008,0.99);
INSERT INTO "Track" VALUES(48,'Not The Doctor',6,1,1,'Alanis Morissette & Glenn Ballard',227631,7604601,0.99);
INSERT INTO "Track" VALUES(51,'We Die Young',7,1,1,'Jerry Cantrell',152084,4925362,0.99);
INSERT INTO "Track" VALUES(54,'Bleed The Freak',7,1,1,'Jerry Cantrell',241946,7847716,0.99);
INSERT INTO "Track" VALUES(57,'It Ain''t Like That',7,1,1,'Jerry Cantrell, Michael Starr, Sean Kinney',277577,8993793,0.99);
INSERT INTO "Track" VALUES(60,'Confusion',7,1,1,'Jerry Cantrell, Michael Starr, Layne Staley',344163,11183647,0.99);
INSERT INTO "Track" VALUES(63,'Desafinado',8,1,2,NULL,185338,5990473,0.99);
INSERT INTO "Track" VALUES(66,'Por Causa De Você',8,1,2,NULL,169900,5536496,0.99);
INSERT INTO "Track" VALUES(69,'Dindi (Dindi)',8,1,2,NULL,253178,8149148,0.99);
INSERT INTO "Track" VALUES(72,'Angela',8,1,2,NULL,169508,5574957,0.99);
INSERT INTO "Track" VALUES(75,'O Boto (Bôto)',8,1,2,NULL,366837,12089673,0.99);
INSERT INTO "Track" VALUES(78,'Master Of Puppets',9,1,3,'Apocalyptica',436453,14375310,0.99);
INSERT INTO "Track" VALUES(81,'Sad But True',9,1,3,'Apocalyptica',288208,9405526,0.99);
INSERT INTO "Track" VALUES(84,'Welcome Home (Sanitarium)',9,1,3,'Apocalyptica',350197,11406431,0.99);
INSERT INTO "Track" VALUES(87,'Gasoline',10,1,1,'Audioslave/Chris Cornell',279457,6709793,0.99);
INSERT INTO "Track" VALUES(90,'Set It Off',10,1,1,'Audioslave/Chris Cornell',263262,6321091,0.99);
INSERT INTO "Track" VALUES(93,'Exploder',10,1,1,'Audioslave/Chris Cornell',206053,4948095,0.99);
INSERT INTO "Track" VALUES(96,'Light My Way',10,1,1,'Audioslave/Chris Cornell',303595,7289084,0.99);
INSERT INTO "Track" VALUES(99,'Your Time Has Come',11,1,4,'Cornell, Commerford, Morello, Wilk',255529,8273592,0.99);
INSERT INTO "Track" VALUES(102,'Doesn''t Remind Me',11,1,4,'Cornell, Commerford, Morello, Wilk',255869,8357387,0.99);
INSERT INTO "Track" VALUES(105,'The Worm',11,1,4,'Cornell, Commerford, Morello, Wilk',237714,7710800,0.99);
INSERT INTO "Track" VALUES(108,'Dandelion',11,1,4,'Cornell, Commerford, Morello, Wilk',278125,9003592,0.99);
INSERT INTO "Track" VALUES(111,'Money',12,1,5,'Berry Gordy, Jr./Janie Bradford',147591,2365897,0.99);
INSERT INTO "Track" VALUES(114,'Twist And Shout',12,1,5,'Bert Russell/Phil Medley',161123,2582553,0.99);
INSERT INTO "Track" VALUES(117,'Rock ''N'' Roll Music',12,1,5,'Chuck Berry',141923,2276788,0.99);
INSERT INTO "Track" VALUES(120,'Carol',12,1,5,'Chuck Berry',143830,2306019,0.99);
INSERT INTO "Track" VALUES(123,'Quadrant',13,1,2,'Billy Cobham',261851,8538199,0.99);
INSERT INTO "Track" VALUES(126,'Moon germs',13,1,2,'Billy Cobham',294060,9714812,0.99);
INSERT INTO "Track" VALUES(129,'Solo-Panhandler',13,1,2,'Billy Cobham',246151,8230661,0.99);
INSERT INTO "Track" VALUES(132,'13 Years Of Grief',14,1,3,NULL,246987,8137421,0.99);
INSERT INTO "Track" VALUES(135,'Super Terrorizer',14,1,3,NULL,319373,10513905,0.99);
INSERT INTO "Track" VALUES(138,'Bored To Tears',14,1,3,NULL,247327,8130090,0.99);
INSERT INTO "Track" VALUES(141,'World Of Trouble',14,1,3,NULL,359157,11820932,0.99);
INSERT INTO "Track" VALUES(144,'Heart Of Gold',15,1,3,NULL,194873,6417460,0.99);
INSERT INTO "Track" VALUES(147,'Blood In The Wall',15,1,3,NULL,284368,9359475,0.99);
INSERT INTO "Track" VALUES(150,'The Wizard',16,1,3,NULL,264829,8646737,0.99);
INSERT INTO "Track" VALUES(153,'Evil Woman',16,1,3,NULL,204930,6655170,0.99);
INSERT INTO "Track" VALUES(156,'Wheels Of Confusion / The Straightener',17,1,3,'Tony Iommi, Bill Ward, Geezer Butler, Ozzy Osbourne',494524,16065830,0.99);
INSERT INTO "Track" VALUES(159,'FX',17,1,3,'Tony Iommi, Bill Ward, Geezer Butler, Ozzy Osbourne',103157,3331776,0.99);
INSERT INTO "Track" VALUES(162,'Cornucopia',17,1,3,'Tony Iommi, Bill Ward, Geezer Butler, Ozzy Osbourne',234814,7653880,0.99);
INSERT INTO "Track" VALUES(165,'Under The Sun/Every Day Comes and Goes',17,1,3,'Tony Iommi, Bill Ward, Geezer Butler, Ozzy Osbourne',350458,11360486,0.99);
INSERT INTO "Track" VALUES(168,'Now Sports',18,1,4,NULL,4884,161266,0.99);
INSERT INTO "Track" VALUES(171,'Bowels Of The Devil',18,1,4,NULL,223216,7324125,0.99);
INSERT INTO "Track" VALUES(174,'D Note',18,1,4,NULL,95738,3067064,0.99);
INSERT INTO "Track" VALUES(177,'There Goes The Neighborhood',18,1,4,NULL,350171,11443471,0.99);
INSERT INTO "Track" VALUES(180,'Body Count Anthem',18,1,4,NULL,166426,5463690,0.99);
INSERT INTO "Track" VALUES(183,'King In Crimson',19,1,3,'Roy Z',283167,9218499,0.99);
INSERT INTO "Track" VALUES(186,'Killing Floor',19,1,3,'Adrian Smith',269557,8854240,0.99);
INSERT INTO "Track" VALUES(189,'Jerusalem',19,1,3,'Roy Z',402390,13194463,0.99);
INSERT INTO "Track" VALUES(192,'The Alchemist',19,1,3,'Roy Z',509413,16545657,0.99);
INSERT INTO "Track" VALUES(195,'Let Me Love You Baby',20,1,6,'Willie Dixon',175386,5716994,0.99);
INSERT INTO "Track" VALUES(198,'When My Left Eye Jumps',20,1,6,'Al Perkins/Willie Dixon',235311,7685363,0.99);
INSERT INTO "Track" VALUES(201,'Keep It To Myself (Aka Keep It To Yourself)',20,1,6,'Sonny Boy Williamson [I]',166060,5487056,0.99);
INSERT INTO "Track" VALUES(204,'Talkin'' ''Bout Women Obviously',20,1,6,'Amos Blakemore/Buddy Guy',589531,19161377,0.99);
INSERT INTO "Track" VALUES(207,'Meditação',21,1,7,'Tom Jobim - Newton Mendoça',148793,4865597,0.99);
INSERT INTO "Track" VALUES(210,'Texto "Verdade Tropical"',21,1,7,'Caetano Veloso',84088,2752161,0.99);
INSERT INTO "Track" VALUES(213,'Saudosismo',21,1,7,'Caetano Veloso',144326,4726981,0.99);
INSERT INTO "Track" VALUES(216,'Esse Cara',21,1,7,'Caetano Veloso',223111,7217126,0.99);
INSERT INTO "Track" VALUES(219,'Odara',21,1,7,'Caetano Veloso',141270,4704104,0.99);
INSERT INTO "Track" VALUES(222,'Vida Boa',21,1,7,'Fausto Nilo - Armandinho',281730,9411272,0.99);
INSERT INTO "Track" VALUES(225,'Sozinho (Caêdrum ''n'' Bass)',22,1,7,NULL,328071,10975007,0.99);
INSERT INTO "Track" VALUES(228,'Vai Passar',23,1,7,NULL,369763,12359161,0.99);
INSERT INTO "Track" VALUES(231,'Atras Da Porta',23,1,7,NULL,189675,6132843,0.99);
INSERT INTO "Track" VALUES(234,'Morena De Angola',23,1,7,NULL,186801,6373932,0.99);
INSERT INTO "Track" VALUES(237,'Minha Historia',23,1,7,NULL,182256,6029673,0.99);
INSERT INTO "Track" VALUES(240,'Meu Caro Amigo',23,1,7,NULL,260257,8778172,0.99);
INSERT INTO "Track" VALUES(243,'Vai Trabalhar Vagabundo',23,1,7,NULL,139154,4693941,0.99);
INSERT INTO "Track" VALUES(246,'Mateus Enter',24,1,7,'Chico Science',33149,1103013,0.99);
INSERT INTO "Track" VALUES(249,'Quilombo Groove [Instrumental]',24,1,7,'Chico Science',151823,5042447,0.99);
INSERT INTO "Track" VALUES(252,'Samba Do Lado',24,1,7,'Chico Science',227317,7541688,0.99);
INSERT INTO "Track" VALUES(255,'Corpo De Lama',24,1,7,'Chico Science',232672,7714954,0.99);
INSERT INTO "Track" VALUES(258,'Um Satélite Na Cabeça',24,1,7,'Chico Science',126615,4272821,0.99);
INSERT INTO "Track" VALUES(261,'Enquanto O Mundo Explode',24,1,7,'Chico Science',88764,2968650,0.99);
INSERT INTO "Track" VALUES(264,'Amor De Muito',24,1,7,'Chico Science',175333,5881293,0.99);
INSERT INTO "Track" VALUES(267,'Maracatu Atômico [Ragga Mix]',24,1,7,'Chico Science',210155,6986421,0.99);
INSERT INTO "Track" VALUES(270,'Banditismo Por Uma Questa',25,1,7,NULL,243644,8147224,0.99);
INSERT INTO "Track" VALUES(273,'Praiera',25,1,7,NULL,183640,6172781,0.99);
INSERT INTO "Track" VALUES(276,'Maracatu De Tiro Certeiro',25,1,7,NULL,88868,2901397,0.99);
INSERT INTO "Track" VALUES(279,'Risoflora',25,1,7,NULL,105586,3536938,0.99);
INSERT INTO "Track" VALUES(282,'Girassol',26,1,8,'Bino Farias/Da Gama/Lazão/Pedro Luis/Toni Garrido',249808,8327676,0.99);
INSERT INTO "Track" VALUES(285,'Soldado Da Paz',26,1,8,'Herbert Vianna',194220,6455080,0.99);
INSERT INTO "Track" VALUES(288,'O Erê',26,1,8,'Bernardo Vilhena/Bino Farias/Da Gama/Lazão/Toni Garrido',236382,7866924,0.99);
INSERT INTO "Track" VALUES(291,'Berlim',26,1,8,'Da Gama/Toni Garrido',207542,6920424,0.99);
INSERT INTO "Track" VALUES(294,'Pensamento',26,1,8,'Bino Farias/Da Gamma/Lazão/Rás Bernard',173008,5748424,0.99);
INSERT INTO "Track" VALUES(297,'Mensagem',26,1,8,'Bino Farias/Da Gama/Lazão/Rás Bernardo',225332,7488852,0.99);
INSERT INTO "Track" VALUES(300,'O Erê',27,1,8,'Bernardo Vilhena/Bino/Da Gama/Lazao/Toni Garrido',206942,6950332,0.99);
INSERT INTO "Track" VALUES(303,'Falar A Verdade',27,1,8,'Bino/Da Gama/Ras Bernardo',244950,8189093,0.99);
INSERT INTO "Track" VALUES(306,'Realidade Virtual',27,1,8,'Bino/Da Gamma/Lazao/Toni Garrido',240300,8069934,0.99);
INSERT INTO "Track" VALUES(309,'Downtown',27,1,8,'Cidade Negra',239725,8024386,0.99);
INSERT INTO "Track" VALUES(312,'Eu Também Quero Beijar',27,1,8,'Fausto Nilo/Moraes Moreira/Pepeu Gomes',211147,7029400,0.99);
INSERT INTO "Track" VALUES(315,'Cada Um Cada Um (A Namoradeira)',28,1,7,NULL,253492,8441034,0.99);
INSERT INTO "Track" VALUES(318,'Férias',28,1,7,NULL,264202,8731945,0.99);
INSERT INTO "Track" VALUES(321,'Felicidade Urgente',28,1,7,NULL,266605,8873358,0.99);
INSERT INTO "Track" VALUES(324,'Pererê',29,1,9,'Augusto Conceição/Chiclete Com Banana',198661,6643207,0.99);
INSERT INTO "Track" VALUES(327,'Daniela',29,1,9,'Jorge Cardoso/Pierre Onasis',230791,7748006,0.99);
INSERT INTO "Track" VALUES(330,'Levada do Amor (Ailoviu)',29,1,9,'Luiz Wanderley/Paulo Levi',190093,6457752,0.99);
INSERT INTO "Track" VALUES(333,'É que Nessa Encarnação Eu Nasci Manga',29,1,9,'Lucina/Luli',196519,6568081,0.99);
INSERT INTO "Track" VALUES(336,'Latinha de Cerveja',29,1,9,'Adriano Bernandes/Edmar Neves',166687,5532564,0.99);
INSERT INTO "Track" VALUES(339,'Communication Breakdown',30,1,1,'Jimmy Page/John Bonham/John Paul Jones',192653,6287257,0.99);
INSERT INTO "Track" VALUES(342,'What is and Should Never Be',30,1,1,'Jimmy Page/Robert Plant',260675,8497116,0.99);
INSERT INTO "Track" VALUES(345,'Whole Lotta Love',30,1,1,NULL,373394,12258175,0.99);
INSERT INTO "Track" VALUES(348,'I Can''t Quit You Baby(2)',30,1,1,'Willie Dixon',380551,12377615,0.99);
INSERT INTO "Track" VALUES(351,'Debra Kadabra',31,1,1,'Frank Zappa',234553,7649679,0.99);
INSERT INTO "Track" VALUES(354,'Poofter''s Froth Wyoming Plans Ahead',31,1,1,'Frank Zappa',183902,6007019,0.99);
INSERT INTO "Track" VALUES(357,'Advance Romance',31,1,1,'Frank Zappa',677694,22080051,0.99);
INSERT INTO "Track" VALUES(360,'Vai-Vai 2001',32,1,10,NULL,276349,9402241,0.99);
INSERT INTO "Track" VALUES(363,'Nene 2001',32,1,10,NULL,284969,9694508,0.99);
INSERT INTO "Track" VALUES(366,'Camisa Verde 2001',32,1,10,NULL,283454,9633755,0.99);
INSERT INTO "Track" VALUES(369,'Aguia De Ouro 2001',32,1,10,NULL,284160,9698729,0.99);
INSERT INTO "Track" VALUES(372,'Perola Negra 2001',32,1,10,NULL,281626,9619196,0.99);
INSERT INTO "Track" VALUES(375,'Mas Que Nada',33,1,7,'Jorge Ben',248398,8255254,0.99);
INSERT INTO "Track" VALUES(378,'Wave (Vou te Contar)',33,1,7,'Antonio Carlos Jobim',271647,9057557,0.99);
INSERT INTO "Track" VALUES(381,'Pode Parar',33,1,7,'Jorge Vercilo/Jota Maranhao',179408,6046678,0.99);
INSERT INTO "Track" VALUES(384,'Mistério da Raça',33,1,7,'Luiz Melodia/Ricardo Augusto',184320,6191752,0.99);
INSERT INTO "Track" VALUES(387,'Pescador de Ilusões',33,1,7,'Macelo Yuka/O Rappa',245524,8267067,0.99);
INSERT INTO "Track" VALUES(390,'Sambassim (dj patife remix)',33,1,7,'Alba Carvalho/Fernando Porto',213655,7243166,0.99);
INSERT INTO "Track" VALUES(393,'Tarde Em Itapoã',34,1,7,'Vários',313704,10344491,0.99);
INSERT INTO "Track" VALUES(396,'Alô Alô Marciano',34,1,7,'Vários',238106,8013065,0.99);
INSERT INTO "Track" VALUES(399,'Abrir A Porta',34,1,7,'Vários',271960,8991141,0.99);
INSERT INTO "Track" VALUES(402,'Um Jantar Pra Dois',34,1,7,'Vários',237714,7819755,0.99);
INSERT INTO "Track" VALUES(405,'Santo Antonio',34,1,7,'Vários',162716,5492069,0.99);
INSERT INTO "Track" VALUES(408,'Free Speech For The Dumb',35,1,3,'Molaney/Morris/Roberts/Wainwright',155428,5076048,0.99);
INSERT INTO "Track" VALUES(411,'Turn The Page',35,1,3,'Seger',366524,11946327,0.99);
INSERT INTO "Track" VALUES(414,'Mercyful Fate',35,1,3,'Diamond/Shermann',671712,21942829,0.99);
INSERT INTO "Track" VALUES(417,'Tuesday''s Gone',35,1,3,'Collins/Van Zandt',545750,17900787,0.99);
INSERT INTO "Track" VALUES(420,'Under Pressure',36,1,1,'Queen & David Bowie',236617,7739042,0.99);
INSERT INTO "Track" VALUES(423,'I Want To Break Free',36,1,1,'John Deacon',259108,8552861,0.99);
INSERT INTO "Track" VALUES(426,'Breakthru',36,1,1,'Queen',249234,8150479,0.99);
INSERT INTO "Track" VALUES(429,'The Miracle',36,1,1,'Queen',294974,9671923,0.99);
INSERT INTO "Track" VALUES(432,'Hammer To Fall',36,1,1,'Brian May',220316,7255404,0.99);
INSERT INTO "Track" VALUES(435,'One Vision',36,1,1,'Queen',242599,7936928,0.99);
INSERT INTO "Track" VALUES(438,'Hard Luck Woman',37,1,1,'Paul Stanley',216032,7109267,0.99);
INSERT INTO "Track" VALUES(441,'Deuce',37,1,1,'Gene Simmons',185077,6097210,0.99);
INSERT INTO "Track" VALUES(444,'Do You Love Me',37,1,1,'Paul Stanley, B. Ezrin, K. Fowley',214987,6976194,0.99);
INSERT INTO "Track" VALUES(447,'Shout It Out Loud',37,1,1,'Paul Stanley, Gene Simmons, B. Ezrin',219742,7194424,0.99);
INSERT INTO "Track" VALUES(450,'Beth',37,1,1,'S. Penridge, Bob Ezrin, Peter Criss',166974,5360574,0.99);
INSERT INTO "Track" VALUES(453,'Cold Gin',37,1,1,'Ace Frehley',262243,8609783,0.99);
INSERT INTO "Track" VALUES(456,'Heart of the Night',38,1,2,NULL,273737,9098263,0.99);
INSERT INTO "Track" VALUES(459,'Midnight',38,1,2,NULL,266866,8851060,0.99);
INSERT INTO "Track" VALUES(462,'Valentino''s',38,1,2,NULL,296124,9848545,0.99);
INSERT INTO "Track" VALUES(465,'When Evening Falls',38,1,2,NULL,298135,9863942,0.99);
INSERT INTO "Track" VALUES(468,'Maria',39,1,4,'Billie Joe Armstrong -Words Green Day -Music',167262,5484747,0.99);
INSERT INTO "Track" VALUES(471,'Welcome To Paradise',39,1,4,'Billie Joe Armstrong -Words Green Day -Music',224208,7406008,0.99);
INSERT INTO "Track" VALUES(474,'She',39,1,4,'Billie Joe Armstrong -Words Green Day -Music',134164,4425128,0.99);
INSERT INTO "Track" VALUES(477,'Brain Stew',39,1,4,'Billie Joe Armstrong -Words Green Day -Music',193149,6305550,0.99);
INSERT INTO "Track" VALUES(480,'Stuck With Me',39,1,4,'Billie Joe Armstrong -Words Green Day -Music',135523,4431357,0.99);
INSERT INTO "Track" VALUES(483,'Redundant',39,1,4,'Billie Joe Armstrong -Words Green Day -Music',198164,6481753,0.99);
INSERT INTO "Track" VALUES(486,'Warning',39,1,4,'Billie Joe Armstrong -Words Green Day -Music',221910,7343176,0.99);
INSERT INTO "Track" VALUES(489,'Into The Light',40,1,1,'David Coverdale',76303,2452653,0.99);
INSERT INTO "Track" VALUES(492,'Don''t You Cry',40,1,1,'David Coverdale',347036,11269612,0.99);
INSERT INTO "Track" VALUES(495,'Cry For Love',40,1,1,'Bossi/David Coverdale/Earl Slick',293015,9567075,0.99);
INSERT INTO "Track" VALUES(498,'Too Many Tears',40,1,1,'Adrian Vanderberg/David Coverdale',359497,11810238,0.99);
INSERT INTO "Track" VALUES(516,'Voce e Linda',23,1,7,NULL,242938,8050268,0.99);
INSERT INTO "Track" VALUES(519,'Voce Nao Entende Nada - Cotidiano',23,1,7,NULL,421982,13885612,0.99);
INSERT INTO "Track" VALUES(522,'Qualquer Coisa',23,1,7,NULL,193410,6372433,0.99);
INSERT INTO "Track" VALUES(525,'O Leaozinho',23,1,7,NULL,184398,6098150,0.99);
INSERT INTO "Track" VALUES(528,'Alegria, Alegria',23,1,7,NULL,169221,5497025,0.99);
CREATE INDEX [IFK_AlbumArtistId] ON [Album] ([ArtistId]);
CREATE INDEX [IFK_CustomerSupportRepId] ON [Customer] ([SupportRepId]);
CREATE INDEX [IFK_EmployeeReportsTo] ON [Employee] ([ReportsTo]);
CREATE INDEX [IFK_InvoiceCustomerId] ON [Invoice] ([CustomerId]);
CREATE INDEX [IFK_InvoiceLineInvoiceId] ON [InvoiceLine] ([InvoiceId]);
CREATE INDEX [IFK_InvoiceLineTrackId] ON [InvoiceLine] ([TrackId]);
CREATE INDEX [IFK_PlaylistTrackPlaylistId] ON [PlaylistTrack] ([PlaylistId]);
CREATE INDEX [IFK_PlaylistTrackTrackId] ON [PlaylistTrack] ([TrackId]);
CREATE INDEX [IFK_TrackAlbumId] ON [Track] ([AlbumId]);
CREATE INDEX [IFK_TrackGenreId] ON [Track] ([GenreId]);
CREATE INDEX [IFK_TrackMediaTypeId] ON [Track] ([MediaTypeId]);
COMMIT;
