//! Payments in texts that are written out: how many count, and their sum; or the question that must come.

pub enum Comes {
    To(usize, &'static str),
    Asks(&'static str),
}
use Comes::{Asks, To};

pub const TEXTS: &[(&str, &str, Comes)] = &[
    (
        "a minus beside a word that has none elsewhere",
        "Datum;Text;Betrag;S/H\n13.01.2025;Miete;400,00;S\n14.01.2025;Gehalt;900,00;H\n15.01.2025;Storno Miete;-400,00;S\n",
        Asks("direction-minus"),
    ),
    (
        "results below a heading that nobody knows",
        "Date,Description,Amount,Result\n2025-01-13,Shop,-10.00,Approved\n2025-01-14,Shop,-20.00,Declined\n2025-01-15,Salary,200.00,Approved\n",
        To(2, "190.00"),
    ),
    (
        "a sort of rows that may be none",
        "Date,Description,Amount,Type\n2025-01-13,Shop,-10.00,Purchase\n2025-01-14,Shop,20.00,Reversed\n2025-01-15,Salary,200.00,Deposit\n",
        Asks("status:reversed"),
    ),
    (
        "a hold that does not move the balance",
        "Date,Description,Amount,Balance\n2025-01-13,Shop,-10.00,90.00\n2025-01-14,Shop,-20.00,70.00\n2025-01-14,Hold,-50.00,70.00\n2025-01-15,Salary,200.00,270.00\n2025-01-16,Tea,-3.00,267.00\n",
        Asks("unmoved"),
    ),
    (
        "a balance at the beginning in words of its own",
        "Datum;Text;Betrag\n01.01.2025;Vorjahres-Saldo;500,00\n13.01.2025;Miete;-400,00\n14.01.2025;Gehalt;900,00\n15.01.2025;Miete;-9,00\n",
        Asks("totals"),
    ),
    (
        "a balance at the beginning in Ukrainian",
        "Дата;Опис;Сума\n01.01.2025;Вхідний залишок;500,00\n13.01.2025;Оренда;-400,00\n14.01.2025;Зарплата;900,00\n15.01.2025;Оренда;-9,00\n",
        To(3, "491.00"),
    ),
    (
        "sides in Slovene",
        "Datum;Opis;Breme;Dobro\n13.01.2025;Najemnina;400,00;\n14.01.2025;Plača;;900,00\n15.01.2025;Hrana;9,00;\n",
        To(3, "491.00"),
    ),
    (
        "dashes where there is nothing",
        "取引日,出金金額（円）,入金金額（円）,海外出金金額,取引先\n2025/01/01,\"3,000\",-,-,店\n2025/01/02,-,\"10,000\",-,給与\n2025/01/03,800,-,-,店\n",
        To(3, "6200"),
    ),
    (
        "small whole payments",
        "Date,Description,Amount\n2025-01-02,Lent,-1\n2025-01-03,Lent,-1\n2025-01-05,Back,1\n2025-01-07,Cash,-500\n2025-01-09,Shop,-30\n",
        To(5, "-531"),
    ),
    (
        "whole payments that may be cents",
        "Date,Description,Amount\n2025-01-02,Bread,-310\n2025-01-03,Milk,-129\n2025-01-05,Pay,240000\n2025-01-07,Cash,-5000\n2025-01-09,Shop,-3099\n",
        Asks("hundredths"),
    ),
    (
        "a point behind the year",
        "id,name,state,date,amount,currency\n1,Ricarica,APPROVED,24 lug 2024. 02:59:45,\"30,40 \",EUR\n2,Bar,NOT APPROVED,13 apr 2023. 11:48:16,\"-5,00 \",EUR\n3,Bar,APPROVED,1 mar 2022. 09:44:27,\"-2,40 \",EUR\n",
        To(2, "28.00"),
    ),
    (
        "money on both sides of one row",
        "Date,Description,Debit,Credit\n2025-03-14,A,20.00,5.00\n2025-03-20,B,,100.00\n2025-03-25,C,20.00,0.00\n",
        Asks("rows"),
    ),
    (
        "totals with a date after two rows each",
        "Date,Description,Amount\n2025-03-14,A,-10.00\n2025-03-15,B,-20.00\n2025-03-31,Total March,-30.00\n2025-04-14,C,-15.00\n",
        Asks("totals"),
    ),
    (
        "a filling station that is called so",
        "Date,Description,Amount\n2025-03-14,A,-10.00\n2025-03-15,B,-20.00\n2025-03-31,Total Station 5,-30.50\n2025-04-14,C,-15.00\n",
        To(4, "-75.50"),
    ),
    (
        "a payment and its parts",
        "Date,Payee,Category,Amount\n03/14/2025,Shop,--Split--,-120.00\n03/14/2025,Shop,Food,-100.00\n03/14/2025,Shop,Home,-20.00\n",
        Asks("totals"),
    ),
    (
        "a last row that was cut off, after two",
        "Date,Payee,Amount,Currency\n2025-03-14,A,-20.00,EUR\n2025-03-20,B,100.00,EUR\n2025-03-25,Car,-12",
        Asks("rows"),
    ),
    (
        "rent that comes in beside a column of merchants",
        "Date,Amount,Details,Merchant Name\n14 Mar 25,700.00,Rent flat 1,\n17 Mar 25,700.00,Rent flat 2,\n18 Mar 25,700.00,Rent flat 3,\n20 Mar 25,-100.00,Repairs,Plumber\n",
        Asks("sign"),
    ),
    (
        "a balance of what is owed, by the words beside it",
        "Date,Description,Amount,Balance\n2025-03-14,Restaurant,20.00,120.00\n2025-03-17,Supermarket,30.00,150.00\n2025-03-20,PAYMENT THANK YOU,-100.00,50.00\n2025-03-25,Petrol,40.00,90.00\n",
        Asks("sign"),
    ),
    (
        "an amount, its tax and both",
        "Date,Description,Amount,Tax,Total\n2025-03-14,A,-100.00,-19.00,-119.00\n2025-03-17,B,-50.00,-9.50,-59.50\n2025-03-25,C,10.00,1.90,11.90\n",
        Asks("amount"),
    ),
    (
        "rows that are marked as reversed",
        "Date,Description,Amount,Reversed\n2025-03-14,A,-20.00,No\n2025-03-17,B,-30.00,Yes\n2025-03-25,C,-10.00,No\n",
        Asks("status:yes"),
    ),
    (
        "a mark that is set nowhere",
        "Date,Description,Amount,Is deleted?\n2025-03-14,A,-20.00,false\n2025-03-17,B,-30.00,false\n",
        To(2, "-50.00"),
    ),
    (
        "amounts as accountants write them",
        "Date,Description,Amount\n3/14/2025,A,\" $ (1,234.50)\"\n3/17/2025,B, $ -   \n3/20/2025,C, $ 100.00 \n3/25/2025,D, $ (31.00)\n",
        To(4, "-1165.50"),
    ),
    (
        "a currency before a number and its side behind it",
        "Date,Description,Amount\n14/03/2025,A,\"USD 1,234.50 DR\"\n20/03/2025,B,USD 100.00 CR\n25/03/2025,C,USD 50.00 DR\n",
        To(3, "-1184.50"),
    ),
    (
        "Arabic figures",
        "التاريخ,البيان,مدين,دائن\n٢٠٢٥-٠٣-١٤,أ,\"١٬٢٣٤٫٥٠\",\n٢٠٢٥-٠٣-٢٠,ب,,\"٢٬٠٠٠٫٠٠\"\n٢٠٢٥-٠٣-٢٥,ت,٥٫٥٠,\n",
        To(3, "760.00"),
    ),
    (
        "Hebrew sides",
        "תאריך,תיאור,בחובה,בזכות\n14/03/25,א,150.00,\n20/03/25,ב,,\"10,000.00\"\n25/03/25,ג,\"1,000.00\",\n",
        To(3, "8850.00"),
    ),
    (
        "expenses and income",
        "Date,Category,Expense amount,Income amount,Currency\n3/14/25,Food,12.50,0,USD\n3/20/25,Pay,0,100.00,USD\n3/25/25,Food,7.25,0,USD\n",
        To(3, "80.25"),
    ),
    (
        "one side whose heading is known beside texts that say otherwise",
        "Date,Payee,Kapunta,Credit\n2025-03-14,Payment Thank You,20.00,\n2025-03-20,PHARMACY,,100.00\n2025-03-25,Payment Thank You,7.25,\n2025-03-26,PHARMACY,,1.00\n",
        To(4, "73.75"),
    ),
    (
        "a known side beside an unknown one that is written with a minus",
        "Date,Payee,Debit,Kapunta\n2025-03-14,A,20.00,\n2025-03-20,B,,-100.00\n2025-03-25,C,7.25,\n",
        Asks("debit"),
    ),
    (
        "two unknown sides of which texts speak on one alone",
        "Date,Payee,Kapunta,Zuvor\n2025-03-14,Payment Thank You,20.00,\n2025-03-20,B,,100.00\n2025-03-25,Payment Thank You,7.25,\n2025-03-26,C,,3.00\n",
        Asks("debit"),
    ),
    (
        "texts that say otherwise than the signs beside them",
        "Data;Descrizione;Importo\n11/06/2025;Refund;-1679,52\n13/06/2025;ATM withdrawal;320,52\n",
        Asks("sign"),
    ),
    ("a card of which only payments are there", "Date,Merchant,Card,Amount\n2025-03-14,A,1234,-463.68\n", Asks("sign")),
    (
        "another bank's rows without headings, the month first",
        "09/08/2025\tLIDL\t650.94\t\tEUR\n09/12/2025\tIKEA\t642.86\t\tEUR\n09/15/2025\tSHELL\t974.59\t\tEUR\n09/20/2025\tLIDL\t\t782.94\tEUR\n",
        Asks("debit"),
    ),
    (
        "a card's number and an amount without headings",
        "2025-08-25,NETFLIX.COM,1234,\"-3,775.89\",EUR\n2025-08-27,ATM,1234,\"-1,667.50\",EUR\n2025-08-31,Refund,1234,654.46,EUR\n",
        To(3, "-4788.93"),
    ),
    (
        "crowns of Norway in a column of their own",
        "Date,Description,Amount,Currency,Original currency\n2025-01-13,Shop,-10.00,EUR,NOK\n2025-01-14,Shop,-20.00,EUR,-\n2025-01-15,Salary,200.00,EUR,NOK\n",
        To(3, "170.00"),
    ),
    (
        "what came back to the sender",
        "Date,Description,Type,Amount,Balance\n2025-01-13,Ann,Sent,-10.00,90.00\n2025-01-14,Ben,Received,20.00,110.00\n2025-01-15,Ann,Returned,10.00,120.00\n",
        Asks("status:returned"),
    ),
    (
        "letters of a charge and a deposit in Spanish",
        "Fecha;Concepto;Monto;Cargo/Abono\n13-01-2025;Tienda;10,00;C\n14-01-2025;Tienda;20,00;C\n15-01-2025;Sueldo;200,00;A\n",
        To(3, "170.00"),
    ),
    (
        "nothing but charges in Spanish",
        "Fecha;Concepto;Monto;Cargo/Abono\n13-01-2025;Tienda;10,00;C\n14-01-2025;Tienda;20,00;C\n",
        To(2, "-30.00"),
    ),
    (
        "letters of both sides in Italian",
        "Data;Descrizione;Importo;Dare/Avere\n13/01/2025;Negozio;10,00;D\n14/01/2025;Stipendio;200,00;A\n",
        To(2, "190.00"),
    ),
    (
        "whole numbers of which one side alone has a known heading",
        "日付,品目,受け取り,支出\n2025-01-09,茶,0,2849\n2025-01-14,米,0,2662\n2025-01-15,給与,4932,0\n",
        To(3, "-579"),
    ),
    (
        "money beside the only side that has a known heading",
        "Date,Description,Moved,Debit,Kept\n2025-01-09,Tea,0.00,28.49,0.00\n2025-01-14,Rice,0.00,26.62,0.00\n2025-01-15,Work,49.32,0.00,0.00\n2025-01-16,Gift,0.00,0.00,5.00\n",
        Asks("amount"),
    ),
    (
        "income that has a minus",
        "date,name,amount,type\n2025-01-09,Tea,2.00,regular\n2025-01-10,Acme,-90.00,income\n2025-01-11,Acme,-20.00,income\n2025-01-12,Ben,-30.00,income\n",
        Asks("sign"),
    ),
    (
        "a purchase with the number of its order beside payments of both signs",
        "Date,Description,Amount,Order Id\n2025-01-13,Fund,-10.25,a1\n2025-01-14,Fund,-20.50,a2\n2025-01-15,Transfer,200.00,\n",
        To(3, "169.25"),
    ),
    (
        "years of an era in Japan",
        "年月日,お引出し,お預入れ,お取り扱い内容,残高\nR7.1.5,3000,,店,97000\nR7.1.15,,10000,給与,107000\nR7.2.3,800,,店,106200\n",
        To(3, "6200"),
    ),
    (
        "years as they are counted in Taiwan",
        "交易日期,說明,支出,存入,餘額\n114/01/05,店,3000,,97000\n114/01/15,薪資,,10000,107000\n114/02/03,店,800,,106200\n",
        To(3, "6200"),
    ),
    (
        "a closing balance behind a mark",
        "#Datum;#Popis;#Částka;#Zůstatek\n13-01-2025;Obchod;-10,00;90,00\n14-01-2025;Obchod;-20,00;70,00\n;#Konečný zůstatek:;;70,00\n",
        To(2, "-30.00"),
    ),
    (
        "a mark beside money that came in, and nothing beside the rest",
        "Date,Description,Amount,\n13/01/2025,Shop,10.00,\n14/01/2025,Shop,20.00,\n15/01/2025,Salary,200.00,CR\n",
        To(3, "170.00"),
    ),
    (
        "a mark beside money that went out, and nothing beside the rest",
        "Date,Description,Amount,Type\n13/01/2025,Shop,10.00,DR\n14/01/2025,Shop,20.00,DR\n15/01/2025,Salary,200.00,\n",
        To(3, "170.00"),
    ),
    (
        "amounts below a heading of cents",
        "created,description,amount_cents,currency\n2025-01-13,Shop,-1050,EUR\n2025-01-14,Shop,-2000,EUR\n2025-01-15,Salary,20000,EUR\n",
        To(3, "169.50"),
    ),
    (
        "a heading of cents above a currency that is counted in none",
        "created,description,amount_cents,currency\n2025-01-13,Shop,-1050,HUF\n2025-01-14,Shop,-2000,HUF\n2025-01-15,Salary,20000,HUF\n",
        Asks("hundredths"),
    ),
    (
        "a heading of cents above amounts with decimals",
        "created,description,amount_cents,currency\n2025-01-13,Shop,-10.50,EUR\n2025-01-14,Shop,-20.00,EUR\n2025-01-15,Salary,200.00,EUR\n",
        Asks("hundredths"),
    ),
    (
        "what was returned, below a heading that says nothing of payments",
        "Date,Description,Note,Amount\n2025-01-13,Shop,Paid,-10.00\n2025-01-14,Shop,Returned,20.00\n2025-01-15,Shop,Paid,-5.00\n",
        Asks("status:returned"),
    ),
    (
        "a label beside a side that nobody knows",
        "Dátum,Popis,Symbol,Výdaj,Obrat v prospech\n13.01.2025,Nájom,4278321,\"10,50\",\n14.01.2025,LIDL,5188930,\"20,00\",\n15.01.2025,Výplata,1703411,,\"200,00\"\n",
        To(3, "169.50"),
    ),
];
